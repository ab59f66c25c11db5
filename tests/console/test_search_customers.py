"""GET /console/search finds customer numbers and people too, within the agent's reach and no further (D10, D11)."""

from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.search.models import MissedSearch
from tests import cast
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CHARLIE_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import HTML, InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories.search import feed

pytestmark = pytest.mark.req("DESK-04", "ROLE-05")

NUMBERS, PEOPLE = "found-numbers", "found-people"


def search(client: InspectingClient, typed: str) -> dict[str, list[str]]:
    """The hits among customer numbers and people, by the group."""
    return groups(client.get(f"/console/search?q={quote(typed)}"))


def groups(page: Page) -> dict[str, list[str]]:
    found = {}
    for section in page.all("section"):
        head = section.get("aria-labelledby", "")
        hits = (item for item in section.iter(HTML + "li") if "hit" in item.get("class", "").split())
        if head in (NUMBERS, PEOPLE):
            found[head] = [page.words(hit) for hit in hits]
    return found


def id_of(session: Session, name: str) -> int:
    return cast.person(session, name).id


@pytest.mark.req("SVC-04", "SEC-26")
@pytest.mark.parametrize(
    "typed", [CHARLIE_NUMBER, "ひかり", "charlie@", "光 一郎", "jiro@", FM_NUMBER, "次郎"]
)
def test_an_agent_of_one_service_finds_nothing_of_another(signed_in: SignedIn, typed: str) -> None:
    assert search(signed_in("cs_agent"), typed) == {}


@pytest.mark.req("SVC-04", "SEC-48")
def test_of_people_of_both_services_the_other_services_numbers_are_not_told(signed_in: SignedIn) -> None:
    page = signed_in("cs_agent").get("/console/search?q=佐藤花子")
    assert len(groups(page)[PEOPLE]) == 1
    assert (CS_NUMBER in page.text, FM_NUMBER in page.text) == (True, False)
    assert ALICE_FM_NUMBER not in signed_in("cs_agent").get("/console/search?q=alice").text


@pytest.mark.req("SEC-48")
@pytest.mark.parametrize("typed", ["サンプル", CS_NUMBER, "taro@", "A会社"])
def test_customers_find_neither_numbers_nor_people(signed_in: SignedIn, typed: str) -> None:
    page = signed_in("hanako").get(f"/cs/search?q={quote(typed)}")
    assert page.status == 200
    assert groups(page) == {}
    assert "一致する結果はありません" in page.words()


@pytest.mark.parametrize("typed", [CS_NUMBER, CS_NUMBER.lower(), "Ｎ２０００００００１", f" {CS_NUMBER} "])
def test_a_number_finds_its_contract_and_its_people(signed_in: SignedIn, typed: str) -> None:
    found = search(signed_in("agent"), typed)
    (number,) = found[NUMBERS]
    assert CS_NUMBER in number
    assert "ご契約者名: 株式会社サンプル" in number
    assert "サービス: マネージドCSPM" in number
    assert {name for name in ("佐藤 花子", "鈴木 太郎", "山本 海斗") if name in " ".join(found[PEOPLE])} == {
        "佐藤 花子",
        "鈴木 太郎",
        "山本 海斗",
    }


@pytest.mark.parametrize(
    ("typed", "person", "others"),
    [
        ("鈴木　太郎", "鈴木 太郎", 0),
        ("TARO@sample.example", "鈴木 太郎", 0),
        ("alice adams", "Alice Adams", 0),
    ],
)
def test_a_name_or_an_address_finds_the_person(
    signed_in: SignedIn, typed: str, person: str, others: int
) -> None:
    found = search(signed_in("agent"), typed)
    assert NUMBERS not in found
    assert person in found[PEOPLE][0]
    assert len(found[PEOPLE]) == 1 + others


def test_a_company_finds_its_contracts_and_its_people_with_links(signed_in: SignedIn, given: Given) -> None:
    page = signed_in("lead").get("/console/search?q=サンプル")
    found = groups(page)
    assert [CS_NUMBER in found[NUMBERS][0], FM_NUMBER in found[NUMBERS][1]] == [True, True]
    assert len(found[PEOPLE]) == 4
    # Whoever cannot sign in says so.
    assert [("無効" in hit) for hit in found[PEOPLE]] == ["海斗" in hit for hit in found[PEOPLE]]
    hrefs = {link.get("href") for link in page.all("a")}
    wanted = {
        f"/console/accounts/{CS_NUMBER}/points",
        f"/console/people/{given(id_of, 'hanako')}",
        f"/console/cases/?f=customer-number:is:{CS_NUMBER}",
    }
    assert wanted <= hrefs
    for address in wanted:
        assert signed_in("lead").get(address).status == 200
    words = page.words()
    assert ("契約とポイント 2" in words, "利用者 4" in words) == (True, True)


def test_english_agents_read_english_names_of_services(signed_in: SignedIn) -> None:
    page = signed_in("cs_agent").get(f"/console/search?q={ALICE_CS_NUMBER}")
    assert "Contracts and points 1" in page.words()
    assert "People 1" in page.words()
    assert "Contract holder: A会社 · Service: Managed CSPM" in page.words()


@pytest.mark.req("SEARCH-05")
def test_five_are_shown_and_the_lists_show_all(signed_in: SignedIn) -> None:
    page = signed_in("agent").get("/console/search?q=.example")
    assert len(groups(page)[PEOPLE]) == 5
    way = next(link for link in page.all("a") if "6件すべてを表示" in page.words(link))
    assert way.get("href") == "/console/people/?q=.example"
    assert len(signed_in("agent").get(way.get("href")).rows()) == 6
    numbers = signed_in("agent").get("/console/search?q=00000")
    assert [len(groups(numbers)[NUMBERS]), "件すべてを表示" in numbers.words()] == [4, False]


@pytest.mark.req("SEC-32")
@pytest.mark.parametrize(
    "typed",
    ["", " ", "N", "光", "%", "%%", "__", "\\", "%_%", "'--", '"', "((", "a\x00b", "x" * 10_000, "😀😀"],
)
def test_what_names_nobody_finds_nobody(signed_in: SignedIn, typed: str) -> None:
    page = signed_in("agent").get(f"/console/search?q={quote(typed)}")
    assert page.status == 200
    assert groups(page) == {}


def test_a_customer_that_is_found_is_no_search_in_vain(
    signed_in: SignedIn, app: Flask, stored: Stored
) -> None:
    feed(app)
    agent = signed_in("agent")
    for typed in ("taro@sample.example", CS_NUMBER, "サンプル"):
        assert "一致する結果はありません" not in agent.get(f"/console/search?q={quote(typed)}").words()
    assert stored(lambda session: session.scalars(select(MissedSearch)).all()) == []
    agent.get("/console/search?q=無花果")
    assert len(stored(lambda session: session.scalars(select(MissedSearch)).all())) == 1


@pytest.mark.req("SVC-04")
def test_administrators_find_everybody(signed_in: SignedIn) -> None:
    found = search(signed_in("admin"), "ひかり")
    assert [CHARLIE_NUMBER in found[NUMBERS][0], "光 一郎" in found[PEOPLE][0]] == [True, True]


def test_the_number_of_questions_does_not_grow_with_the_hits(signed_in: SignedIn) -> None:
    agent = signed_in("agent")
    agent.get("/console/search?q=zz")
    asked = [
        len(agent.get(f"/console/search?q={typed}").queries) for typed in ("jiro@", "サンプル", ".example")
    ]
    # One more where there are more than are shown, which are counted.
    assert asked[1] <= asked[0] + 1
    assert asked[2] <= asked[0] + 1
