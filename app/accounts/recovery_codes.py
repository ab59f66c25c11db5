"""Recovery codes: ten, each of which stands in once for a lost app or key (SEC-17).

They are made by a computer and typed from paper, so they are written in Crockford's base 32, which has no I, L, O and
U, and read without regard to case, blanks, hyphens and width.
"""

import hashlib
import re
import secrets
import unicodedata

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, notices, policy
from app.accounts.models import Authenticator, Passkey, RecoveryCode, User
from app.accounts.notices import Notice
from app.authz import Actor, authorize
from app.journal import record

CODES = 10
# 16 characters of 5 bits: 80 bits each, more than anybody tries (SEC-17 asks for 64).
CHARACTERS, GROUP = 16, 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What people write for what they read.
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ー－·._]")
CODE = re.compile(f"[{ALPHABET}]{{{CHARACTERS}}}")


class NothingToStandIn(Exception):
    """The user has neither an app nor a key that could be lost."""


def make(session: Session, *, actor: Actor, user: User) -> list[str]:
    """Make a new set of codes and return them, to be shown once; the former set is void.

    :raises NothingToStandIn: if the user has no factor that codes could stand in for.
    """
    authorize(policy.can_change_own(actor, user))
    if not has_factor(session, user):
        raise NothingToStandIn
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS)) for _ in range(CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(
        RecoveryCode(user_id=user.id, code_hash=_hash(code), created_at=clock.now()) for code in codes
    )
    record(session, actor=actor, subject=user, happened=events.RecoveryCodesMade(CODES))
    notices.tell(session, user, Notice.RECOVERY_CODES_MADE)
    return [_grouped(code) for code in codes]


def has_factor(session: Session, user: User) -> bool:
    """Tell whether ``user`` has an app or a key; without one, codes are not asked for at sign-in."""
    app = exists().where(Authenticator.user_id == user.id)
    return bool(session.scalar(select(or_(app, exists().where(Passkey.user_id == user.id)))))


def left(session: Session, user: User) -> int:
    """How many codes of ``user`` are unused."""
    unused = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def read_code(typed: str | None) -> str | None:
    """The code in what was typed, or ``None`` if it cannot be one."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed or "")).upper().translate(READ_AS)
    return plain if CODE.fullmatch(plain) else None


def take_code(session: Session, user: User, code: str) -> bool:
    """Use up a code of this very user (C37); of posts that arrive at once one alone succeeds."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        return False
    notices.tell(session, user, Notice.RECOVERY_CODE_USED)
    return True


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, CHARACTERS, GROUP))


def _hash(code: str) -> str:
    # 80 random bits cannot be searched for; a plain hash tells nothing and costs no time.
    return hashlib.sha256(code.encode()).hexdigest()
