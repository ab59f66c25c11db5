"""GET /console/cases/: the cases of all customers of the agent's services (DESK-03)."""

import pytest

from app.cases.lifecycle import CaseState
from tests.cast import ALICE_CS_NUMBER, CHARLIE_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import HTML, Page
from tests.conftest import Given, SignedIn
from tests.factories import cases
from tests.factories.wording import message

LIST = "/console/cases/"
pytestmark = pytest.mark.req("DESK-03")


def _numbers(page: Page) -> set[str]:
    label = page.heads()[0] if page.rows() else ""
    return {row[label] for row in page.rows()}


@pytest.mark.req("ROLE-05")
def test_it_covers_all_customers_of_the_agents_services(signed_in: SignedIn, given: Given) -> None:
    made = {
        number: given(cases.open_inquiry, number=number)
        for number in (CS_NUMBER, ALICE_CS_NUMBER, FM_NUMBER, CHARLIE_NUMBER)
    }
    everything = set(made.values())
    assert _numbers(signed_in("agent").get(LIST)) == everything
    assert _numbers(signed_in("admin").get(LIST)) == everything
    assert _numbers(signed_in("cs_agent").get(LIST)) == {made[CS_NUMBER], made[ALICE_CS_NUMBER]}


@pytest.mark.parametrize(
    ("person", "heads", "unassigned"),
    [
        (
            "agent",
            "ケース番号 状況 件名 ご契約者名 お客様番号 担当者 期限 更新日時",
            "高橋 健",
        ),
        (
            "cs_agent",
            "Case number|Status|Subject|Contract holder|Customer number|Assignee|Due|Updated",
            "高橋 健",
        ),
    ],
)
def test_a_row_names_the_assignee_and_leads_to_the_case(
    signed_in: SignedIn, given: Given, person: str, heads: str, unassigned: str
) -> None:
    number = given(cases.open_inquiry)
    given(cases.assign, number, "lead")
    page = signed_in(person).get(LIST)
    assert page.heads() == heads.split("|" if "|" in heads else " ")
    assert unassigned in page.rows()[0].values()
    assert [item.get("href") for item in page.one("tbody").iter(HTML + "a")] == [f"/console/cases/{number}"]


def test_the_queues_hold_what_their_names_say(signed_in: SignedIn, given: Given) -> None:
    made = {state: given(cases.in_state, state) for state in CaseState}
    given(cases.assign, made[CaseState.NEW], "agent")
    given(cases.assign, made[CaseState.RESOLVED], "lead")
    client = signed_in("agent")
    is_open = set(made.values()) - {made[CaseState.CLOSED]}
    expected = {
        "all": set(made.values()),
        "open": is_open,
        "mine": {made[CaseState.NEW]},
        "unassigned": {made[CaseState.IN_PROGRESS], made[CaseState.AWAITING_CUSTOMER]},
        "awaiting": {made[CaseState.AWAITING_CUSTOMER]},
        "resolved": {made[CaseState.RESOLVED]},
    }
    for view, numbers in expected.items():
        assert _numbers(client.get(f"{LIST}?view={view}")) == numbers, view


@pytest.mark.req("LIST-07", "M-49", "M-30")
@pytest.mark.parametrize("person", ["agent", "cs_agent"])
def test_pages_and_the_empty_list(signed_in: SignedIn, given: Given, person: str) -> None:
    client = signed_in(person)
    empty = client.get(LIST)
    assert message("M-30", empty.language) in empty.words()
    given(cases.many, 21)
    page = client.get(f"{LIST}?page=2")
    assert page.words(page.styled("p", "pager-rows")[0]) == message("M-49", page.language, a=21, b=21, n=21)


@pytest.mark.parametrize(
    "query", ["view=third", "view=%00&sort=%00&page=%00", "sort=contact&page=abc", "x=%FF"]
)
def test_an_unknown_query_is_no_fault(signed_in: SignedIn, given: Given, query: str) -> None:
    number = given(cases.open_inquiry)
    assert _numbers(signed_in("agent").get(f"{LIST}?{query}")) == {number}


@pytest.mark.parametrize("person", ["hanako", "taro"])
def test_wrong_role(signed_in: SignedIn, person: str) -> None:
    assert signed_in(person).get(LIST).location == "/console/login?next=%2Fconsole%2Fcases%2F"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, method: str) -> None:
    client = signed_in("agent")
    assert client.fetch(method, LIST, data={"csrf_token": client.token()}).status == 405
