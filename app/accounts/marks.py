"""Marks of browsers in which a person has given a second proof: the eight-hour exemption, the known browser.

A mark is a random cookie whose hash is stored with the user and the user's epoch of proofs, so whatever raises
the epoch (a new password, a pairing, an administrator's change, a disabling) ends it (MFA-11, SEC-16, T02).
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import BrowserMark, MarkKind, User

COOKIES = {
    MarkKind.EXEMPTION: "__Host-madoguchi-exempt",
    MarkKind.KNOWN: "__Host-madoguchi-known",
}
KNOWN_FOR = timedelta(days=30)
TOKEN_BYTES = 32


def grant(session: Session, user: User, kind: MarkKind, *, valid_for: timedelta, browser: str) -> str:
    """Mark a browser from now on, not sliding, and return the value of its cookie."""
    moment, token = clock.now(), secrets.token_hex(TOKEN_BYTES)
    session.execute(delete(BrowserMark).where(BrowserMark.expires_at < moment - KNOWN_FOR))
    session.add(
        BrowserMark(
            user_id=user.id,
            kind=kind,
            token_hash=_hash(token),
            epoch=user.proof_epoch,
            created_at=moment,
            expires_at=moment + valid_for,
            browser=browser[:300],
        )
    )
    session.flush()
    return token


def renew(session: Session, mark: BrowserMark, *, valid_for: timedelta) -> str:
    """Let a mark hold from now on, as after a further second proof in its browser; its cookie's value is a new one."""
    token = secrets.token_hex(TOKEN_BYTES)
    mark.token_hash, mark.expires_at = _hash(token), clock.now() + valid_for
    session.flush()
    return token


def find(session: Session, token: str, kind: MarkKind) -> BrowserMark | None:
    """The living mark of a cookie, whosever it is; looked for before it is known who signs in."""
    if len(token) != 2 * TOKEN_BYTES:
        return None
    moment = clock.now()
    return session.scalar(
        select(BrowserMark)
        .join(User, User.id == BrowserMark.user_id)
        .where(
            BrowserMark.token_hash == _hash(token),
            BrowserMark.kind == kind,
            BrowserMark.epoch == User.proof_epoch,
            BrowserMark.revoked_at.is_(None),
            BrowserMark.created_at <= moment,
            BrowserMark.expires_at > moment,
        )
    )


def exemption_of(session: Session, user: User, token: str) -> BrowserMark | None:
    """The mark by which the browser that holds ``token`` may skip the code of ``user``; nobody else's counts."""
    mark = find(session, token, MarkKind.EXEMPTION)
    return mark if mark is not None and mark.user_id == user.id else None


def revoke(session: Session, user: User, kind: MarkKind | None = None) -> int:
    """End the living marks of ``user``, of one kind or all, and tell how many there were."""
    moment = clock.now()
    ended = (
        update(BrowserMark)
        .where(
            BrowserMark.user_id == user.id,
            BrowserMark.revoked_at.is_(None),
            BrowserMark.epoch == user.proof_epoch,
            BrowserMark.expires_at > moment,
        )
        .values(revoked_at=moment)
        .returning(BrowserMark.id)
    )
    if kind is not None:
        ended = ended.where(BrowserMark.kind == kind)
    return len(session.execute(ended).all())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
