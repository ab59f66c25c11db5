"""The worker's part in opening cases for many numbers: one commit for each, taken up again after a crash."""

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy.exc import OperationalError

from app.authz import system_actor
from app.cases import batches
from app.cases.actions import batches as actions
from app.extensions import db

log = structlog.get_logger(__name__)
WORKER = system_actor("batches")
# The act that wakes the worker is not committed yet; a second later it is.
WAKES_AFTER_SECONDS = 1


def init_app(app: Flask) -> None:
    """Register the jobs with the queue."""
    queue = app.extensions["queue"]

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def open_batches() -> int:
        return open_waiting(app)

    # Whatever a crash left, and whatever woke nobody, has its turn within a minute.
    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_batches() -> int:
        return open_waiting(app)

    app.extensions["open_batches"] = open_batches


def wake(app: Flask) -> None:
    """Have the worker look for new batches; a queue that cannot be reached costs a minute and no more."""
    try:
        app.extensions["open_batches"].schedule(delay=WAKES_AFTER_SECONDS)
    except Exception:
        log.exception("queue.unreachable")


def open_waiting(app: Flask) -> int:
    """Open what is still to be opened of all batches; returns how many numbers had their turn."""
    seen = 0
    with app.app_context():
        with db.sessionmaker() as session:
            waiting = list(batches.unfinished(session))
        for batch_id in waiting:
            seen += _open_batch(batch_id)
    return seen


def _open_batch(batch_id: int) -> int:
    with db.sessionmaker() as session:
        items = list(batches.waiting_items(session, batch_id))
    for item_id in items:
        _open_item(item_id)
    with db.sessionmaker() as session, session.begin():
        actions.finish(session, batch_id, actor=WORKER)
    log.info("batch.worked", batch=batch_id, items=len(items))
    return len(items)


def _open_item(item_id: int) -> None:
    """Open one case in a transaction of its own; two workers at once open it once, since the second finds it open."""
    try:
        with db.sessionmaker() as session, session.begin():
            actions.open_item(session, item_id, actor=WORKER)
    except OperationalError:
        # The database was busy; the item has its next turn with the sweep.
        log.warning("batch.busy", item=item_id)
    except Exception:
        log.exception("batch.fault", item=item_id)
        with db.sessionmaker() as session, session.begin():
            actions.note_fault(session, item_id, actor=WORKER)
