"""The index made anew from the database: by command, and by the worker where it is missing, damaged or outdated."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import structlog
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import db as database
from app.extensions import db
from app.search import index, locks
from app.search.analyzer import fingerprint
from app.search.analyzing import load_words
from app.search.disk.copies import Copies
from app.search.documents import Subject
from app.search.engine import IndexUnusable
from app.search.feeding import ready_for
from app.search.models import SearchChange
from app.search.sources import Source, sources

log = structlog.get_logger(__name__)

# Taken apart in memory at the same time.
RECORDS_AT_ONCE = 20
RECORDS_IN_SECONDS = 1_000
# By which analyzer the index that stands was made.
MADE_BY = "analyzer"

Progress = Callable[[int], None]
Answer = TypeVar("Answer")


def no_progress(_records: int) -> None:
    """Tell nobody how many more records are done."""


def rebuild(app: Flask, progress: Progress = no_progress) -> int:
    """Make the index anew beside the one that stands, and put it in its place; returns how many records are in it.

    :raises IndexUnusable: if it cannot be written; the one that stands stays.
    """
    folder = index.folder(app)
    with app.app_context(), locks.held(folder, "rebuilding"):
        # Whoever feeds now has ended before; whoever feeds later keeps the notes.
        with locks.held(folder, "feeding"):
            last_note = _read(lambda session: session.scalar(select(func.max(SearchChange.id))) or 0)
        load_words()
        made_by, records = fingerprint(), 0
        with index.current().rebuild() as writer:
            for subjects in _all_subjects():
                ready, _done = ready_for(subjects)
                writer.replace(subjects, ready)
                records += len(subjects)
                progress(len(subjects))
        Copies(folder).write(MADE_BY, made_by.encode())
        with db.sessionmaker() as session, session.begin():
            session.execute(delete(SearchChange).where(SearchChange.id <= last_note))
    log.info("search.rebuilt", records=records)
    return records


def prepare(app: Flask) -> None:
    """Make a missing index before the first page where that takes seconds; else the worker does beside the server."""
    if size(app) <= RECORDS_IN_SECONDS:
        try:
            mend(app)
        except IndexUnusable as fault:
            log.warning("search.unusable", reason=str(fault))


def size(app: Flask) -> int:
    """How many records a rebuilding has to go through."""
    with app.app_context():
        return _read(lambda session: sum(source.count(session) for source in sources().values()))


def reason_to_rebuild(app: Flask) -> str:
    """What is wrong with the index that stands, in a few words; empty if nothing is."""
    with app.app_context():
        try:
            index.current().engine.check()
        except IndexUnusable as fault:
            return str(fault) or "unusable"
        load_words()
        return "" if _is_made_by(fingerprint(), index.folder(app)) else "made by another analyzer"


def mend(app: Flask) -> bool:
    """Make the index anew if that is needed and nobody does; tells whether it was made."""
    if locks.is_held(index.folder(app), "rebuilding"):
        return False
    reason = reason_to_rebuild(app)
    if not reason:
        return False
    log.warning("search.mending", reason=reason)
    rebuild(app)
    return True


def _is_made_by(made_by: str, folder: Path) -> bool:
    """Tell whether this analyzer made the index; where one of the copies says so, the other one was damaged."""
    copies = Copies(folder)
    said = [_content(path) == made_by.encode() for path in copies.of(MADE_BY)]
    if any(said) and not all(said):
        # What says so already is enough; a full disk is told by the index itself.
        with contextlib.suppress(OSError):
            copies.write(MADE_BY, made_by.encode())
    return any(said)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _all_subjects() -> Iterator[list[Subject]]:
    for kind, source in sources().items():
        last = 0
        while ids := _ids_after(source, last):
            last = ids[-1]
            yield [(kind, number) for number in ids]


def _ids_after(source: Source, last: int) -> Sequence[int]:
    return _read(lambda session: source.ids_after(session, last, RECORDS_AT_ONCE))


def _read(question: Callable[[Session], Answer]) -> Answer:
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            return question(session)
    finally:
        database.reset_reading(token)
