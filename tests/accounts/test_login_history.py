"""The login history in the portal: who sees whose events, in what order, on pages of five (HIST-01 to HIST-06)."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import events, login_listing
from app.accounts.login_listing import COLUMNS, FIRST_ORDER
from app.accounts.models import LoginEvent, User
from app.journal import Event
from app.lists.sorting import chosen_sort
from tests import cast
from tests.client import Page
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import logins
from tests.lists.readers import excel_rows, pdf_text

LOGINS = "/fm/account/logins"
WHO = {name: role.login_id for name, role in cast.ROLES.items()}
BEGIN = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
NAMES_OF_HIST_03 = {
    "login", "login.failed", "session.established", "logout", "user.locked", "user.unlocked",
    "password.reset", "password.changed", "mfa.verified", "mfa.failed",
}  # fmt: skip


def told(page: Page) -> list[tuple[str, str, str]]:
    """The rows of the page."""
    return [(row["日時"], row["名前"], row["ユーザーID"]) for row in page.rows()]


def people(page: Page) -> set[str]:
    return {row["ユーザーID" if page.language == "ja" else "User ID"] for row in page.rows()}


def in_csv(page: Page) -> list[list[str]]:
    return list(csv.reader(StringIO(page.text.removeprefix("\ufeff"))))


def town_of_events(session: Session) -> None:
    """Somebody of every company, at both portals and at none."""
    for index, (name, service) in enumerate(
        (
            ("hanako", "cs"), ("hanako", "fm"), ("taro", "cs"), ("jiro", "fm"), ("alice", "cs"), ("alice", "fm"),
            ("charlie", "fm"), ("kaito", "cs"), ("hanako", None), ("taro", None), ("jiro", None), ("alice", None),
            ("charlie", None),
        )
    ):  # fmt: skip
        logins.event(session, name, at=BEGIN + timedelta(minutes=index), service=service)


# Who sees whose events where; nothing else, whatever way they look.
SEEN = (
    ("hanako", "cs", ("hanako", "taro", "kaito")),
    ("hanako", "fm", ("hanako", "jiro")),
    ("taro", "cs", ("taro",)),
    ("jiro", "fm", ("jiro",)),
    ("alice", "cs", ("alice",)),
    ("alice", "fm", ("alice",)),
    ("charlie", "fm", ("charlie",)),
)


@pytest.mark.req("HIST-06", "SVC-04", "SEC-27", "SEC-47")
@pytest.mark.parametrize(("name", "service", "seen"), SEEN, ids=str)
def test_nobody_sees_an_event_of_another_company_service_or_person(
    signed_in: SignedIn, given: Given, name: str, service: str, seen: tuple[str, ...]
) -> None:
    given(town_of_events)
    browser = signed_in(name)
    address = f"/{service}/account/logins"
    wanted = {WHO[one] for one in seen}
    first = browser.get(address)
    pages = [first, *(browser.get(f"{address}?page={number}") for number in range(2, 5))]
    on_pages = set().union(*(people(page) for page in pages))
    listed = in_csv(browser.get(f"{address}.csv"))[1:]
    sheet = excel_rows(browser.get(f"{address}.xlsx").answer.get_data())[1:]
    printed = pdf_text(browser.get(f"{address}.pdf").answer.get_data())

    assert on_pages == wanted
    assert {row[2] for row in listed} == {row[2] for row in sheet} == wanted
    assert len(listed) == len(sheet)
    assert f"{len(listed)}" in first.words(first.styled("p", "pager-rows")[0])
    for other in WHO.values():
        assert (other in printed) is (other in wanted)


@pytest.mark.req("HIST-06")
def test_what_happened_at_no_portal_is_seen_in_those_its_person_can_enter(
    signed_in: SignedIn, given: Given
) -> None:
    given(logins.event, "jiro", events.UserUnlocked(), at=BEGIN, service=None)
    given(logins.event, "taro", events.UserUnlocked(), at=BEGIN, service=None)
    given(logins.event, "hanako", events.UserUnlocked(), at=BEGIN, service=None)
    hanako = signed_in("hanako")

    def unlocked(service: str) -> set[str]:
        rows = in_csv(hanako.get(f"/{service}/account/logins.csv"))
        return {row[2] for row in rows if row[1] == "user.unlocked"}

    assert unlocked("fm") == {WHO["hanako"], WHO["jiro"]}
    assert unlocked("cs") == {WHO["hanako"], WHO["taro"]}


@pytest.mark.req("HIST-06")
def test_an_administrator_who_is_one_no_longer_sees_the_own_events_from_the_next_request_on(
    signed_in: SignedIn, given: Given
) -> None:
    given(town_of_events)
    hanako = signed_in("hanako")
    assert WHO["jiro"] in people(hanako.get(LOGINS))
    given(
        lambda session: session.execute(
            update(User).where(User.login_key == WHO["hanako"]).values(is_administrator=False)
        )
    )
    assert people(hanako.get(LOGINS)) == {WHO["hanako"]}
    assert WHO["jiro"] not in hanako.get(f"{LOGINS}.csv").text


@pytest.mark.req("HIST-01", "HIST-02")
@pytest.mark.parametrize(
    ("name", "service"), [("hanako", "cs"), ("hanako", "fm"), ("taro", "cs"), ("jiro", "fm")]
)
def test_the_page_is_in_the_account_menu_of_everybody(signed_in: SignedIn, name: str, service: str) -> None:
    browser = signed_in(name)
    home = browser.get(f"/{service}/")
    [entry] = [link for link in home.all("a") if link.get("href") == f"/{service}/account/logins"]
    assert home.words(entry) == "ログイン履歴"

    page = browser.get(f"/{service}/account/logins")
    assert page.words(page.one("nav", class_="breadcrumb")) == "ホーム ログイン履歴"
    assert page.one("form", role="search").get("action") == f"/{service}/search"
    assert page.words(page.one("h1")) == "ログイン履歴"
    assert page.words(page.one("h2")) == "イベント"
    assert page.heads() == ["日時", "名前", "ユーザーID"]


@pytest.mark.req("HIST-01", "LANG-02")
def test_it_is_in_english_for_whoever_reads_english(signed_in: SignedIn) -> None:
    alice = signed_in("alice")
    page = alice.get(LOGINS)
    assert page.words(page.one("h1")) == "Login history"
    assert page.heads() == ["Time", "Name", "User ID"]
    assert in_csv(alice.get(f"{LOGINS}.csv"))[0] == ["Time", "Name", "User ID"]


@pytest.mark.req("HIST-04")
def test_the_menu_at_the_title_offers_all_three_files_in_the_order_of_the_page(signed_in: SignedIn) -> None:
    page = signed_in("hanako").get(f"{LOGINS}?sort=name&page=3")
    [menu] = [item for item in page.all("details") if "エクスポート形式" in page.words(item)]
    summary = next(item for item in menu.iter() if str(item.tag).endswith("}summary"))

    assert summary.get("aria-label") == "リストメニュー"
    links = [(page.words(link), link.get("href")) for link in menu.iter() if str(link.tag).endswith("}a")]
    assert links == [
        ("PDF", f"{LOGINS}.pdf?sort=name"),
        ("Excel", f"{LOGINS}.xlsx?sort=name"),
        ("CSV", f"{LOGINS}.csv?sort=name"),
    ]


@pytest.mark.req("HIST-02")
def test_five_rows_a_page_the_newest_first(signed_in: SignedIn, given: Given) -> None:
    given(logins.events_at, "jiro", *(BEGIN + timedelta(hours=hour) for hour in range(11)))
    jiro = signed_in("jiro")  # The sign-in of this test is the newest.
    pages = [jiro.get(f"{LOGINS}?page={number}") for number in (1, 2, 3)]

    assert [len(page.rows()) for page in pages] == [5, 5, 2]
    assert "1~5 件目 / 12 件" in pages[0].words()
    assert "11~12 件目 / 12 件" in pages[2].words()
    times = [row[0] for page in pages for row in told(page)]
    assert times == sorted(times, reverse=True)
    assert told(pages[2])[-1] == ("2026-11-01 12:00:00", "login", WHO["jiro"])


@pytest.mark.req("HIST-02")
def test_events_of_one_moment_are_neither_shown_twice_nor_left_out(signed_in: SignedIn, given: Given) -> None:
    made: Sequence[Event] = [events.SignedIn("fm"), events.SignedOut()] * 6
    for happened in made:
        given(logins.event, "jiro", happened, at=BEGIN)
    jiro = signed_in("jiro")
    shown = [row[1] for number in (1, 2, 3) for row in told(jiro.get(f"{LOGINS}?page={number}"))]
    assert shown[1:] == [happened.kind for happened in reversed(made)]


@pytest.mark.parametrize(
    ("page", "rows"),
    [("0", "1~5"), ("-3", "1~5"), ("x", "1~5"), ("", "1~5"), ("999", "6~7"), ("9" * 40, "1~5")],
)
def test_a_page_that_is_not_there_is_the_nearest_one(
    signed_in: SignedIn, given: Given, page: str, rows: str
) -> None:
    given(logins.many, "jiro", 6)
    assert f"{rows} 件目 / 7 件" in signed_in("jiro").get(f"{LOGINS}?page={page}").words()


@pytest.mark.parametrize("key", ["time", "name", "user-id"])
def test_each_column_sorts_and_sorts_back(signed_in: SignedIn, given: Given, key: str) -> None:
    given(town_of_events)
    hanako = signed_in("hanako")
    there = in_csv(hanako.get(f"/cs/account/logins.csv?sort={key}"))[1:]
    back = in_csv(hanako.get(f"/cs/account/logins.csv?sort=-{key}"))[1:]
    index = ["time", "name", "user-id"].index(key)

    assert [row[index] for row in there] == sorted(row[index] for row in there)
    assert there == back[::-1]
    page = hanako.get(f"/cs/account/logins?sort={key}")
    assert told(page) == [tuple(row) for row in there[:5]]
    [head] = [item for item in page.all("th") if item.get("aria-sort")]
    assert head.get("aria-sort") == "ascending"


@pytest.mark.parametrize("sort", ["password", "-", "at;drop table user", "kind", "login_id", "１"])
def test_an_unknown_order_is_the_first_one(signed_in: SignedIn, given: Given, sort: str) -> None:
    given(town_of_events)
    hanako = signed_in("hanako")
    plain = told(hanako.get(LOGINS))
    assert told(hanako.get(LOGINS, query_string={"sort": sort})) == plain


@pytest.mark.req("HIST-02", "LANG-04")
def test_times_are_those_of_the_persons_zone_on_the_page_and_in_every_file(
    signed_in: SignedIn, given: Given
) -> None:
    given(logins.event, "jiro", at=datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    zone = update(User).where(User.login_key == WHO["jiro"]).values(time_zone="Europe/London")
    given(lambda session: session.execute(zone))
    jiro = signed_in("jiro")
    # Half an hour before the clocks of London are put forward.
    assert told(jiro.get(f"{LOGINS}?sort=time"))[0][0] == "2026-03-29 00:30:00"
    assert in_csv(jiro.get(f"{LOGINS}.csv?sort=time"))[1][0] == "2026-03-29 00:30:00"
    sheet = excel_rows(jiro.get(f"{LOGINS}.xlsx?sort=time").answer.get_data())
    assert str(sheet[1][0]) == "2026-03-29 00:30:00"
    printed = pdf_text(jiro.get(f"{LOGINS}.pdf?sort=time").answer.get_data())
    assert "2026-03-2900:30:00" in printed
    assert "Europe/London" in printed


@pytest.mark.req("HIST-05")
def test_a_file_holds_all_rows_and_the_page_only_its_own(signed_in: SignedIn, given: Given) -> None:
    given(logins.many, "jiro", 60)
    jiro = signed_in("jiro")
    assert len(jiro.get(f"{LOGINS}?page=2").rows()) == 5
    assert len(in_csv(jiro.get(f"{LOGINS}.csv?page=2"))) == 62
    assert len(excel_rows(jiro.get(f"{LOGINS}.xlsx").answer.get_data())) == 62
    assert pdf_text(jiro.get(f"{LOGINS}.pdf").answer.get_data()).count(WHO["jiro"]) == 61


@pytest.mark.req("HIST-05", "SEC-46")
def test_a_user_id_that_looks_like_a_formula_is_a_text_everywhere(signed_in: SignedIn, given: Given) -> None:
    given(logins.event, "jiro", at=BEGIN)
    evil = '=HYPERLINK("file:///etc/passwd")'
    given(lambda session: session.execute(update(LoginEvent).values(login_id=evil)))
    jiro = signed_in("jiro")

    assert told(jiro.get(f"{LOGINS}?sort=time"))[0][2] == evil
    assert in_csv(jiro.get(f"{LOGINS}.csv?sort=time"))[1][2] == f"'{evil}"
    assert excel_rows(jiro.get(f"{LOGINS}.xlsx?sort=time").answer.get_data())[1][2] == evil
    assert evil in pdf_text(jiro.get(f"{LOGINS}.pdf?sort=time").answer.get_data())


@pytest.mark.req("HIST-03")
def test_every_event_of_the_specification_is_recorded_and_has_words() -> None:
    assert NAMES_OF_HIST_03 <= events.IN_LOGIN_HISTORY
    for kind in events.IN_LOGIN_HISTORY:
        row = login_listing.LoginRow(BEGIN, kind, "x")
        assert row.meaning, kind
    assert login_listing.LoginRow(BEGIN, "of.a.later.version", "x").meaning == ""


@pytest.mark.req("HIST-02")
def test_a_list_without_rows_says_so(signed_in: SignedIn, given: Given) -> None:
    jiro = signed_in("jiro")
    given(lambda session: session.query(LoginEvent).delete())
    page = jiro.get(LOGINS)
    assert "レコードはありません" in page.words()
    assert in_csv(jiro.get(f"{LOGINS}.csv")) == [["日時", "名前", "ユーザーID"]]


@pytest.mark.req("SEC-36")
def test_looking_changes_nothing(signed_in: SignedIn, untouched: Untouched) -> None:
    jiro = signed_in("jiro")
    with untouched():
        assert jiro.get(LOGINS).status == 200


def test_the_history_keeps_the_user_id_of_its_moment(signed_in: SignedIn, given: Given) -> None:
    given(logins.event, "jiro", at=BEGIN)
    renamed = update(User).where(User.login_key == WHO["jiro"]).values(login_id="new.fm", login_key="new.fm")
    jiro = signed_in("jiro")
    given(lambda session: session.execute(renamed))
    given(lambda session: logins_of(session, "new.fm"))
    assert [row[2] for row in told(jiro.get(LOGINS))] == [WHO["jiro"], WHO["jiro"]]


def logins_of(session: Session, key: str) -> None:
    assert session.scalars(select(User).where(User.login_key == key)).one().login_id == key


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(["hanako", "taro", "jiro", "alice", "charlie"]),
            st.sampled_from(["cs", "fm", None]),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_page_count_and_file_agree_with_a_plain_reading_of_the_rule(
    session: Session, made: list[tuple[str, str | None, int]]
) -> None:
    """The rule of HIST-06 written as loops over all events, for every reader of the cast."""
    links = {name: {"cs" if "200000001" in n or n == cast.ALICE_CS_NUMBER else "fm" for n in role.numbers}
             for name, role in cast.ROLES.items()}  # fmt: skip
    session.query(LoginEvent).delete()
    for name, service, minute in made:
        logins.event(session, name, at=BEGIN + timedelta(minutes=minute), service=service)
    for reader, service, _ in SEEN:
        company = cast.ROLES[reader].holder
        whose = {
            name
            for name, role in cast.ROLES.items()
            if (role.holder == company if cast.ROLES[reader].is_administrator else name == reader)
        }
        wanted = sorted(
            WHO[name]
            for name, at, _ in made
            if name in whose and (at == service or (at is None and service in links[name]))
        )
        actor = cast.actor_of(session, reader, service)
        sort = chosen_sort("", COLUMNS, FIRST_ORDER)
        rows = list(login_listing.login_rows(session, actor, sort, limit=100))
        assert sorted(row.login_id for row in rows) == wanted
        assert login_listing.count(session, actor) == len(wanted)
        assert login_listing.login_table(session, actor, sort=sort).total == len(wanted)
    session.rollback()
