"""The pages of points in the portal: periods, statements, their files, and for whom they exist."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app import clock
from app.catalog.actions.settling import settle
from app.catalog.actions.terms import Terms, set_catalog_settings, set_request_terms
from app.catalog.ledger import MOVES, SOURCES, Account, Balances
from app.catalog.models.terms import AtPeriodEnd
from app.catalog.statement import effects
from app.contracts.models import Service
from tests import cast
from tests.conftest import Given, SignedIn
from tests.factories import catalog, points, requests

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
PAGE = "/cs/account/points"
STATEMENT = f"{PAGE}/{cast.CS_NUMBER}/2026-11-01"
IN_NOVEMBER = datetime(2026, 11, 5, tzinfo=UTC)
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
    with clock.at(IN_NOVEMBER):
        catalog.request(session, policy)


def overdrawn(session: Session) -> None:
    """A period of 5 points, of which an accepted request has used 8."""
    catalog.period(session, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1], plan_points=5, option_points=0)
    with clock.at(IN_NOVEMBER):
        number = requests.waiting(session, points=8)
        requests.accept(session, number, overdraft_reason="=緊急のため")


def no_points(session: Session) -> None:
    """The service no longer pays with points, whatever its contracts say."""
    service = session.get_one(Service, cast.number(session, cast.CS_NUMBER).service_id)
    set_catalog_settings(session, actor=catalog.MAKER, service=service, is_by_contract=True, has_points=False)


@pytest.mark.req("SVC-06", "SEC-26")
def test_without_points_the_addresses_do_not_exist(given: Given, signed_in: SignedIn) -> None:
    given(two_months)
    # Alice's contract has none; Hanako has some here, and none on fm.
    foreign, hanako = signed_in("alice"), signed_in("hanako")
    gone = [foreign.get(address) for address in (PAGE, f"{PAGE}.csv", STATEMENT, f"{STATEMENT}.pdf")]
    gone += [hanako.get(f"{PAGE}/{cast.CS_NUMBER}/{start}") for start in ("2026-11-02", "2026-11-1", "x")]
    assert [page.status for page in gone] == [404] * 7
    given(no_points)
    assert hanako.get(PAGE).status == 404
    assert "作業依頼ポイント" not in hanako.get("/cs/").words()


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


@pytest.mark.req("PT-09")
def test_what_was_carried_over_counts_in_the_next_total(given: Given, signed_in: SignedIn) -> None:
    given(two_months, AtPeriodEnd.CARRY)
    browser = signed_in("hanako")
    november, october = browser.get(PAGE).rows()
    assert (november["作業依頼契約ポイント合計"], october["期間終了時"]) == ("102", "47 繰越")
    rows = browser.get(STATEMENT).rows()
    assert [row["内容"] for row in rows] == ["付与", "前の期間から繰越", "予約"]


@pytest.mark.req("PT-05")
def test_an_overdraft_is_shown_plainly_with_its_reason(given: Given, signed_in: SignedIn) -> None:
    given(overdrawn)
    browser = signed_in("hanako")
    [row] = browser.get(PAGE).rows()
    assert (row["消化数"], row["残数"]) == ("8", "−3 3 超過")
    rows = browser.get(STATEMENT).rows()
    assert [(row["内容"], row["増減"], row["残数"], row["利用可能"], row["理由"]) for row in rows] == [
        ("付与", "+5", "5", "5", ""),
        ("消化", "−5", "0", "0", "=緊急のため"),
        ("超過利用", "−3", "−3", "−3", "=緊急のため"),
    ]


@pytest.mark.req("PT-08", "HIST-04")
def test_a_statement_runs_in_order_of_time_and_leads_to_its_causes(given: Given, signed_in: SignedIn) -> None:
    given(overdrawn)
    browser = signed_in("hanako")
    page = browser.get(STATEMENT)
    links = {item.get("href") for item in page.all("a")}
    assert "/cs/work-requests/sent/WR0000001" in links
    assert any(link.startswith("/cs/cases/CS") for link in links if link)
    assert page.rows()[-1]["実行者"] == "中村 さくら"
    newest_first = browser.get(f"{STATEMENT}?sort=-time").rows()
    # The balance after an entry is the same in whatever order it is read.
    assert newest_first == list(reversed(page.rows()))


@pytest.mark.req("PT-08", "HIST-04", "HIST-05", "SEC-46")
def test_a_statement_is_exported_whole_and_harmless(given: Given, signed_in: SignedIn) -> None:
    given(overdrawn)
    browser = signed_in("hanako")
    lines = browser.get(f"{STATEMENT}.csv").answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "日時,内容,増減,残数,利用可能,作業依頼,ケース,理由,実行者"
    assert lines[3].split(",")[1:5] == ["超過利用", "-3", "-3", "-3"]
    assert lines[3].split(",")[7] == "'=緊急のため"
    excel = browser.get(f"{STATEMENT}.xlsx").answer
    sheet = load_workbook(BytesIO(excel.get_data())).worksheets[0]
    assert [cell.value for cell in sheet["C"]] == ["増減", 5, -5, -3]
    pdf = PdfReader(BytesIO(browser.get(f"{STATEMENT}.pdf").answer.get_data()))
    assert "超過利用" in pdf.pages[0].extract_text()
    assert "point-statement_N200000001_2026-11-01" in excel.headers["Content-Disposition"]


@pytest.mark.req("PT-08", "LIST-07")
def test_a_long_statement_is_paged_and_its_balances_go_on(given: Given, signed_in: SignedIn) -> None:
    given(catalog.period, starts_on=NOVEMBER[0], ends_on=NOVEMBER[1])
    given(points.many, 24)
    page = signed_in("hanako").get(f"{STATEMENT}?page=2")
    assert len(page.rows()) == 5
    # Nineteen changes came before: the first one to 65, each further one by one point.
    assert [row["残数"] for row in page.rows()] == ["84", "85", "86", "87", "88"]
    assert signed_in("taro").get(f"{PAGE}?page=9").rows()[-1]["開始日"] == "2024-11-01"


@pytest.mark.req("PT-01")
def test_the_home_page_shows_what_is_free_today(given: Given, signed_in: SignedIn) -> None:
    given(two_months)
    with clock.at(IN_NOVEMBER):
        page = signed_in("hanako").get("/cs/")
    [tile] = [item for item in page.styled("a", "tile") if item.get("href") == STATEMENT]
    assert page.words(tile) == f"{cast.CS_NUMBER}: 利用可能 47 残数 55、予約 8・2026-11-30 まで"


@pytest.mark.req("PT-08")
@pytest.mark.parametrize("move", sorted({move for allowed in MOVES.values() for move in allowed}))
def test_what_an_entry_does_to_both_balances_is_the_ledgers_own_rule(move: tuple[Account, Account]) -> None:
    source, target = move
    before = Balances(contract=9, carried_in=9, overdraft=9, free=9, held=9, used=9)
    moved = {
        source: getattr(before, source) + (1 if source in SOURCES else -1),
        target: getattr(before, target) + (-1 if target in SOURCES else 1),
    }
    after = replace(before, **moved)
    assert effects(*move) == (after.left - before.left, after.available - before.available)
