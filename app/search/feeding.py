"""What was noted as changed is taken out in batches and put into the index, by one feeder at a time.

Notes go once the index has what they told of; killed in between, a batch is put in again, which changes nothing. A
record that cannot be indexed is tried a few times and then set aside, so that it holds up no other. While the index is
made anew, notes are followed in the old one and kept for the new one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from flask import Flask
from sqlalchemy import delete, select, update

from app import db as database
from app.extensions import db
from app.search import index, locks
from app.search.analyzing import analyzed, load_words
from app.search.documents import AnalyzedDocument, Subject
from app.search.engine import IndexUnusable
from app.search.models import SearchChange
from app.search.sources import sources

log = structlog.get_logger(__name__)

NOTES_AT_ONCE = 200
# So many records are taken apart in memory at the same time.
RECORDS_AT_ONCE = 20
MOST_ATTEMPTS = 5
# The note that was followed last while the index was being made anew, in the app's extensions.
FOLLOWED = "search_followed"


@dataclass(frozen=True, slots=True)
class Note:
    """One row of what changed."""

    id: int
    subject: Subject


def feed(app: Flask) -> int:
    """Put everything that was noted into the index; returns how many records that were.

    An index that cannot be written keeps the notes waiting, and is asked to be mended.
    """
    records = 0
    with app.app_context(), locks.held(index.folder(app), "feeding"):
        load_words()
        is_rebuilt = locks.is_held(index.folder(app), "rebuilding")
        last = app.extensions.get(FOLLOWED, 0) if is_rebuilt else 0
        while notes := _notes_after(last):
            last = notes[-1].id
            try:
                done = _put_in({note.subject for note in notes})
            except IndexUnusable as fault:
                index.current().tell(fault)
                break
            records += len(done)
            _settle(notes, done, keep=is_rebuilt)
            app.extensions[FOLLOWED] = last if is_rebuilt else 0
    if records:
        log.info("search.fed", records=records)
    return records


def _notes_after(last: int) -> Sequence[Note]:
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            rows = session.execute(
                select(SearchChange.id, SearchChange.subject_type, SearchChange.subject_id)
                .where(SearchChange.id > last, SearchChange.attempts < MOST_ATTEMPTS)
                .order_by(SearchChange.id)
                .limit(NOTES_AT_ONCE)
            ).all()
    finally:
        database.reset_reading(token)
    return [Note(row.id, (row.subject_type, row.subject_id)) for row in rows]


def _put_in(subjects: Collection[Subject]) -> set[Subject]:
    """Write the records of these subjects into the index; returns those that could be."""
    waiting, everything = sorted(subjects), set[Subject]()
    with index.current().writer() as writer:
        for start in range(0, len(waiting), RECORDS_AT_ONCE):
            ready, done = ready_for(waiting[start : start + RECORDS_AT_ONCE])
            writer.replace(done, ready)
            everything |= done
    return everything


def ready_for(subjects: Collection[Subject]) -> tuple[list[AnalyzedDocument], set[Subject]]:
    """The documents of these subjects, and the subjects of which they could be made."""
    known = sources()
    ready: list[AnalyzedDocument] = []
    # A kind of record that nobody knows any more has no documents.
    done = {subject for subject in subjects if subject[0] not in known}
    for kind in known:
        ids = sorted(number for of_kind, number in subjects if of_kind == kind)
        made = _made(kind, ids)
        if made is not None:
            ready += made
            done.update((kind, number) for number in ids)
            continue
        # One after the other shows which one it is.
        for number in ids:
            made = _made(kind, [number])
            if made is not None:
                ready += made
                done.add((kind, number))
    return ready, done


def _made(kind: str, ids: Sequence[int]) -> list[AnalyzedDocument] | None:
    """The documents of some records, or ``None`` if they cannot be made."""
    try:
        return analyzed(sources()[kind], ids) if ids else []
    except Exception:
        log.exception("search.fault", kind=kind, records=ids)
        return None


def _settle(notes: Sequence[Note], done: Collection[Subject], *, keep: bool) -> None:
    over = [note.id for note in notes if note.subject in done]
    failed = [note.id for note in notes if note.subject not in done]
    with db.sessionmaker() as session, session.begin():
        if over and not keep:
            session.execute(delete(SearchChange).where(SearchChange.id.in_(over)))
        if failed:
            session.execute(
                update(SearchChange)
                .where(SearchChange.id.in_(failed))
                .values(attempts=SearchChange.attempts + 1)
            )
    if failed:
        log.warning("search.failed", notes=len(failed))
