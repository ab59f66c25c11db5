"""An administrator of the customer approves or refuses a request; nobody else does, and what was approved is frozen."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases.actions import StaleEdit
from app.catalog.actions import approving, deciding
from app.catalog.claiming import AlreadyDecided
from app.catalog.frozen import ApprovalProblem, NotApproved, approval_problem, content_hash
from app.catalog.history import history_of
from app.catalog.ledger import Balances
from app.catalog.lifecycle import RequestState
from app.catalog.models import RequestApproval
from tests import cast
from tests.catalog.approval.steps import approve, balances, seen, sent
from tests.factories import catalog
from tests.factories.mails import queued_mails

pytestmark = pytest.mark.req("WR-08")


@pytest.mark.parametrize("who", ["taro", "jiro", "alice", "agent", "admin"])
def test_nobody_but_an_administrator_of_the_number_approves_or_refuses(session: Session, who: str) -> None:
    catalog.period(session)
    request = sent(session)
    actor = cast.actor_of(session, who)
    with pytest.raises(Forbidden):
        approving.approve(session, request, actor=actor, version=request.version)
    with pytest.raises(Forbidden):
        approving.refuse(session, request, actor=actor, version=request.version, reason="不要です")
    assert request.state is RequestState.APPROVAL


def test_without_an_approval_the_desk_cannot_accept_or_reject(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    agent = cast.actor_of(session, "agent")
    with pytest.raises(Forbidden):
        deciding.accept(session, request, actor=agent, version=request.version)
    with pytest.raises(Forbidden):
        deciding.reject(session, request, actor=agent, version=request.version, reason="不可")


@pytest.mark.req("PT-04")
def test_a_request_waits_for_the_approval_with_its_points_held(session: Session) -> None:
    period = catalog.period(session)
    request = sent(session)
    assert request.state is RequestState.APPROVAL
    assert approval_problem(session, request) is ApprovalProblem.MISSING
    assert balances(session, period) == Balances(contract=55, free=47, held=8)
    approval = approve(session, request)
    assert (request.state, approval.content_hash) == (RequestState.WAITING, content_hash(session, request))
    assert approval_problem(session, request) is None
    case = deciding.accept(session, request, actor=cast.actor_of(session, "agent"), version=request.version)
    assert case.contact_id == request.requester_id


def test_an_administrators_own_request_is_approved_by_that(session: Session) -> None:
    catalog.period(session)
    request = sent(session, who="hanako")
    approval = session.scalars(select(RequestApproval)).one()
    assert (request.state, approval.approver_id) == (RequestState.WAITING, request.requester_id)
    assert approval_problem(session, request) is None
    kinds = [entry.happened.kind for entry in history_of(session, cast.actor_of(session, "hanako"), request)]
    assert kinds == ["work_request.approved", "work_request.submitted"]


@pytest.mark.parametrize("who", ["hanako", "taro"])
def test_an_item_without_the_setting_asks_for_none(session: Session, who: str) -> None:
    catalog.period(session)
    request = sent(session, who=who, needs_approval=False)
    assert request.state is RequestState.WAITING
    assert approval_problem(session, request) is None
    assert session.scalars(select(RequestApproval)).all() == []


@pytest.mark.req("PT-04")
def test_a_refusal_is_final_and_releases_the_points(session: Session) -> None:
    period = catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "hanako")
    approving.refuse(session, found, actor=actor, version=found.version, reason="予算の都合です")
    assert (request.state, request.reason, request.held) == (RequestState.REFUSED, "予算の都合です", 0)
    assert balances(session, period) == Balances(contract=55, free=55)
    with pytest.raises(AlreadyDecided):
        approving.approve(session, found, actor=actor, version=found.version)


@pytest.mark.req("REL-05")
def test_what_somebody_changed_or_approved_meanwhile_is_not_approved_unread(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "hanako")
    old = found.version
    approve(session, request)
    with pytest.raises(StaleEdit):
        approving.approve(session, found, actor=actor, version=old)
    # Whoever has read the newest version cannot approve twice either.
    with pytest.raises(Forbidden):
        approving.approve(session, found, actor=actor, version=found.version)
    assert len(session.scalars(select(RequestApproval)).all()) == 1


def test_content_changed_past_the_acts_is_not_accepted(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    approve(session, request)
    request.answers = {"details": "ほかの内容"}
    session.flush()
    assert approval_problem(session, request) is ApprovalProblem.DIFFERENT
    with pytest.raises(NotApproved):
        deciding.accept(session, request, actor=cast.actor_of(session, "agent"), version=request.version)
    assert request.case_id is None


@pytest.mark.parametrize("part", ["answers", "points", "item_version_id", "customer_number_id"])
def test_the_hash_covers_every_part(session: Session, part: str) -> None:
    catalog.period(session)
    request = sent(session)
    before = content_hash(session, request)
    assert content_hash(session, request) == before
    other = catalog.item(session, slug="other")
    changed = {
        "answers": {"details": "違う"},
        "points": 9,
        "item_version_id": other.current_id,
        "customer_number_id": cast.number(session, cast.ALICE_CS_NUMBER).id,
    }
    with session.begin_nested() as savepoint:
        setattr(request, part, changed[part])
        assert content_hash(session, request) != before
        savepoint.rollback()
    assert content_hash(session, request) == before


@pytest.mark.req("MAIL-02")
def test_administrators_are_asked_and_the_requester_is_told(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    asked = [mail for mail in queued_mails(session) if "承認のお願い" in mail.subject]
    assert [mail.to for mail in asked] == ["hanako@sample.example"]
    assert "ポリシーの変更をお願いします。" in asked[0].text
    assert f"https://desk.test/cs/work-requests/sent/{request.number}" in asked[0].text
    approve(session, request)
    told = [mail for mail in queued_mails(session) if "承認されました" in mail.subject]
    assert [mail.to for mail in told] == ["taro@sample.example"]
    assert "佐藤 花子" in told[0].text


@pytest.mark.req("MAIL-02")
def test_a_refusal_is_mailed_with_its_reason(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "hanako")
    approving.refuse(session, found, actor=actor, version=found.version, reason="来月にしてください")
    told = [mail for mail in queued_mails(session) if "承認されませんでした" in mail.subject]
    assert [mail.to for mail in told] == ["taro@sample.example"]
    assert "来月にしてください" in told[0].text
