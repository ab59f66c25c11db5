"""Telling those concerned by mail when an announcement begins, some at a time (ANN-05).

Each batch is a transaction of its own: its mails and the rows that say who has theirs are written together, so that
whatever breaks off between two batches goes on where it stopped, and nobody is told twice.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.announcements import events
from app.announcements.concerned import concerned_users
from app.announcements.letters import queue_letter
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.queries import locked
from app.announcements.standing import owed_mail
from app.authz import Actor, authorize
from app.journal import record

BATCH = 200


def mail_some(session: Session, announcement_id: int, *, actor: Actor, most: int = BATCH) -> bool:
    """Queue the mails of the next users; returns whether there may be more.

    With nobody left the announcement is done with: its history tells how many addresses were written to. One that was
    ended, or whose article was withdrawn meanwhile, is left as it is.
    """
    authorize(actor.is_system)
    announcement = locked(session, announcement_id)
    if announcement is None or not session.scalar(
        select(Announcement.id).where(Announcement.id == announcement_id, owed_mail(clock.now()))
    ):
        return False
    told = select(AnnouncementRecipient.user_id).where(
        AnnouncementRecipient.announcement_id == announcement_id
    )
    addressed = select(User.mail).where(User.id.in_(told))
    waiting = concerned_users(announcement_id).where(User.mail.not_in(addressed)).limit(most)
    users = session.scalars(waiting).all()
    if not users:
        _finish(session, announcement, actor=actor)
        return False
    # One address may serve several user IDs (CONTACT-07); its owner gets the mail once.
    by_address: dict[str, User] = {}
    for user in users:
        by_address.setdefault(user.mail, user)
    for user in by_address.values():
        session.add(AnnouncementRecipient(announcement_id=announcement_id, user_id=user.id))
        queue_letter(session, announcement, user)
    session.flush()
    return True


def _finish(session: Session, announcement: Announcement, *, actor: Actor) -> None:
    announcement.mailed_at = clock.now()
    recipients = session.scalar(
        select(func.count())
        .select_from(AnnouncementRecipient)
        .where(AnnouncementRecipient.announcement_id == announcement.id)
    )
    record(session, actor=actor, subject=announcement, happened=events.AnnouncementMailed(recipients or 0))
