"""The job queue beside the server: wakes the worker; what must not be lost is in the outbox, not here."""

from datetime import timedelta

import structlog
from flask import Flask, current_app, has_app_context
from huey import SqliteHuey, crontab
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import mail, outbox
from app.db import GuardedSession
from app.extensions import db

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Make the queue in the data folder and register the jobs of the ground floor."""
    settings = app.config["SETTINGS"]
    # The queue's driver is the standard library's SQLite; a rollback journal keeps it out of the range of the
    # WAL-reset fault that rules that library out for the data (REL-01). Losing a wake-up costs a minute.
    queue = SqliteHuey(
        "madoguchi",
        filename=str(settings.data_dir / "jobs.sqlite3"),
        journal_mode="truncate",
    )
    app.extensions["queue"] = queue
    deliverers: dict[str, outbox.Deliverer] = {mail.KIND: mail.Mailer(settings)}
    # Slices add the kinds of messages that they hand over themselves.
    app.extensions["deliverers"] = deliverers

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def deliver_outbox() -> int:
        return relay_now()

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_outbox() -> int:
        return relay_now()

    def relay_now() -> int:
        with app.app_context():
            return outbox.relay(db.sessionmaker, deliverers)

    app.extensions["wake_worker"] = deliver_outbox


def wake_worker(app: Flask, wait: timedelta = timedelta(0)) -> None:
    """Ask the worker to deliver what the outbox holds, at once or when ``wait`` is over.

    The act is committed by then: a queue that cannot be reached is logged and must not fail the answer, since
    the sweep of the next minute delivers all the same.
    """
    try:
        if wait:
            app.extensions["wake_worker"].schedule(delay=wait.total_seconds())
        else:
            app.extensions["wake_worker"]()
    except Exception:
        log.exception("queue.unreachable")


@event.listens_for(GuardedSession, "after_commit")
def _wake_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    waits: set[timedelta] = session.info.pop("outbox_filled", set())
    if has_app_context():
        for wait in sorted(waits):
            wake_worker(current_app, wait)


@event.listens_for(GuardedSession, "after_rollback")
def _sleep_on(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("outbox_filled", None)
