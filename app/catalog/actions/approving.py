"""An administrator of the customer approves a request, or does not (WR-08, PT-04).

What was approved is frozen by a hash of the content: a later change voids the approval, and of an approval and a
change at once the second one is told that it came too late (REL-05).
"""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, Permission, authorize
from app.catalog import events, notifications, policy
from app.catalog.actions.paying import release_for
from app.catalog.claiming import claim
from app.catalog.frozen import content_hash
from app.catalog.lifecycle import RequestState
from app.catalog.models import RequestApproval, WorkRequest
from app.journal import record


def approve(session: Session, request: WorkRequest, *, actor: Actor, version: int) -> RequestApproval:
    """Approve what the request says now; the Advisory Center decides next.

    :param version: the version of the request that the administrator has read.
    :raises app.catalog.claiming.AlreadyDecided: if the request was decided or withdrawn meanwhile.
    :raises app.cases.actions.StaleEdit: if somebody has changed or approved it since (REL-05).
    """
    authorize(policy.is_approver(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_approve(actor, request))
    request.state = RequestState.WAITING
    request.updated_at = clock.now()
    approval = note_approval(session, request, actor=actor)
    notifications.request_approved(session, request, actor=actor)
    notifications.request_waiting(session, request, actor=actor)
    return approval


def refuse(session: Session, request: WorkRequest, *, actor: Actor, version: int, reason: str) -> None:
    """Do not approve a request: it never reaches the desk, and its points are released.

    :param reason: what the requester reads; not empty.
    :raises app.catalog.claiming.AlreadyDecided: if the request was decided or withdrawn meanwhile.
    :raises app.cases.actions.StaleEdit: if somebody has changed or approved it since (REL-05).
    """
    authorize(policy.is_approver(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_approve(actor, request))
    release_for(session, request, actor=actor)
    request.reason = reason
    request.state = RequestState.REFUSED
    request.decided_at = request.updated_at = clock.now()
    request.decided_by_id = actor.user_id
    record(session, actor=actor, subject=request, happened=events.ApprovalRefused(reason))
    notifications.request_refused(session, request, actor=actor)


def approves_own(actor: Actor) -> bool:
    """Whether what somebody sends or changes is approved by that alone: administrators need nobody else."""
    return actor.may(Permission.PORTAL_REQUEST_APPROVE)


def note_approval(session: Session, request: WorkRequest, *, actor: Actor) -> RequestApproval:
    """Write down that the actor approves what the request says now; rules and state are the caller's."""
    approval = RequestApproval(
        request_id=request.id,
        approver_id=actor.user_id,
        content_hash=content_hash(session, request),
        approved_at=clock.now(),
    )
    session.add(approval)
    session.flush()
    record(session, actor=actor, subject=request, happened=events.RequestApproved(approval.content_hash))
    return approval
