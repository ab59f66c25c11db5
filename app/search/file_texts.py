"""Files have a turn of their own: whatever nobody has read yet is read, and its records are noted as changed.

A record is found by what is written on it at once; reading a file may take the better part of a minute, and its text
follows (docs/decisions/0019). What is due is asked of the database each time, so nothing has to be remembered: files
that came with an act, those that the scanner has cleared by now (SEC-45), those from before they were read at all.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy import or_, select

from app import db as database
from app import storage
from app.extensions import db
from app.files.models import Scan, StoredFile
from app.search import index, locks
from app.search.extracting import text_of
from app.search.models import FileText, Reading, SearchChange
from app.search.sources import sources

log = structlog.get_logger(__name__)

# After so many files the newest are asked for anew, and the index follows.
FILES_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file that nobody has read yet."""

    id: int
    scope: str
    token: str
    name: str
    size: int


def read_due(app: Flask) -> int:
    """Read each file that belongs to something searched and was not read yet, newest first; returns how many.

    One reader works at a time, whichever process it is in. A file that cannot be dealt with now waits for the next
    turn and holds up no other.
    """
    read, passed = 0, set[int]()
    with app.app_context(), locks.held(index.folder(app), "reading"):
        while files := _due(passed):
            for file in sorted(files, key=lambda file: file.size):
                try:
                    _read(file)
                except Exception:
                    log.exception("search.file_fault", file=file.id)
                    passed.add(file.id)
                else:
                    read += 1
            app.extensions["wake_index"]()
    if read:
        log.info("search.read", files=read)
    return read


def _due(passed: Collection[int]) -> Sequence[DueFile]:
    pairs = [source.files().subquery() for source in sources().values()]
    due = (
        select(StoredFile.id, StoredFile.scope, StoredFile.token, StoredFile.name, StoredFile.size)
        .where(or_(*(StoredFile.id.in_(select(pair.c.file_id)) for pair in pairs)))
        .where(StoredFile.id.not_in(select(FileText.file_id)), StoredFile.id.not_in(passed))
        # What still waits for the scanner is due once that has spoken; what it blocked never is.
        .where(StoredFile.scan.in_((Scan.OFF, Scan.CLEAN)))
        .order_by(StoredFile.id.desc())
        .limit(FILES_AT_ONCE)
    )
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            return [DueFile(*row) for row in session.execute(due)]
    finally:
        database.reset_reading(token)


def _read(file: DueFile) -> None:
    """Take the text out, holding nothing meanwhile; then keep it, and have the records that it belongs to indexed."""
    came, text = text_of(storage.current().blob(file.scope, file.token), name=file.name, size=file.size)
    with db.sessionmaker() as session, session.begin():
        session.add(FileText(file_id=file.id, reading=came, text=text))
        if came is not Reading.TAKEN:
            return
        for kind, source in sources().items():
            pairs = source.files().subquery()
            records = select(pairs.c.record_id).where(pairs.c.file_id == file.id).distinct()
            session.add_all(
                SearchChange(subject_type=kind, subject_id=record) for record in session.scalars(records)
            )


class Reader:
    """Reads in a thread beside the worker's own: neither mails nor comments wait for it. It ends with the process."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._at_work = threading.Lock()
        self._is_asked = threading.Event()

    def begin(self) -> None:
        """Have read what is due; whoever asks while it reads is heard as well."""
        self._is_asked.set()
        if self._at_work.acquire(blocking=False):
            threading.Thread(target=self._do, name="files", daemon=True).start()

    def _do(self) -> None:
        try:
            while self._is_asked.is_set():
                self._is_asked.clear()
                read_due(self._app)
        except Exception:
            log.exception("search.reading_failed")
        finally:
            self._at_work.release()
        # Asked between the last look and the release: the next one begins, as nobody else will.
        if self._is_asked.is_set():
            self.begin()
