"""The acts of the table of transitions."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import events, notifications, policy, queries, targets
from app.cases.lifecycle import Act, CaseState, TransitionRefused, target_of, transition
from app.cases.models import Case, CaseSettings
from app.journal import record


def move(session: Session, case: Case, act: Act, *, actor: Actor) -> None:
    """Do one act of the table of transitions and tell the other side (CASE-12, DESK-05).

    :raises lifecycle.TransitionRefused: if the table does not hold the act for this state and actor, or it is one that
        takes more than a click.
    """
    authorize(policy.can_update(actor, case))
    if transition(act).by_setting:
        raise TransitionRefused(f"{act} has an action of its own")
    old = case.state
    change_state(session, case, act, actor=actor)
    notifications.state_changed(session, case, actor=actor, act=act, old=old)


def change_state(session: Session, case: Case, act: Act, *, actor: Actor, reason: str = "") -> None:
    """Do an act that the table holds, and tell it in the journal; rules beyond the table and mails are the caller's.

    :param reason: why, for the acts that ask for it.
    :raises lifecycle.TransitionRefused: if the table does not hold it, or the case goes on in another one.
    """
    if case.is_merged:
        raise TransitionRefused(f"{case.number} goes on in another case")
    old, new = case.state, target_of(act, case.state, actor.kind)
    moment = clock.now()
    case.state, case.updated_at = new, moment
    case.closed_at = moment if new is CaseState.CLOSED else None
    settings = queries.settings_of(session, case.service_id)
    case.closes_at = closing_date(settings, moment) if new is CaseState.RESOLVED else None
    told = events.StateChanged(act.value, old.value, new.value, reason)
    record(session, actor=actor, subject=case, happened=told)
    targets.refresh(session, case)


def closing_date(settings: CaseSettings, resolved_at: datetime) -> datetime | None:
    """When a case resolved now closes by itself: some days later, at the same time on the wall (DESK-10)."""
    if settings.auto_close_days is None:
        return None
    local = resolved_at.astimezone(ZoneInfo(settings.time_zone))
    return local + timedelta(days=settings.auto_close_days)
