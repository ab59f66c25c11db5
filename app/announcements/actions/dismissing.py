"""What a reader does with a banner: put it away, for themselves alone and for good (ANN-03)."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.announcements import policy
from app.announcements.models import Announcement, AnnouncementDismissal
from app.authz import Actor, authorize


def dismiss(session: Session, announcement: Announcement, *, actor: Actor) -> None:
    """Put a banner away; once more changes nothing, also from two browsers at once.

    The desk counts dismissals; they are no history of the announcement.
    """
    authorize(policy.can_dismiss(actor))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "announcement_id": announcement.id,
        "user_id": actor.user_id,
        "dismissed_at": clock.now(),
    }
    session.execute(insert(AnnouncementDismissal).values(row).on_conflict_do_nothing())
