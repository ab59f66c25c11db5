"""The acts of the table of transitions."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import events, notifications, policy
from app.cases.lifecycle import Act, CaseState, TransitionRefused, target_of
from app.cases.models import Case
from app.journal import record


def move(session: Session, case: Case, act: Act, *, actor: Actor) -> None:
    """Do one act of the table of transitions and tell the other side (CASE-12, DESK-05).

    :raises lifecycle.TransitionRefused: if the table does not hold the act for this state and actor.
    """
    authorize(policy.can_update(actor, case))
    old = case.state
    change_state(session, case, act, actor)
    notifications.state_changed(session, case, actor=actor, act=act, old=old)


def change_state(session: Session, case: Case, act: Act, actor: Actor) -> None:
    """Do an act that the table holds, and tell it in the journal; rules beyond the table and mails are the caller's.

    :raises lifecycle.TransitionRefused: if the table does not hold it, or the case goes on in another one.
    """
    if case.is_merged:
        raise TransitionRefused(f"{case.number} goes on in another case")
    old, new = case.state, target_of(act, case.state, actor.kind)
    moment = clock.now()
    case.state, case.updated_at = new, moment
    case.closed_at = moment if new is CaseState.CLOSED else None
    told = events.StateChanged(act.value, old.value, new.value)
    record(session, actor=actor, subject=case, happened=told)
