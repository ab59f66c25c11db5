"""What has to fall when a proof of identity changes: other sessions, exemptions, known browsers (SEC-22, MFA-11)."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import session as sessions
from app.accounts.models import AccountLink, AuthSession, LinkPurpose, Proof, SessionEnd, User


def lose_proofs(session: Session, user: User, *, reason: SessionEnd, keep: AuthSession | None = None) -> None:
    """Make every earlier proof of ``user`` worthless: sessions end, exemptions and half-way proofs are void.

    The caller records the event that tells why; the change of the epoch belongs to it.

    :param keep: the session that goes on, for a change that its owner made in it (PW-08).
    """
    user.proof_epoch += 1
    sessions.end_all(session, user, reason=reason, keep=keep)
    halfway = update(Proof).where(Proof.user_id == user.id, Proof.ended_at.is_(None))
    session.execute(halfway.values(ended_at=clock.now()))
    _void_links(session, user)


def void_mailed(session: Session, user: User) -> None:
    """Make links and codes that are on their way to ``user`` worthless: the address is theirs no more (PROF-06)."""
    codes = update(Proof).where(Proof.user_id == user.id, Proof.ended_at.is_(None))
    session.execute(codes.values(mail_code_hash=None))
    _void_links(session, user)


def _void_links(session: Session, user: User) -> None:
    # A link that was mailed before must not undo what has just been changed; the brake alone stays (SEC-09).
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.user_id == user.id,
            AccountLink.used_at.is_(None),
            AccountLink.purpose != LinkPurpose.NOT_ME,
        )
        .values(used_at=clock.now())
    )
