"""Pairing an authenticator app (MFA-13 to MFA-16)."""

from sqlalchemy.orm import Session

from app.accounts import authenticators, notices, policy
from app.accounts.authenticators import Offer
from app.accounts.events import AuthenticatorPaired, MfaSet
from app.accounts.models import AuthSession, SessionEnd, User
from app.accounts.security import lose_proofs
from app.authz import Actor, authorize
from app.config import Settings
from app.journal import record


def pair(
    session: Session,
    *,
    actor: Actor,
    user: User,
    offered: Offer,
    code: str,
    settings: Settings,
    keep: AuthSession | None = None,
) -> bool:
    """Pair the app that shows ``code`` for the offered secret, and turn MFA on; a wrong code changes nothing.

    A new pairing replaces the former device, ends exemptions and all other sessions (MFA-11, SEC-22).
    """
    authorize(policy.can_change_own(actor, user))
    step = authenticators.accepts(settings, offered, code)
    if step is None or not authenticators.store(session, user, offered, step=step, settings=settings):
        return False
    user.mail_code_barred = False
    was_enabled, user.mfa_enabled = user.mfa_enabled, True
    lose_proofs(session, user, reason=SessionEnd.MFA, keep=keep)
    record(session, actor=actor, subject=user, happened=AuthenticatorPaired())
    if not was_enabled:
        record(session, actor=actor, subject=user, happened=MfaSet(is_enabled=True))
    notices.tell(session, user, notices.Notice.APP_PAIRED)
    return True
