"""POST /console/cases/<case>/assignee: whose case it is, a matter of the desk."""

import pytest
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases.lifecycle import CaseState
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases


def _assignee(session: Session, number: str) -> int | None:
    return cases.case_of(session, number).assignee_id


def _id(session: Session, name: str) -> int:
    return cast.person(session, name).id


@pytest.mark.req("DESK-03", "CASE-01")
@pytest.mark.parametrize("name", ["agent", "lead"])
def test_it_works_and_tells_it_in_the_history(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, name: str
) -> None:
    number = given(cases.open_inquiry)
    outbox()
    client = signed_in("agent")
    address = f"/console/cases/{number}"
    chosen = str(stored(lambda session: _id(session, name)))
    answer = client.submit(client.get(address), f"{address}/assignee", assignee=chosen)
    assert (answer.status, answer.location) == (303, address)
    assert stored(lambda session: _assignee(session, number)) == int(chosen)
    page = client.get(address)
    assert page.value("assignee") == chosen
    assert f"未割り当て → {cast.ROLES[name].family}" in page.words(page.styled("li", "timeline-entry")[0])
    # The desk's own business is no news for the customer, and no update of the case.
    assert outbox() == []
    assert stored(lambda session: cases.history(session, number))[-1] == "case.assignee_changed"


@pytest.mark.req("CASE-22")
def test_it_leaves_the_updated_time_alone(given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    before = stored(lambda session: cases.case_of(session, number).updated_at)
    given(cases.assign, number, "lead")
    assert stored(lambda session: cases.case_of(session, number).updated_at) == before


def test_nobody_can_be_chosen_again(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    given(cases.assign, number, "lead")
    client = signed_in("agent")
    answer = client.submit(
        client.get(f"/console/cases/{number}"), f"/console/cases/{number}/assignee", assignee=""
    )
    assert answer.status == 303
    assert stored(lambda session: _assignee(session, number)) is None


def test_repeated_it_changes_nothing_more(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    chosen = str(stored(lambda session: _id(session, "lead")))
    statuses = [client.act(f"/console/cases/{number}/assignee", assignee=chosen).status for _ in range(2)]
    assert statuses == [303, 303]
    assert stored(lambda session: cases.history(session, number)).count("case.assignee_changed") == 1


@pytest.mark.req("ROLE-05")
def test_only_agents_of_the_service_are_offered(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry, number=cast.FM_NUMBER)
    page = signed_in("agent").get(f"/console/cases/{number}")
    options = list(page.by_id("assignee").iter("{http://www.w3.org/1999/xhtml}option"))
    assert [page.words(option) for option in options] == ["未割り当て", "中村 さくら", "高橋 健"]


@pytest.mark.parametrize(
    ("person", "text"),
    [
        ("agent", "このサービスの担当者から選んでください。"),
        ("cs_agent", "Choose one of the service's agents."),
    ],
)
@pytest.mark.parametrize("wrong", ["hanako", "999999", "abc", "\0", "-1", "1.0", "😀"])
def test_whoever_is_no_agent_of_the_service_is_refused(
    signed_in: SignedIn,
    given: Given,
    stored: Stored,
    untouched: Untouched,
    person: str,
    text: str,
    wrong: str,
) -> None:
    number = given(cases.open_inquiry)
    value = str(stored(lambda session: _id(session, wrong))) if wrong in cast.ROLES else wrong
    client = signed_in(person)
    token = client.token()
    with untouched():
        answer = client.post(f"/console/cases/{number}/assignee", {"csrf_token": token, "assignee": value})
    assert answer.status == 422
    assert text in answer.alerts()


@pytest.mark.req("CASE-16")
def test_a_closed_case_stays_whose_it_was(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    number = given(cases.in_state, CaseState.CLOSED)
    client = signed_in("agent")
    assert not client.get(f"/console/cases/{number}").offers(f"/console/cases/{number}/assignee")
    with untouched():
        assert client.act(f"/console/cases/{number}/assignee", assignee="").status == 409


def test_the_action_refuses_customers(given: Given) -> None:
    number = given(cases.open_inquiry)
    with pytest.raises(Forbidden):
        given(cases.assign, number, "lead", by="hanako")
