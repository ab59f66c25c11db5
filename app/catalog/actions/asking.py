"""The desk asks the administrators of a customer number once more for an approval that a request waits for.

It never approves in their place: who accepts a request and whose points it costs stay two persons, of two companies
(docs/decisions/0022).
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.authz import Actor, authorize
from app.catalog import events, notifications, policy
from app.catalog.claiming import claim
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.journal import JournalEvent, record

# Nobody gets a second mail for the same request sooner.
NOT_BEFORE = timedelta(hours=1)


class NobodyToAsk(Exception):
    """No administrator of the customer number can sign in."""


class JustAsked(Exception):
    """They were asked a short while ago, perhaps by the same click."""


class NotInApproval(Exception):
    """The request does not wait for an approval (any more)."""


def ask_again(session: Session, request: WorkRequest, *, actor: Actor, version: int) -> int:
    """Mail the administrators who can approve; returns to how many.

    :param version: the version of the request that was read before.
    :raises app.catalog.claiming.AlreadyDecided: if the request was decided or withdrawn meanwhile.
    :raises app.cases.actions.StaleEdit: if somebody has changed or approved it since (REL-05).
    :raises NotInApproval: if it does not wait for an approval.
    :raises NobodyToAsk: if nobody can approve it.
    :raises JustAsked: if they were asked within the last hour.
    """
    authorize(policy.is_decider(actor, request))
    claim(session, request, version=version)
    if request.state is not RequestState.APPROVAL:
        raise NotInApproval
    authorize(policy.can_ask_again(actor, request))
    approvers = accounts.administrators_of_number(session, request.customer_number_id)
    if not approvers:
        raise NobodyToAsk
    if _was_just_asked(session, request):
        raise JustAsked
    happened = events.ApprovalAskedAgain(len(approvers))
    record(session, actor=actor, subject=request, happened=happened)
    notifications.approval_asked_again(session, request, actor=actor)
    return len(approvers)


def _was_just_asked(session: Session, request: WorkRequest) -> bool:
    asked = select(JournalEvent.id).where(
        JournalEvent.subject_type == WorkRequest.subject_type,
        JournalEvent.subject_id == request.id,
        JournalEvent.kind == events.ApprovalAskedAgain.kind,
        JournalEvent.at > clock.now() - NOT_BEFORE,
    )
    return session.scalar(asked.limit(1)) is not None
