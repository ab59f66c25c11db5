"""A customer changes or withdraws a request; a change voids what was approved and says what was different before."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Forbidden
from app.cases.actions import StaleEdit
from app.catalog import events
from app.catalog.actions import amending, deciding, withdrawing
from app.catalog.actions.items import publish, save_draft
from app.catalog.claiming import AlreadyDecided
from app.catalog.content import Content
from app.catalog.frozen import ApprovalProblem, approval_problem
from app.catalog.history import history_of
from app.catalog.ledger import Balances
from app.catalog.lifecycle import RequestState
from app.catalog.models import RequestApproval
from app.catalog.request_files import files_of
from tests import cast
from tests.catalog.approval.steps import amend, approve, balances, seen, sent
from tests.factories import catalog, files
from tests.factories.mails import queued_mails

pytestmark = pytest.mark.req("WR-08")
NEW = "別のポリシーでお願いします。"


@pytest.mark.parametrize("who", ["jiro", "alice", "agent", "admin"])
def test_strangers_and_the_desk_neither_change_nor_withdraw(session: Session, who: str) -> None:
    catalog.period(session)
    request = sent(session)
    actor = cast.actor_of(session, who)
    with pytest.raises(Forbidden):
        amending.amend(
            session, request, actor=actor, version=request.version, answers={"details": NEW}, uploads={}
        )
    with pytest.raises(Forbidden):
        withdrawing.withdraw(session, request, actor=actor, version=request.version)


def test_a_change_voids_the_approval_and_tells_old_and_new(session: Session) -> None:
    period = catalog.period(session)
    request = sent(session)
    approval = approve(session, request)
    assert amend(session, request, NEW)
    session.refresh(approval)
    assert (request.state, request.answers) == (RequestState.APPROVAL, {"details": NEW})
    assert approval.voided_at is not None
    assert approval_problem(session, request) is ApprovalProblem.MISSING
    assert balances(session, period) == Balances(contract=55, free=47, held=8)
    told = [entry.happened for entry in history_of(session, cast.actor_of(session, "taro"), request)]
    assert told[0] == events.ApprovalVoided()
    assert isinstance(told[1], events.RequestAmended)
    assert told[1].before == {"details": "ポリシーの変更をお願いします。"}
    assert told[1].after == {"details": NEW}
    # Asked at the sending, and once more now.
    assert sum("承認のお願い" in mail.subject for mail in queued_mails(session)) == 2


def test_an_administrators_own_change_approves_itself(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    first = approve(session, request)
    amend(session, request, NEW, who="hanako")
    rows = session.scalars(select(RequestApproval).order_by(RequestApproval.id)).all()
    assert [row.voided_at is None for row in rows] == [False, True]
    assert rows[1].content_hash != first.content_hash
    assert request.state is RequestState.WAITING
    assert approval_problem(session, request) is None


def test_a_change_that_changes_nothing_voids_nothing(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    approval = approve(session, request)
    version = request.version
    assert not amend(session, request, "ポリシーの変更をお願いします。")
    assert (request.version, request.state, approval.voided_at) == (version, RequestState.WAITING, None)


def test_without_the_setting_a_changed_request_waits_on(session: Session) -> None:
    catalog.period(session)
    request = sent(session, needs_approval=False)
    assert amend(session, request, NEW)
    assert request.state is RequestState.WAITING


def test_files_come_and_go_and_count_as_a_change(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "taro")
    log = files.whole(session, actor.within(request.service_id), name="構成図.txt")
    same = dict(found.answers)
    amending.amend(session, found, actor=actor, version=found.version, answers=same, uploads={"": [log]})
    approval = approve(session, request)
    (row,) = files_of(session, request)
    version = request.version
    actor, found = seen(session, request, "taro")
    amending.amend(
        session, found, actor=actor, version=version, answers=same, uploads={}, removed={row.id, 999_999}
    )
    session.refresh(approval)
    assert files_of(session, request) == []
    # It stays provable what the approval saw.
    assert row.removed_at is not None
    assert approval.voided_at is not None
    assert request.version > version


def test_the_version_of_the_sending_stays_though_the_item_went_on(session: Session) -> None:
    catalog.period(session)
    item = catalog.item(session, points=8, needs_approval=True)
    request = catalog.request(session, item, who="taro")
    made_with = request.item_version_id
    save_draft(session, item, actor=catalog.MAKER, content=Content(name_ja="新", name_en="New", points=20))
    publish(session, item, actor=catalog.MAKER)
    amend(session, request, NEW)
    assert (request.item_version_id, request.points) == (made_with, 8)
    # The new version asks for no approval; the request still needs the one of its own.
    assert request.state is RequestState.APPROVAL


@pytest.mark.req("REL-05")
def test_a_change_made_on_an_old_version_is_refused(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "taro")
    old = found.version
    amend(session, request, NEW, who="hanako")
    for answers in ({"details": "第三の内容"}, {"details": NEW}):
        with pytest.raises(StaleEdit):
            amending.amend(session, found, actor=actor, version=old, answers=answers, uploads={})
    with pytest.raises(StaleEdit):
        withdrawing.withdraw(session, found, actor=actor, version=old)
    assert request.answers == {"details": NEW}


def test_a_decided_request_changes_no_more(session: Session) -> None:
    catalog.period(session)
    request = sent(session, needs_approval=False)
    deciding.accept(session, request, actor=cast.actor_of(session, "agent"), version=request.version)
    with pytest.raises(AlreadyDecided):
        amend(session, request, NEW)
    actor, found = seen(session, request, "taro")
    with pytest.raises(AlreadyDecided):
        withdrawing.withdraw(session, found, actor=actor, version=found.version)


@pytest.mark.req("PT-04")
@pytest.mark.parametrize("needs_approval", [True, False])
def test_a_withdrawal_releases_the_points_and_tells_the_desk_what_it_knew(
    session: Session, *, needs_approval: bool
) -> None:
    period = catalog.period(session)
    request = sent(session, needs_approval=needs_approval)
    actor, found = seen(session, request, "taro")
    withdrawing.withdraw(session, found, actor=actor, version=found.version)
    assert (request.state, request.held) == (RequestState.WITHDRAWN, 0)
    assert balances(session, period) == Balances(contract=55, free=55)
    told = [mail.to for mail in queued_mails(session) if "取り下げ" in mail.subject]
    assert told == ([] if needs_approval else ["desk-cs@desk.example"])


def test_a_colleagues_withdrawal_is_told_to_the_requester(session: Session) -> None:
    catalog.period(session)
    request = sent(session)
    actor, found = seen(session, request, "hanako")
    withdrawing.withdraw(session, found, actor=actor, version=found.version)
    told = [mail.to for mail in queued_mails(session) if "取り下げ" in mail.subject]
    assert told == ["taro@sample.example"]
