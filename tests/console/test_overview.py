"""GET /console/: what is mine, what is nobody's, and what waits; and who may be in the console at all."""

from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.cases.lifecycle import CaseState
from tests.cast import FM_NUMBER
from tests.client import HTML, Element, InspectingClient, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases, related

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
QUEUES = (
    ["未クローズ", "自分の担当", "期限超過", "未割り当て", "お客様確認待ち", "解決済み（クローズ待ち）"],
    ["Open", "Assigned to me", "Overdue", "Unassigned", "Awaiting customer", "Resolved (awaiting closure)"],
)


def _entries(page: Page) -> list[Element]:
    return list(page.by_id("site-nav").iter(HTML + "a"))


def _tiles(page: Page) -> dict[str, int]:
    """The sizes of the queues by their names."""
    sizes = {}
    for tile in page.styled("a", "tile"):
        words = page.words(tile)
        size = next(part for part in words.split() if part.isdigit())
        sizes[" ".join(part for part in words.split() if not part.isdigit())] = int(size)
    return sizes


@pytest.mark.req("DESK-03", "LANG-02")
@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
def test_it_counts_the_queues_and_leads_to_them(
    signed_in: SignedIn, given: Given, person: str, language: int
) -> None:
    made = {state: given(cases.in_state, state) for state in CaseState}
    given(cases.assign, made[CaseState.NEW], person)
    client = signed_in(person)
    page = client.get("/console/")
    assert _tiles(page) == dict(zip(QUEUES[language], [4, 1, 0, 3, 1, 1], strict=True))
    for tile in page.styled("a", "tile"):
        shown = client.get(tile.get("href"))
        size = next(int(part) for part in page.words(tile).split() if part.isdigit())
        assert len(shown.rows()) == size


@pytest.mark.req("DESK-03", "ROLE-05")
def test_counts_and_rows_are_of_the_own_services(signed_in: SignedIn, given: Given) -> None:
    given(cases.open_inquiry, number=FM_NUMBER)
    page = signed_in("cs_agent").get("/console/")
    assert set(_tiles(page).values()) == {0}
    assert page.rows() == []
    assert signed_in("admin").get("/console/").rows()


@pytest.mark.req("DESK-03")
def test_own_work_and_nobodys_are_listed_oldest_first(signed_in: SignedIn, given: Given) -> None:
    made = []
    for minutes in range(4):
        with clock.at(STARTED + timedelta(minutes=minutes)):
            made.append(given(cases.open_inquiry))
    for number in (made[3], made[1]):
        given(cases.assign, number, "agent")
    page = signed_in("agent").get("/console/")
    mine, nobodys, *_others = (page.words(body) for body in page.all("tbody"))
    assert mine.index(made[1]) < mine.index(made[3])
    assert nobodys.index(made[0]) < nobodys.index(made[2])
    assert made[0] not in mine


@pytest.mark.req("DESK-03")
def test_what_waits_is_listed_too_and_leads_to_its_list(signed_in: SignedIn, given: Given) -> None:
    awaiting = given(cases.in_state, CaseState.AWAITING_CUSTOMER)
    made = given(cases.many, 12, resolved=True)
    for number in (awaiting, *made):
        given(cases.assign, number, "lead")
    client = signed_in("agent")
    page = client.get("/console/")
    titles = [page.words(item) for item in page.all("h2")][:4]
    assert titles == [
        "自分の担当（更新の古い順）",
        "未割り当て（更新の古い順）",
        "お客様確認待ち（更新の古い順）",
        "解決済み（更新の古い順）",
    ]
    bodies = [page.words(body) for body in page.all("tbody")]
    assert awaiting in bodies[0]
    assert bodies[1].index(made[0]) < bodies[1].index(made[4])
    assert made[5] not in bodies[1]
    more = next(item for item in page.all("a") if page.words(item) == "12件すべてを表示")
    assert len(client.get(more.get("href")).rows()) == 12


@pytest.mark.req("DESK-03")
def test_a_merged_case_is_in_no_queue(signed_in: SignedIn, given: Given) -> None:
    duplicate, into = given(cases.many, 2)
    given(related.merge, duplicate, into)
    page = signed_in("agent").get("/console/")
    assert set(_tiles(page).values()) == {0, 1}
    assert into in page.words()
    assert duplicate not in page.words()


@pytest.mark.parametrize(
    "path",
    ["/console/", "/console/cases/", "/console/cases/new", "/console/cases/CS0000001", "/console/mail/"],
)
def test_customers_and_visitors_are_sent_to_the_desks_door(
    signed_in: SignedIn, client: InspectingClient, path: str
) -> None:
    for browser in (signed_in("hanako"), client):
        answer = browser.get(path)
        assert answer.status == 303
        assert answer.location.startswith("/console/login?next=%2Fconsole%2F")


@pytest.mark.req("UI-04", "UI-02")
@pytest.mark.parametrize(
    ("person", "entries"),
    [
        (
            "agent",
            [
                "概要",
                "ケース",
                "メンション",
                "作業依頼",
                "ナレッジ",
                "ケースを作成",
                "利用者",
                "契約とポイント",
                "メール",
            ],
        ),
        (
            "cs_agent",
            [
                "Overview",
                "Cases",
                "Mentions",
                "Work requests",
                "Knowledge",
                "Open a case",
                "People",
                "Contracts, points",
                "Mail",
            ],
        ),
    ],
)
def test_the_rail_leads_to_every_page(signed_in: SignedIn, person: str, entries: list[str]) -> None:
    client = signed_in(person)
    page = client.get("/console/")
    links = [(page.words(item), item.get("href")) for item in _entries(page)]
    assert [name for name, _ in links] == entries
    for name, address in links:
        shown = client.get(address)
        marked = [shown.words(item) for item in _entries(shown) if item.get("aria-current")]
        assert (shown.status, marked) == (200, [name])
        trail = shown.styled("nav", "breadcrumb")
        assert bool(trail) is (address != "/console/")
        if trail:
            assert next(trail[0].iter(HTML + "a")).get("href") == "/console/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, method: str) -> None:
    client = signed_in("agent")
    assert client.fetch(method, "/console/", data={"csrf_token": client.token()}).status == 405
