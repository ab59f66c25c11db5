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
    void_mailed(session, user)


def void_mailed(session: Session, user: User) -> None:
    """Make worthless what was mailed before: links of resets, and half-way proofs with their codes.

    What was mailed must not undo what has just been changed, above all where the address itself was changed and
    somebody else may read the former one. The brake alone stays (SEC-09).
    """
    moment = clock.now()
    session.execute(
        update(Proof).where(Proof.user_id == user.id, Proof.ended_at.is_(None)).values(ended_at=moment)
    )
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.user_id == user.id,
            AccountLink.used_at.is_(None),
            AccountLink.purpose != LinkPurpose.NOT_ME,
        )
        .values(used_at=moment)
    )
