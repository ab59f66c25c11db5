"""Work with files that no person starts: what was given up goes; what waits for the scanner is asked about again."""

from datetime import timedelta
from pathlib import Path

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock, storage
from app.extensions import db
from app.files import scanner
from app.files.models import Scan, StoredFile, Upload
from app.files.sizes import size_in_words
from app.files.uploader import file_limits

log = structlog.get_logger(__name__)

# How long an upload waits for its next part, or for a form that takes it (SEC-42).
KEPT_FOR = timedelta(hours=24)
# A blob without a row is younger than this only while its upload is being finished.
SETTLES_WITHIN = timedelta(hours=1)
AT_ONCE = 500
SCANS_AT_ONCE = 20


def init_app(app: Flask) -> None:
    """Register the jobs with the queue, and let templates say sizes."""
    app.jinja_env.filters["size"] = size_in_words
    app.jinja_env.globals["file_limits"] = file_limits
    queue = app.extensions["queue"]

    @queue.periodic_task(crontab(minute="41"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_files() -> int:
        return sweep(app)

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def scan_pending_files() -> int:
        return scan_pending(app)


def sweep(app: Flask) -> int:
    """Remove uploads untouched for 24 hours, then blobs that no row names; returns how many of both (REL-07)."""
    with app.app_context():
        with db.sessionmaker() as session, session.begin():
            given_up = session.execute(
                delete(Upload)
                .where(Upload.touched_at <= clock.now() - KEPT_FOR)
                .returning(Upload.scope, Upload.token)
            ).all()
        # The rows are gone for good by now; killed here, the blobs are orphans of the next sweep.
        for scope, token in given_up:
            storage.current().remove(scope, token)
        with db.sessionmaker() as session:
            orphans = _remove_orphans(session)
    log.info("files.swept", uploads=len(given_up), orphans=orphans)
    return len(given_up) + orphans


def _remove_orphans(session: Session) -> int:
    before = (clock.now() - SETTLES_WITHIN).timestamp()
    old = list(storage.current().tokens(older_than=before))
    removed = 0
    for start in range(0, len(old), AT_ONCE):
        some = old[start : start + AT_ONCE]
        tokens = {token for token, _path in some}
        named = set(session.scalars(select(Upload.token).where(Upload.token.in_(tokens))))
        named |= set(session.scalars(select(StoredFile.token).where(StoredFile.token.in_(tokens))))
        session.rollback()
        for token, path in some:
            if token not in named:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def scan_pending(app: Flask) -> int:
    """Ask the scanner about files that it could not be asked about before; returns how many it has answered."""
    clamd = app.config["SETTINGS"].clamd
    answered = 0
    with app.app_context():
        for table in (StoredFile, Upload):
            waiting = select(table.id, table.scope, table.token).where(table.scan == Scan.PENDING)
            with db.sessionmaker() as session:
                found = session.execute(waiting.order_by(table.id).limit(SCANS_AT_ONCE)).all()
            for row_id, scope, token in found:
                answered += _scan_again(table, row_id, storage.current().blob(scope, token), clamd)
        if answered:
            # What may be handed out from now on may be searched as well.
            app.extensions["wake_reader"]()
    return answered


def _scan_again(table: type[StoredFile | Upload], row_id: int, blob: Path, clamd: str) -> bool:
    if not blob.exists():
        return False
    answer = scanner.scan(blob, clamd)
    if answer is Scan.PENDING:
        return False
    with db.sessionmaker() as session, session.begin():
        session.execute(update(table).where(table.id == row_id).values(scan=answer))
    return True
