"""Work of the accounts that no person starts: the login history is cut to what is kept (HIST-06)."""

import structlog
from flask import Flask
from huey import crontab

from app.accounts import history
from app.extensions import db

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    # Every hour, though once a day would do: a desk that is closed at that one hour would never be cut.
    @queue.periodic_task(crontab(minute="17"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def purge_login_history() -> int:
        return cut_login_history(app)


def cut_login_history(app: Flask) -> int:
    """Take out of the login history what is older than the setting says; returns how many events that were."""
    days = app.config["SETTINGS"].history_days
    with app.app_context(), db.sessionmaker() as session, session.begin():
        gone = history.purge(session, days=days)
    log.info("login_history.cut", events=gone, days=days)
    return gone
