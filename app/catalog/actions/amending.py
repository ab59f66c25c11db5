"""A customer changes a request that nobody has decided on; what an administrator approved before counts no longer."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, notifications, policy
from app.catalog.actions.approving import approves_own, note_approval
from app.catalog.actions.submitting import add_request_files
from app.catalog.claiming import claim
from app.catalog.frozen import needs_approval
from app.catalog.lifecycle import RequestState
from app.catalog.models import RequestApproval, RequestFile, WorkRequest
from app.catalog.request_files import files_of
from app.files.models import Upload
from app.journal import record


def amend(
    session: Session,
    request: WorkRequest,
    *,
    actor: Actor,
    version: int,
    answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Upload]],
    removed: Collection[int] = (),
) -> bool:
    """Change answers and files of a pending request, within the form it was made with.

    An administrator's own change is approved by that; anybody else's waits for an approval where one is needed. The
    desk is told of a change to what waits there already.

    :param answers: all answers as they shall be, checked by the form of the request's own version.
    :param uploads: whole uploads of the actor to add, by the key of the field they answer (``""``: attachments).
    :param removed: ids of the request's files to take off; others are left alone.
    :returns: whether anything was changed; if not, an approval stays valid.
    :raises app.catalog.claiming.AlreadyDecided: if the request was decided or withdrawn meanwhile.
    :raises app.cases.actions.StaleEdit: if somebody has changed or approved it since (REL-05).
    """
    authorize(policy.is_maker(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_amend(actor, request))
    before, after = _differences(request.answers, answers)
    gone = [row for row in files_of(session, request) if row.id in removed]
    if not (before or after or gone or any(uploads.values())):
        return False
    for row in gone:
        row.removed_at = clock.now()
    come = add_request_files(session, request, uploads, actor=actor)
    was_at_desk = request.state is RequestState.WAITING
    request.answers = dict(answers)
    request.updated_at = clock.now()
    if was_at_desk or request.changed_at is not None:
        request.changed_at = request.updated_at
    # The version of the row rises although nothing but files may have changed, and that in the same instant.
    flag_modified(request, "updated_at")
    happened = events.RequestAmended(before, after, _names(come), _names(gone))
    record(session, actor=actor, subject=request, happened=happened)
    _void_approvals(session, request, actor=actor)
    _begin_approval(session, request, actor=actor)
    if was_at_desk and request.state is RequestState.WAITING:
        notifications.request_changed(session, request, actor=actor)
    return True


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The answers that are not the same in both, as they were and as they are; a missing one is in neither."""
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    before = {key: old[key] for key in keys if key in old}
    return before, {key: new[key] for key in keys if key in new}


def _names(rows: Sequence[RequestFile]) -> tuple[str, ...]:
    return tuple(row.file.name for row in rows)


def _void_approvals(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    valid = session.scalars(
        select(RequestApproval)
        .where(RequestApproval.request_id == request.id, RequestApproval.voided_at.is_(None))
        .order_by(RequestApproval.id)
    ).all()
    for approval in valid:
        approval.voided_at = clock.now()
    if valid:
        record(session, actor=actor, subject=request, happened=events.ApprovalVoided())


def _begin_approval(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    if not needs_approval(session, request):
        return
    if approves_own(actor):
        is_new_to_desk = request.state is RequestState.APPROVAL
        request.state = RequestState.WAITING
        note_approval(session, request, actor=actor)
        if is_new_to_desk:
            notifications.request_waiting(session, request, actor=actor)
        return
    was_at_desk = request.state is RequestState.WAITING
    request.state = RequestState.APPROVAL
    session.flush()
    if not notifications.approval_asked(session, request, actor=actor) and was_at_desk:
        notifications.approval_impossible(session, request, actor=actor)
