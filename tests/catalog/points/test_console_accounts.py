"""Contracts and points at the desk: the list, what a contract includes, periods and totals (D10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.catalog.account_listing import ALL, COLUMNS, FIRST_ORDER, account_page
from app.catalog.actions.granting import set_total
from app.catalog.ledger import MOST_POINTS, Balances
from app.catalog.models import PointBalance, PointPeriod, RequestTerms
from app.catalog.models.terms import AtPeriodEnd
from app.catalog.periods import current_points
from app.catalog.verifying import compare, keep_result
from app.lists.sorting import chosen_sort
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import catalog, points
from tests.whole_app.rows import KEY

pytestmark = pytest.mark.req("PT-06")

LIST = "/console/accounts/"
ACCOUNT = f"{LIST}{cast.CS_NUMBER}/points"
PERIOD = f"{ACCOUNT}/2026-11-01"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
MID_NOVEMBER = datetime(2026, 11, 15, tzinfo=UTC)
DECEMBER = {
    "period-form_key": KEY,
    "period-starts_on": "2026-12-01",
    "period-ends_on": "2026-12-31",
    "period-plan_points": "50",
    "period-option_points": "5",
}
TOTAL = {
    "total-seen": "50+5",
    "total-plan_points": "60",
    "total-option_points": "0",
    "total-reason": "プラン変更",
}
TERMS = {
    "includes_requests": "y",
    "includes_points": "y",
    "plan_points": "１，０００",
    "option_points": "５",
    "renews": "y",
    "at_period_end": "carry",
    "mails_statement": "y",
    "version": "1",
}


def november(session: Session) -> None:
    """A period of 55 points, of which a request holds 8."""
    catalog.period(session, starts_on=FIRST, ends_on=LAST)
    with clock.at(MID_NOVEMBER):
        catalog.request(session, catalog.item(session, points=8))


def balances(session: Session) -> Balances:
    return session.get_one(PointBalance, points.period_of(session).id).as_balances()


def periods(session: Session) -> list[tuple[date, date]]:
    rows = session.scalars(select(PointPeriod).order_by(PointPeriod.starts_on))
    return [(row.starts_on, row.ends_on) for row in rows]


def terms(session: Session) -> RequestTerms:
    return session.get_one(RequestTerms, cast.number(session, cast.CS_NUMBER).id)


def post(browser: InspectingClient, address: str, fields: dict[str, str]) -> Page:
    return browser.post(address, {"csrf_token": browser.token(ACCOUNT), **fields})


@pytest.mark.req("ROLE-05")
def test_the_list_shows_what_runs_today_of_the_agents_services(given: Given, signed_in: SignedIn) -> None:
    given(november)
    # Ichika, who reads English, works for cs alone.
    with clock.at(MID_NOVEMBER):
        rows = {row["Customer number"]: row for row in signed_in("cs_agent").get(LIST).rows()}
    assert set(rows) == {cast.CS_NUMBER, cast.ALICE_CS_NUMBER}
    shown = [cast.SAMPLE, "Managed CSPM", "Requests · Points", "until 2026-11-30", "55", "0", "55", "8"]
    assert list(rows[cast.CS_NUMBER].values())[1:] == shown
    assert list(rows[cast.ALICE_CS_NUMBER].values())[3:] == ["Requests", "–", "–", "–", "–", "–"]


def test_a_period_is_current_from_its_first_to_its_last_day_at_the_desk(session: Session) -> None:
    november(session)
    for moment, total in (
        # Midnight in Tokyo, where the desk is.
        (datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 31, 15, tzinfo=UTC), 55),
        (datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC), 55),
        (datetime(2026, 11, 30, 15, tzinfo=UTC), None),
    ):
        with clock.at(moment):
            page = account_page(
                session,
                cast.actor_of(session, "lead"),
                view=ALL,
                search=cast.CS_NUMBER,
                sort=chosen_sort("", COLUMNS, FIRST_ORDER),
                wanted=1,
                url=str,
            )
            own = current_points(session, cast.actor_of(session, "taro", "cs"), limit=6)
        [row] = page.rows
        assert (row.balances and row.balances.total) == total
        assert [item.balances.total for item in own] == ([] if total is None else [total])


def test_the_list_is_searched_and_sorted(given: Given, signed_in: SignedIn) -> None:
    given(november)
    given(points.correction, by="lead")
    browser = signed_in("agent")
    for query, numbers in (
        ("?q=ｎ２００", [cast.CS_NUMBER]),
        ("?q=a会社", [cast.ALICE_CS_NUMBER, cast.ALICE_FM_NUMBER]),
        ("?q=100%25", []),
        ("?view=corrections", [cast.CS_NUMBER]),
        ("?sort=-held&q=サンプル", [cast.CS_NUMBER, cast.FM_NUMBER]),
        ("?sort=nonsense&view=none&page=9&q=P9", [cast.ALICE_CS_NUMBER, cast.ALICE_FM_NUMBER]),
    ):
        assert [row["お客様番号"] for row in browser.get(f"{LIST}{query}").rows()] == numbers


def test_corrections_that_wait_are_counted_in_list_and_overview(given: Given, signed_in: SignedIn) -> None:
    given(november)
    browser = signed_in("agent")
    assert "確認待ちの訂正" not in browser.get("/console/").words()
    given(points.correction, by="lead")
    assert "確認待ちの訂正 1" in browser.get("/console/").words()
    assert "確認待ちの訂正: 1件" in {item.get("title") for item in browser.get(LIST).styled("span", "badge")}


@pytest.mark.req("PT-07")
def test_the_last_check_of_the_ledger_stands_at_the_foot(given: Given, signed_in: SignedIn) -> None:
    given(november)
    browser = signed_in("agent")
    assert "まだ照合されていません" in browser.get(LIST).words()
    given(lambda session: keep_result(session, compare(session), actor=catalog.MAKER))
    assert "一致しています（1 期間、2 件" in browser.get(LIST).words()


def test_terms_are_saved_with_full_width_digits(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    given(november)
    page = post(signed_in("lead"), f"{ACCOUNT}/terms", TERMS)
    assert (page.status, page.location) == (303, ACCOUNT)
    saved = stored(terms)
    assert (saved.plan_points, saved.option_points) == (1_000, 5)
    assert (saved.at_period_end, saved.renews, saved.mails_statement) == (AtPeriodEnd.CARRY, True, True)


@pytest.mark.req("REL-05")
def test_terms_that_somebody_else_has_changed_are_not_overwritten(
    given: Given, signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    given(november)
    browser = signed_in("lead")
    post(browser, f"{ACCOUNT}/terms", TERMS)
    with untouched():
        page = post(browser, f"{ACCOUNT}/terms", {**TERMS, "plan_points": "7"})
    assert page.status == 422
    assert "別の担当者が契約を変更しました" in page.alerts()
    assert page.value("plan_points") == "7"
    assert page.value("version") == "2"
    # Whoever has read that may save all the same.
    assert post(browser, f"{ACCOUNT}/terms", page.form(f"{ACCOUNT}/terms")).status == 303
    assert stored(terms).plan_points == 7


def test_what_is_no_number_of_points_is_told_at_its_field(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(november)
    browser = signed_in("lead")
    with untouched():
        for field, typed, says in (
            ("plan_points", "たくさん", "0 から 1,000,000"),
            ("plan_points", "-1", "0 から 1,000,000"),
            ("plan_points", str(MOST_POINTS + 1), "0 から 1,000,000"),
            ("plan_points", "9" * 30, "0 から 1,000,000"),
            ("plan_points", "9" * 60, "20"),
            ("option_points", "", "入力してください"),
        ):
            page = post(browser, f"{ACCOUNT}/terms", {**TERMS, field: typed})
            assert page.status == 422
            assert says in page.error_at(field)
            assert page.value(field) == typed
        for choice in ("", "burn"):
            assert post(browser, f"{ACCOUNT}/terms", {**TERMS, "at_period_end": choice}).status == 422


@pytest.mark.req("PT-03")
@pytest.mark.parametrize("start", ["2026-12-01", "２０２６－１２－０１"])
def test_a_period_is_added_with_its_points(
    given: Given, signed_in: SignedIn, stored: Stored, start: str
) -> None:
    given(november)
    browser = signed_in("lead")
    offered = browser.get(ACCOUNT).form(f"{ACCOUNT}/periods")
    assert (offered["period-starts_on"], offered["period-ends_on"]) == ("2026-12-01", "2026-12-31")
    page = post(browser, f"{ACCOUNT}/periods", {**DECEMBER, "period-starts_on": start})
    assert (page.status, page.location) == (303, ACCOUNT)
    assert stored(periods)[-1] == (date(2026, 12, 1), date(2026, 12, 31))
    assert stored(balances) == Balances(contract=55, free=55)


def test_a_period_that_cannot_be_is_told_at_its_field(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(november)
    browser = signed_in("lead")
    with untouched():
        for changes, field, says in (
            ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "ends_on", "開始日以降"),
            ({"starts_on": "2026-11-30"}, "starts_on", "日付が重なっています"),
            ({"starts_on": "2026-10-01", "ends_on": "2026-12-31"}, "starts_on", "日付が重なっています"),
            ({"starts_on": "2026-02-30"}, "starts_on", "日付"),
            ({"ends_on": "9999-12-31"}, "ends_on", "日付"),
            ({"starts_on": ""}, "starts_on", "入力"),
            ({"option_points": "99999999999"}, "option_points", "0 から"),
        ):
            fields = DECEMBER | {f"period-{name}": value for name, value in changes.items()}
            page = post(browser, f"{ACCOUNT}/periods", fields)
            assert page.status == 422
            assert says in page.error_at(f"period-{field}")
            assert page.value(f"period-{field}") == fields[f"period-{field}"]


def test_a_period_of_one_day_right_behind_the_last_one_is_none_too_short(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(november)
    day = (LAST + timedelta(days=1)).isoformat()
    page = post(
        signed_in("lead"),
        f"{ACCOUNT}/periods",
        {**DECEMBER, "period-starts_on": day, "period-ends_on": day},
    )
    assert page.status == 303
    assert len(stored(periods)) == 2


@pytest.mark.req("REL-04")
def test_a_second_click_adds_no_second_period_and_reads_no_error(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(november)
    browser = signed_in("lead")
    page = browser.get(ACCOUNT)
    for _ in range(2):
        assert browser.submit(page, f"{ACCOUNT}/periods").location == ACCOUNT
    assert len(stored(periods)) == 2
    other = browser.submit(page, f"{ACCOUNT}/periods", period__plan_points="9")
    assert other.status == 422
    assert "別の内容で送信済み" in other.alerts()
    assert other.value("period-plan_points") == "9"


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("seen", ["50+5", "", "50", "五十+5", "60+5\n"])
def test_points_that_somebody_else_has_set_since_are_not_set_over_unread(
    given: Given, signed_in: SignedIn, stored: Stored, seen: str
) -> None:
    given(november)
    browser = signed_in("lead")
    page = browser.get(PERIOD)
    given(
        lambda session: set_total(
            session,
            points.period_of(session),
            actor=catalog.MAKER,
            plan_points=60,
            option_points=5,
            reason="追加",
        )
    )
    refused = browser.submit(page, f"{PERIOD}/total", **TOTAL, total__seen=seen)
    assert refused.status == 422
    assert "プランが 60、オプションが 5" in refused.alerts()
    assert refused.value("total-option_points") == "0"
    assert stored(balances).contract == 65
    # Whoever has read that sends it again.
    assert browser.submit(refused, f"{PERIOD}/total").location == PERIOD
    assert stored(balances).contract == 60


def test_the_points_of_a_period_are_set_with_a_reason(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(november)
    page = post(signed_in("lead"), f"{PERIOD}/total", TOTAL)
    assert (page.status, page.location) == (303, PERIOD)
    assert stored(balances) == Balances(contract=60, free=52, held=8)
    row = signed_in("agent").get(PERIOD).rows()[-1]
    assert (row["内容"], row["増減"], row["理由"]) == ("付与", "+5", "プラン変更")
    # Why the desk sets a total is its own business.
    assert "プラン変更" not in signed_in("hanako").get("/cs/account/points/N200000001/2026-11-01").words()


def test_a_total_below_what_is_held_is_refused(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    given(november)
    browser = signed_in("lead")
    with untouched():
        for changes, field, says in (
            # 8 are held, so 47 of 55 can be taken.
            ({"plan_points": "7"}, "plan_points", "利用可能なポイントは 47"),
            ({"reason": " "}, "reason", "入力"),
            ({"plan_points": "五十"}, "plan_points", "0 から"),
        ):
            fields = TOTAL | {f"total-{name}": value for name, value in changes.items()}
            page = post(browser, f"{PERIOD}/total", fields)
            assert page.status == 422
            assert says in page.error_at(f"total-{field}")
            assert page.value("total-plan_points") == fields["total-plan_points"]


def test_all_that_is_free_can_be_taken(given: Given, signed_in: SignedIn, stored: Stored) -> None:
    given(november)
    assert post(signed_in("lead"), f"{PERIOD}/total", {**TOTAL, "total-plan_points": "8"}).status == 303
    assert stored(balances) == Balances(contract=8, held=8)


def test_agents_read_what_leads_set(given: Given, signed_in: SignedIn) -> None:
    given(november)
    browser = signed_in("agent")
    account, period = browser.get(ACCOUNT), browser.get(PERIOD)
    assert not account.offers(f"{ACCOUNT}/terms")
    assert not account.offers(f"{ACCOUNT}/periods")
    assert not period.offers(f"{PERIOD}/total")
    assert period.offers(f"{PERIOD}/corrections")
    assert "月あたりのプランのポイント" in account.words()
