"""What the desk sees of approvals: nothing to decide without one, nothing to accept that is not what was approved."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.cases.actions import StaleEdit
from app.catalog.actions import deciding
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from tests import cast
from tests.catalog.approval.steps import amend, approve, seen, sent
from tests.conftest import Given, SignedIn, Stored
from tests.factories import catalog, requests

pytestmark = pytest.mark.req("WR-08")


def approved(session: Session) -> str:
    """The number of a request that was approved."""
    number = requests.in_approval(session)
    approve(session, requests.request_of(session, number))
    return number


def tampered(session: Session, number: str) -> None:
    """Change what a request says behind the product's back."""
    values = {"answers": {"details": "すり替えた内容"}}
    session.execute(update(WorkRequest).where(WorkRequest.number == number).values(values))


def test_the_queue_has_a_request_once_it_was_approved(given: Given, signed_in: SignedIn) -> None:
    waiting = given(requests.in_approval)
    agent = signed_in("agent")
    assert waiting not in agent.get("/console/work-requests/").words()
    assert not agent.get(f"/console/work-requests/{waiting}").offers(
        f"/console/work-requests/{waiting}/acceptance"
    )
    given(lambda session: approve(session, requests.request_of(session, waiting)))
    assert waiting in agent.get("/console/work-requests/").words()


def test_content_that_was_not_approved_is_refused_with_the_reason(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(approved)
    given(tampered, number)
    agent, place = signed_in("agent"), f"/console/work-requests/{number}/acceptance"
    answer = agent.post(place, agent.get(f"/console/work-requests/{number}").form(place))
    assert answer.status == 409
    assert "管理者が承認した内容と異なる" in answer.alerts()
    found = stored(lambda session: requests.request_of(session, number))
    assert (found.state, found.case_id) == (RequestState.WAITING, None)


@pytest.mark.req("REL-05")
@pytest.mark.parametrize("needs_approval", [True, False])
def test_what_the_customer_changed_since_is_not_decided_unread(
    session: Session, *, needs_approval: bool
) -> None:
    catalog.period(session)
    request = sent(session, who="hanako", needs_approval=needs_approval)
    agent, found = seen(session, request, "agent")
    old = found.version
    amend(session, request, "変更後", who="hanako")
    with pytest.raises(StaleEdit):
        deciding.accept(session, found, actor=agent, version=old)
    with pytest.raises(StaleEdit):
        deciding.reject(session, found, actor=agent, version=old, reason="不可")
    case = deciding.accept(session, found, actor=cast.actor_of(session, "agent"), version=found.version)
    assert case.contact_id == request.requester_id
