"""Work of the cases that no person starts: old drafts are let go, and who has left a case is forgotten."""

import structlog
from flask import Flask
from huey import crontab

from app.cases import drafts, presence
from app.extensions import db

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    # Every hour, though once a day would do: a desk that is closed at that one hour would never let go.
    @queue.periodic_task(crontab(minute="37"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_drafts() -> int:
        return let_drafts_go(app)

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_presence() -> int:
        return forget_absent(app)


def let_drafts_go(app: Flask) -> int:
    """Let go the drafts that nobody has touched for thirty days; returns how many that were."""
    with app.app_context(), db.sessionmaker() as session, session.begin():
        gone = drafts.forget_old(session)
    log.info("drafts.swept", drafts=gone)
    return gone


def forget_absent(app: Flask) -> int:
    """Take out who is at no case any more; returns how many that were."""
    with app.app_context(), db.sessionmaker() as session, session.begin():
        return presence.forget_absent(session)
