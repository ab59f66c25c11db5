"""GET /<service>/: the home page, its cards and its links (HOME-01 to HOME-04)."""

import pytest
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.cases.lifecycle import CaseState
from app.contracts import actions as contracts
from app.contracts import queries
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.client import HTML, InspectingClient, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.wording import message


def _cards(page: Page) -> list[tuple[str, str, str]]:
    found = []
    for card in page.styled("a", "menu-card"):
        texts = [page.words(item) for item in card.iter(HTML + "span") if page.words(item)]
        found.append((texts[0], texts[1], card.get("href")))
    return found


def _portals(page: Page) -> list[tuple[str, str]]:
    return [
        (page.words(link), link.get("href"))
        for item in page.styled("ul", "link-list")
        for link in item.iter(HTML + "a")
    ]


@pytest.mark.req("HOME-02", "HOME-03", "M-50", "M-51", "M-52", "M-53", "M-55", "UI-01")
@pytest.mark.parametrize(
    ("person", "service", "titles"),
    [
        ("hanako", "cs", ("お問い合わせ", "作業依頼", "ケース一覧", "ナレッジ", "アカウント管理")),
        ("hanako", "fm", ("お問い合わせ", "作業依頼", "ケース一覧", "ナレッジ", "アカウント管理")),
        ("taro", "cs", ("お問い合わせ", "作業依頼", "ケース一覧", "ナレッジ", "アカウント管理")),
        ("alice", "cs", ("Inquiry", "Work request", "Case list", "Knowledge", "Account management")),
    ],
)
def test_each_card_has_title_and_text_and_leads_where_the_header_does(
    signed_in: SignedIn, person: str, service: str, titles: tuple[str, ...]
) -> None:
    client = signed_in(person)
    page = client.get(f"/{service}/")
    cards = _cards(page)
    assert [(title, text) for title, text, _ in cards] == [
        (titles[0], message("M-50", page.language)),
        (titles[1], message("M-51", page.language)),
        (titles[2], message("M-52", page.language)),
        (titles[3], message("M-53", page.language)),
        (titles[4], message("M-55", page.language)),
    ]
    header = {page.words(link): link.get("href") for link in page.styled("a", "nav-entry")}
    for title, _, address in cards[:4]:
        assert header[title] == address
        assert client.get(address).status == 200
    # The header's entry of that name is a menu; the card opens the page of the same entries.
    menus = [page.words(item) for item in page.styled("summary", "nav-entry")]
    assert titles[4] in menus
    opened = client.get(cards[4][2])
    assert opened.words(opened.one("h1")) == titles[4]


@pytest.mark.req("HOME-01", "M-39", "M-58")
@pytest.mark.parametrize("person", ["hanako", "alice"])
def test_from_top_to_bottom(signed_in: SignedIn, person: str) -> None:
    page = signed_in(person).get("/cs/")
    words = page.words()
    is_japanese = page.language == "ja"
    order = [
        "佐藤 花子" if is_japanese else "Alice Adams",
        "お知らせ" if is_japanese else "Announcements",
        message("M-39", page.language),
        message("M-50", page.language),
        message("M-52", page.language),
        "各サービスのカスタマーポータルへのリンク"
        if is_japanese
        else "Links to each service's customer portal",
        "All Rights Reserved",
    ]
    places = [words.index(text) for text in order]
    assert places == sorted(places)


@pytest.mark.req("HOME-02", "SVC-06")
def test_no_card_leads_to_a_dead_end(signed_in: SignedIn, given: Given) -> None:
    given(cases.in_state, CaseState.RESOLVED)
    client = signed_in("hanako")
    page = client.get("/cs/")
    links = {item.get("href") for item in page.all("a") if item.get("href", "").startswith("/")}
    assert len(links) >= 4
    assert {link: client.get(link).status for link in links} == dict.fromkeys(links, 200)


@pytest.mark.req("HOME-04")
@pytest.mark.parametrize(
    ("person", "service", "portals"),
    [
        ("hanako", "cs", [("マネージドCSPM", "/cs/")]),
        ("jiro", "fm", [("マネージドCSPM", "/cs/"), ("モバイルセキュリティ", "/fm/")]),
        ("alice", "fm", [("Managed CSPM", "/cs/"), ("Mobile Security", "/fm/")]),
    ],
)
def test_the_links_are_those_set_for_this_portal(
    signed_in: SignedIn, person: str, service: str, portals: list[tuple[str, str]]
) -> None:
    client = signed_in(person)
    assert _portals(client.get(f"/{service}/")) == portals
    # Whoever is linked to both services goes on; the others must sign in there.
    answer = client.get("/cs/")
    assert (answer.status == 200) is (person in {"hanako", "alice"})


@pytest.mark.req("HOME-04")
def test_without_links_there_is_no_empty_heading(signed_in: SignedIn, given: Given) -> None:
    def forget(session: Session) -> None:
        service = queries.service_by_slug(session, "cs")
        assert service is not None
        contracts.set_portal_links(session, actor=system_actor("tests"), service=service, targets=[])

    given(forget)
    page = signed_in("hanako").get("/cs/")
    assert "各サービスのカスタマーポータルへのリンク" not in page.words()
    assert _portals(page) == []


@pytest.mark.req("HOME-01", "LIST-02", "SVC-04")
def test_it_counts_and_names_the_own_cases_that_wait_for_the_customer(
    signed_in: SignedIn, given: Given
) -> None:
    made = {state: given(cases.in_state, state) for state in CaseState}
    given(cases.in_state, CaseState.RESOLVED, number=ALICE_CS_NUMBER)
    given(cases.in_state, CaseState.RESOLVED, number=FM_NUMBER)
    page = signed_in("taro").get("/cs/")
    tiles = {page.words(item) for item in page.styled("a", "tile")}
    assert {" ".join(sorted(text.split())) for text in tiles} == {
        " ".join(sorted(["アクションが必要", "2"])),
        " ".join(sorted(["未クローズのケース", "4"])),
    }
    shown = {row["ケース番号"] for row in page.rows()}
    assert shown == {made[CaseState.AWAITING_CUSTOMER], made[CaseState.RESOLVED]}


def test_nobody_sees_it_signed_out(client: InspectingClient) -> None:
    assert client.get("/cs/").location == "/cs/login?next=%2Fcs%2F"
    assert client.get("/cs").status in {301, 303, 308}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, method: str) -> None:
    client = signed_in("hanako")
    assert client.fetch(method, "/cs/", data={"csrf_token": client.token()}).status == 405


@pytest.mark.req("SVC-04", "SVC-05")
@pytest.mark.parametrize("person", ["charlie", "jiro", "agent", "admin"])
def test_stranger_and_wrong_role(signed_in: SignedIn, person: str) -> None:
    assert signed_in(person).get("/cs/").location == "/cs/login?next=%2Fcs%2F"
