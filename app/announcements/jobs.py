"""The worker's part in announcements: those concerned are told by mail when one begins."""

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy import select

from app import clock
from app.announcements.actions.mailing import mail_some
from app.announcements.models import Announcement
from app.announcements.standing import owed_mail
from app.authz import system_actor
from app.extensions import db
from app.i18n import N_

log = structlog.get_logger(__name__)
SENDER = system_actor(N_("Announcements"))
# The act that wakes the worker is not committed yet; a second later it is.
WAKES_AFTER_SECONDS = 1


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def mail_announcements() -> int:
        return mail_what_is_due(app)

    # Whatever begins by itself, whatever a crash left, and whatever woke nobody, has its turn within a minute.
    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_announcements() -> int:
        return mail_what_is_due(app)

    app.extensions["mail_announcements"] = mail_announcements


def wake(app: Flask) -> None:
    """Have the worker look at once; a queue that cannot be reached costs a minute and no more."""
    try:
        app.extensions["mail_announcements"].schedule(delay=WAKES_AFTER_SECONDS)
    except Exception:
        log.exception("queue.unreachable")


def mail_what_is_due(app: Flask) -> int:
    """Tell those concerned of what stands and is still to be told; returns of how many announcements."""
    with app.app_context():
        with db.sessionmaker() as session:
            due = select(Announcement.id).where(owed_mail(clock.now())).order_by(Announcement.id)
            ids = list(session.scalars(due))
        return sum(_mail(announcement_id) for announcement_id in ids)


def _mail(announcement_id: int) -> bool:
    """Batch after batch, each in a transaction of its own; what goes wrong has its next turn with the sweep."""
    try:
        while True:
            with db.sessionmaker() as session, session.begin():
                if not mail_some(session, announcement_id, actor=SENDER):
                    break
    except Exception:
        log.exception("announcement.mail_failed", announcement=announcement_id)
        return False
    log.info("announcement.mailed", announcement=announcement_id)
    return True
