"""All second proofs of a person at once: whether there are any, and taking them away (MFA-16, SEC-17)."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.accounts import events, notices
from app.accounts.history import note
from app.accounts.models import Authenticator, AuthSession, Passkey, Realm, RecoveryCode, SessionEnd, User
from app.accounts.security import lose_proofs
from app.authz import Actor


def has_any(session: Session, user: User) -> bool:
    """Tell whether there is something to take away."""
    if user.realm is Realm.CUSTOMER and user.mfa_enabled:
        return True
    has_app, has_key = session.execute(
        select(exists().where(Authenticator.user_id == user.id), exists().where(Passkey.user_id == user.id))
    ).one()
    return bool(has_app or has_key)


def take_away(
    session: Session,
    *,
    actor: Actor,
    user: User,
    keep: AuthSession | None = None,
    former_mail: str | None = None,
) -> None:
    """Remove app, passkeys and recovery codes, and turn MFA off for a customer; the person is told by mail.

    Sessions and exemptions end, since they stood on what is gone (SEC-22). The caller has asked whether ``actor`` may.

    :param keep: the session that goes on, where people do this to themselves.
    :param former_mail: the address to tell as well, where it was changed in the same act (SEC-09).
    """
    paired = delete(Authenticator).where(Authenticator.user_id == user.id).returning(Authenticator.user_id)
    if session.scalars(paired).first() is not None:
        note(session, actor=actor, user=user, happened=events.AuthenticatorRemoved())
    keys = delete(Passkey).where(Passkey.user_id == user.id).returning(Passkey.name)
    for name in session.scalars(keys).all():
        note(session, actor=actor, user=user, happened=events.PasskeyRemoved(name))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    if user.realm is Realm.CUSTOMER and user.mfa_enabled:
        user.mfa_enabled = False
        note(session, actor=actor, user=user, happened=events.MfaSet(is_enabled=False))
    # What this guarded is gone: without an app the mailbox is the only way again (T06).
    user.mail_code_barred = False
    lose_proofs(session, user, reason=SessionEnd.MFA, keep=keep)
    session.flush()
    notices.tell(session, user, notices.Notice.MFA_CHANGED, former_mail=former_mail)
