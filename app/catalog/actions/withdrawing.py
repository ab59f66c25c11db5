"""A customer takes a request back before anybody has decided on it (PT-04)."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, notifications, policy
from app.catalog.actions.paying import release_for
from app.catalog.claiming import claim
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.journal import record


def withdraw(session: Session, request: WorkRequest, *, actor: Actor, version: int) -> None:
    """Withdraw a request for good; its points are released, and the desk is told if it was waiting there.

    :raises app.catalog.claiming.AlreadyDecided: if the request was decided or withdrawn meanwhile.
    :raises app.cases.actions.StaleEdit: if somebody has changed or approved it since (REL-05).
    """
    authorize(policy.is_maker(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_withdraw(actor, request))
    was_at_desk = request.state is RequestState.WAITING
    release_for(session, request, actor=actor)
    request.state = RequestState.WITHDRAWN
    request.decided_at = request.updated_at = clock.now()
    request.decided_by_id = actor.user_id
    record(session, actor=actor, subject=request, happened=events.RequestWithdrawn())
    notifications.request_withdrawn(session, request, actor=actor, was_at_desk=was_at_desk)
