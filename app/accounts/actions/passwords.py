"""Changing the own password (PW-07, PW-08)."""

from sqlalchemy.orm import Session

from app.accounts import notices, policy
from app.accounts.events import PasswordSet
from app.accounts.history import Trail, note
from app.accounts.models import AuthSession, SessionEnd, User
from app.accounts.security import lose_proofs
from app.authz import Actor, authorize


def change_own(
    session: Session, *, actor: Actor, user: User, password_hash: str, keep: AuthSession, trail: Trail
) -> None:
    """Store the new password's hash, which the caller made while nothing was held.

    All other sessions and the exemptions from codes end, and links on their way are void. The 24 hours between
    resets neither bar this nor begin with it.

    :param keep: the session in which the person has just given the current password.
    """
    authorize(policy.can_change_own(actor, user))
    user.password_hash = password_hash
    lose_proofs(session, user, reason=SessionEnd.PASSWORD, keep=keep)
    note(session, actor=actor, user=user, happened=PasswordSet(), trail=trail)
    notices.tell(session, user, notices.Notice.PASSWORD_CHANGED)
    session.flush()
