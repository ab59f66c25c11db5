"""What the desk does for a person who asked for it, each with a record of how they asked (DESK-08)."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import bars, events, notices, policy, resets, tries
from app.accounts.administrators import keep_an_administrator
from app.accounts.history import NOWHERE, Trail, note
from app.accounts.models import AuthSession, SessionEnd, TryKind, User
from app.accounts.security import lose_proofs
from app.authz import Actor, authorize


class NothingToDo(Exception):
    """The state that the act would end does not hold, or the one that it would make holds already."""


def enable(
    session: Session,
    *,
    actor: Actor,
    user: User,
    shown: Collection[str],
    asked: str,
    trail: Trail = NOWHERE,
) -> list[bars.BarKind]:
    """End a lock, a disabling or a freezing; only what was shown, never what came in between (T18). The person is told.

    :raises bars.NothingToEnd: if nothing of what was shown holds any more.
    """
    authorize(policy.can_help(actor, user))
    ended = bars.end(session, actor=actor, user=user, shown=shown, asked=asked, trail=trail)
    # Whoever talked the desk into it is found out by the owner's mailbox.
    notices.tell(session, user, notices.Notice.ENABLED)
    return ended


def disable(session: Session, *, actor: Actor, user: User, asked: str) -> None:
    """Bar ``user`` from signing in until somebody enables them; open sessions end at once (AUTH-07, SEC-22).

    :raises NothingToDo: if the user is disabled already.
    :raises LastAdministrator: if no other system administrator could sign in.
    """
    authorize(policy.can_help(actor, user))
    if user.disabled_at is not None:
        raise NothingToDo
    keep_an_administrator(session, user)
    user.disabled_at = clock.now()
    lose_proofs(session, user, reason=SessionEnd.DISABLED)
    note(session, actor=actor, user=user, happened=events.UserDisabled(asked))


def allow_reset(session: Session, *, actor: Actor, user: User, asked: str) -> None:
    """Let ``user`` reset the password at once: the 24 hours and the count of wrong addresses end (DESK-08).

    :raises NothingToDo: if neither stands in the way.
    """
    authorize(policy.can_help(actor, user))
    subject = user.subject_for_tries
    if resets.waits_until(user) is None and tries.closed_until(session, TryKind.RESET, subject) is None:
        raise NothingToDo
    user.reset_completed_at = None
    tries.clear(session, TryKind.RESET, subject)
    note(session, actor=actor, user=user, happened=events.ResetWaitLifted(asked))


def end_sessions(session: Session, *, actor: Actor, user: User, asked: str) -> int:
    """Sign ``user`` out everywhere; no browser skips the code any more. Tells how many sessions it were (SEC-23).

    A browser that was left or stolen may hold an exemption without a session, so this is no matter of sessions alone.
    """
    authorize(policy.can_help(actor, user))
    is_open = (AuthSession.user_id == user.id, AuthSession.ended_at.is_(None))
    count = session.scalar(select(func.count()).select_from(AuthSession).where(*is_open)) or 0
    lose_proofs(session, user, reason=SessionEnd.DESK)
    happened = events.SessionsEnded(count, SessionEnd.DESK.value, asked)
    note(session, actor=actor, user=user, happened=happened)
    return count
