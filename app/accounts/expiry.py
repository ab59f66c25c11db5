"""What has run out is written down as over: links, half-way proofs, marks of browsers, sessions (REL-10, F13).

Each of them says by itself until when it is good. That holds as long as the clock goes forward; where it is set back,
by a day or by an hour, a link of yesterday would be within its hour once more. So what is over is marked as over.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import AccountLink, AuthSession, BrowserMark, Proof


def write_down(session: Session, *, idle: timedelta, longest: timedelta) -> int:
    """Mark as over what is, and return how much that was.

    :param idle: how long a session may be unused.
    :param longest: how long any session lives.
    """
    moment = clock.now()
    return _dated(session, moment) + _sessions(session, moment, idle, longest)


def _dated(session: Session, moment: datetime) -> int:
    over = (
        update(AccountLink)
        .where(AccountLink.used_at.is_(None), AccountLink.expires_at <= moment)
        .values(used_at=AccountLink.expires_at)
        .returning(AccountLink.id),
        update(Proof)
        .where(Proof.ended_at.is_(None), Proof.expires_at <= moment)
        .values(ended_at=Proof.expires_at, mail_code_hash=None, challenge=None)
        .returning(Proof.id),
        update(BrowserMark)
        .where(BrowserMark.revoked_at.is_(None), BrowserMark.expires_at <= moment)
        .values(revoked_at=BrowserMark.expires_at)
        .returning(BrowserMark.id),
    )
    return sum(len(session.execute(statement).all()) for statement in over)


def _sessions(session: Session, moment: datetime, idle: timedelta, longest: timedelta) -> int:
    # Without a reason: what ran out by itself was ended by nobody, and the sign-in page says so (M-08).
    is_over = or_(AuthSession.last_seen_at <= moment - idle, AuthSession.created_at <= moment - longest)
    ended = update(AuthSession).where(AuthSession.ended_at.is_(None), is_over).values(ended_at=moment)
    return len(session.execute(ended.returning(AuthSession.id)).all())
