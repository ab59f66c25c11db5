"""The pages of points in the portal: periods, statements, their files, and for whom they exist."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.catalog.actions.settling import settle
from app.catalog.actions.terms import Terms, set_request_terms
from app.catalog.models.terms import AtPeriodEnd
from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import catalog

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
PAGE = "/cs/account/points"
STATEMENT = f"{PAGE}/{cast.CS_NUMBER}/2026-11-01"
COLUMNS = [
    "お客様番号",
    "開始日",
    "終了日",
    "作業依頼契約ポイント合計",
    "消化数",
    "残数",
    "予約",
    "期間終了時",
]


def two_months(session: Session, at_period_end: AtPeriodEnd = AtPeriodEnd.EXPIRE) -> None:
    """October, which is over and settled, and November with a request that waits."""
    number = cast.number(session, cast.CS_NUMBER)
    terms = Terms(includes_requests=True, includes_points=True, at_period_end=at_period_end)
    set_request_terms(session, actor=catalog.MAKER, number=number, terms=terms)
    october, november = (
        catalog.period(session, starts_on=first, ends_on=last) for first, last in (OCTOBER, NOVEMBER)
    )
    policy = catalog.item(session, points=8)
    with clock.at(datetime(2026, 10, 5, tzinfo=UTC)):
        catalog.request(session, policy)
    settle(session, october, today=november.starts_on, actor=catalog.MAKER)
    with clock.at(datetime(2026, 11, 5, tzinfo=UTC)):
        catalog.request(session, policy)


@pytest.mark.req("PT-01", "PT-02", "PT-03", "PT-04", "PT-09")
def test_the_periods_stand_newest_first_with_what_became_of_the_rest(
    given: Given, signed_in: SignedIn
) -> None:
    given(two_months)
    page = signed_in("taro").get(PAGE)
    assert page.heads() == COLUMNS
    assert page.words(page.one("h1")) == "ポイント管理"
    november, october = page.rows()
    assert list(november.values()) == [cast.CS_NUMBER, "2026-11-01", "2026-11-30", "55", "0", "55", "8", "–"]
    assert list(october.values()) == [
        cast.CS_NUMBER,
        "2026-10-01",
        "2026-10-31",
        "55",
        "0",
        "55",
        "8",
        "47 失効",
    ]


@pytest.mark.req("PT-08")
def test_a_statement_runs_in_order_of_time(given: Given, signed_in: SignedIn) -> None:
    given(two_months)
    page = signed_in("hanako").get(STATEMENT)
    assert [(row["内容"], row["増減"], row["残数"], row["利用可能"]) for row in page.rows()] == [
        ("付与", "+55", "55", "55"),
        ("予約", "−8", "55", "47"),
    ]
