"""Ending the own sessions, and forgetting the browsers in which a code was given (SEC-23, MFA-12)."""

from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, marks, policy
from app.accounts import session as sessions
from app.accounts.models import AuthSession, SessionEnd, User
from app.authz import Actor, authorize
from app.journal import record


def end_session(session: Session, user: User, *, actor: Actor, row: AuthSession) -> None:
    """End one session of the own account at once, in every process; one that has ended stays so (SEC-22)."""
    authorize(policy.can_change_own(actor, user) and row.user_id == user.id)
    if row.ended_at is not None:
        return
    row.ended_at, row.end_reason = clock.now(), SessionEnd.OWNER
    record(session, actor=actor, subject=user, happened=events.SessionsEnded(1, SessionEnd.OWNER.value))


def end_other_sessions(session: Session, user: User, *, actor: Actor, keep: AuthSession) -> int:
    """End every session of the own account but the one in use, and tell how many there were."""
    authorize(policy.can_change_own(actor, user))
    count = sessions.end_all(session, user, reason=SessionEnd.OWNER, keep=keep)
    if count:
        told = events.SessionsEnded(count, SessionEnd.OWNER.value)
        record(session, actor=actor, subject=user, happened=told)
    return count


def forget_browsers(session: Session, user: User, *, actor: Actor) -> int:
    """Let every browser be a stranger again: the next sign-in in it asks for the code (MFA-12)."""
    authorize(policy.can_change_own(actor, user))
    count = marks.revoke(session, user)
    if count:
        record(session, actor=actor, subject=user, happened=events.ExemptionsRevoked(count))
    return count
