"""Work of the accounts that no person starts: the login history is cut (HIST-06), what has run out is written down."""

from datetime import timedelta

import structlog
from flask import Flask
from huey import crontab

from app.accounts import expiry, history
from app.extensions import db

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    # Every hour, though once a day would do: a desk that is closed at that one hour would never be cut.
    @queue.periodic_task(crontab(minute="17"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def purge_login_history() -> int:
        return cut_login_history(app)

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def write_down_what_ran_out() -> int:
        return end_what_ran_out(app)


def cut_login_history(app: Flask) -> int:
    """Take out of the login history what is older than the setting says; returns how many events that were."""
    days = app.config["SETTINGS"].history_days
    with app.app_context(), db.sessionmaker() as session, session.begin():
        gone = history.purge(session, days=days)
    log.info("login_history.cut", events=gone, days=days)
    return gone


def end_what_ran_out(app: Flask) -> int:
    """Write down what is over, so that a clock set back brings none of it to life again; returns how much (REL-10)."""
    settings = app.config["SETTINGS"]
    with app.app_context(), db.sessionmaker() as session, session.begin():
        return expiry.write_down(
            session,
            idle=timedelta(minutes=settings.idle_minutes),
            longest=timedelta(hours=settings.session_hours),
        )
