"""What the portal shows of the catalogue, and answers 404 where no contract includes it."""

import pytest

from tests.catalog.portal.steps import FORM, LIST, SENT, contract
from tests.client import Page
from tests.conftest import Given, SignedIn, Untouched
from tests.factories import requests
from tests.factories.wording import message

POINTS = "/cs/account/points"


def entries(page: Page) -> list[str]:
    """The entries of the header, without those of the account menu."""
    nav = page.by_id("site-nav")
    found = [
        link for link in nav.iter("{http://www.w3.org/1999/xhtml}a") if "nav-entry" in link.get("class", "")
    ]
    return [page.words(link) for link in found]


def cards(page: Page) -> list[str]:
    """The titles of the cards of the home page."""
    return [page.words(card) for card in page.styled("span", "menu-card-title")]


def leads_to(page: Page, address: str) -> bool:
    """Tell whether anything on the page leads there."""
    return any(link.get("href") == address for link in page.all("a"))


@pytest.mark.req("SVC-06", "UI-01", "HOME-02", "M-51")
@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("hanako", ["お問い合わせ", "作業依頼", "ケース一覧", "ナレッジ"]),
        ("alice", ["Inquiry", "Work request", "Case list", "Knowledge"]),
    ],
)
def test_work_requests_stand_second_in_header_and_cards(
    signed_in: SignedIn, person: str, names: list[str]
) -> None:
    page = signed_in(person).get("/cs/")
    assert entries(page) == names
    assert cards(page)[:4] == names
    assert message("M-51", page.language) in page.words()


@pytest.mark.req("SVC-06")
@pytest.mark.parametrize(
    ("person", "home", "requests_shown", "points_shown"),
    [
        ("hanako", "/cs/", True, True),
        ("alice", "/cs/", True, False),
        # On fm everybody may request, and there are no points.
        ("hanako", "/fm/", True, False),
        ("charlie", "/fm/", True, False),
    ],
)
def test_header_and_menu_follow_service_and_contract(
    signed_in: SignedIn, person: str, home: str, *, requests_shown: bool, points_shown: bool
) -> None:
    client = signed_in(person)
    page = client.get(f"{home}account/")
    assert leads_to(page, f"{home}work-requests/") is requests_shown
    assert leads_to(page, f"{home}account/points") is points_shown
    assert client.get(f"{home}work-requests/").status == (200 if requests_shown else 404)
    assert client.get(f"{home}account/points").status == (200 if points_shown else 404)


@pytest.mark.req("SVC-06", "SEC-26")
def test_without_requests_in_any_contract_nothing_of_them_is_there(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(requests.waiting, file_names=["構成図.txt"])
    token = given(requests.file_token, number)
    given(requests.item_of)
    client = signed_in("taro")
    fields = client.get(FORM).form(FORM)
    given(contract, includes_requests=False, includes_points=True)
    page = client.get("/cs/")
    assert entries(page) == ["お問い合わせ", "ケース一覧", "ナレッジ"]
    assert "作業依頼" not in cards(page)
    assert "work-requests" not in page.text
    addresses = (LIST, FORM, f"{SENT}/{number}", f"{SENT}/{number}/files/{token}")
    answers = [client.get(address) for address in (*addresses, "/cs/cases/CS9999999")]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    with untouched():
        assert client.post(FORM, fields).status == 404
    # One contract is enough.
    given(contract, includes_requests=True, includes_points=False)
    assert {client.get(address).status for address in addresses} == {200}


@pytest.mark.req("SVC-06")
def test_without_points_in_any_contract_nothing_of_them_is_there(given: Given, signed_in: SignedIn) -> None:
    given(contract, includes_requests=True, includes_points=False)
    client = signed_in("hanako")
    assert not leads_to(client.get("/cs/account/"), POINTS)
    assert client.get(POINTS).status == 404


@pytest.mark.req("SVC-06")
def test_the_question_is_asked_once_a_page_and_not_for_a_refusal(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    assert sum("request_terms" in query for query in client.get("/cs/").queries) <= 2
    assert not any("request_terms" in query for query in client.get("/cs/cases/CS9999999").queries)
    assert not any("request_terms" in query for query in signed_in("hanako").get("/cs/login").queries)
