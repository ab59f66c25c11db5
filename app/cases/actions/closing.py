"""Closing a resolved case that nobody confirms: by an agent with a reason, or by itself on a date told before (T11)."""

from datetime import UTC, timedelta

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import events, notifications, policy, queries
from app.cases.actions.moving import change_state, closing_date
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case, CaseSettings
from app.journal import record

REMINDED_BEFORE = timedelta(days=3)


def close_unconfirmed(session: Session, case: Case, *, actor: Actor, reason: str = "") -> None:
    """Close a resolved case although the customer has not answered (DESK-10); the customer is told.

    :param reason: what an agent says of it; a case that closes by itself was told its date.
    :raises app.authz.Forbidden: where the setting is off, the case is not resolved, or its time is not over.
    """
    authorize(policy.can_close_unconfirmed(actor, case, queries.settings_of(session, case.service_id)))
    old = case.state
    change_state(session, case, Act.CLOSE_UNCONFIRMED, actor=actor, reason=reason)
    notifications.state_changed(session, case, actor=actor, act=Act.CLOSE_UNCONFIRMED, old=old, reason=reason)


def announce_closure(session: Session, case: Case, *, actor: Actor) -> None:
    """Remind the customer of the date on which the case closes by itself."""
    authorize(actor.is_system and _waits(case) and case.closes_at is not None)
    _announce(session, case, actor)


def begin_closing(session: Session, case: Case, *, actor: Actor, settings: CaseSettings) -> None:
    """Give a case that was resolved before the setting was switched on its full time from now on, and tell the date."""
    authorize(actor.is_system and _waits(case) and settings.auto_close_days is not None)
    case.closes_at = closing_date(settings, clock.now())
    _announce(session, case, actor)


def _waits(case: Case) -> bool:
    """Tell whether the customer's answer is still awaited: it may have come since the job found the case."""
    return case.state is CaseState.RESOLVED and not case.is_merged


def _announce(session: Session, case: Case, actor: Actor) -> None:
    if case.closes_at is None:
        return
    record(
        session,
        actor=actor,
        subject=case,
        happened=events.ClosureAnnounced(case.closes_at.astimezone(UTC).isoformat(timespec="seconds")),
    )
    notifications.closure_announced(session, case, actor=actor)


def reminder_wait(settings: CaseSettings) -> timedelta:
    """How long before the date the customer is reminded: three days, or half the time where that is shorter."""
    return min(REMINDED_BEFORE, timedelta(days=settings.auto_close_days or 0) / 2)
