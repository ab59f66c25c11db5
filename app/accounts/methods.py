"""The ways of second proof that a person has at a moment (MFA-04, MFA-05, T06, DESK-01)."""

from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.models import Authenticator, Passkey, Proof, Realm, RecoveryCode, User
from app.config import Settings


class Method(StrEnum):
    """A way to prove oneself beside the password, in the order in which they are offered."""

    APP = "app"
    PASSKEY = "passkey"
    MAIL = "mail"
    RECOVERY = "recovery"


def methods_of(session: Session, user: User, settings: Settings) -> list[Method]:
    """What ``user`` can choose from at sign-in; an agent without an app or a key has nothing yet (DESK-01).

    Codes by mail are for customers only: the mailbox also receives the links of a reset. After a mailed reset they
    are not offered to whoever has an app or a key, until these have been used (T06).
    """
    has_app, has_key, has_codes = session.execute(
        select(
            exists().where(Authenticator.user_id == user.id),
            exists().where(Passkey.user_id == user.id),
            exists().where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)),
        )
    ).one()
    offered = {
        Method.APP: has_app,
        Method.PASSKEY: has_key,
        Method.MAIL: _has_mail(user, settings, has_other=has_app or has_key),
        # A list of codes stands in for a lost factor; on its own it is none.
        Method.RECOVERY: has_codes and (has_app or has_key),
    }
    return [method for method, is_offered in offered.items() if is_offered]


def methods_for(session: Session, proof: Proof, settings: Settings) -> list[Method]:
    """What is open in a half-way proof; an unlocking takes the mailed code and nothing else (SEC-06)."""
    return [Method.MAIL] if proof.needs_unlock else methods_of(session, proof.user, settings)


def _has_mail(user: User, settings: Settings, *, has_other: bool) -> bool:
    if user.realm is Realm.AGENT:
        return False
    return not has_other or (settings.mail_code_after_pairing and not user.mail_code_barred)
