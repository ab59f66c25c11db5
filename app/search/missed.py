"""Searches in vain, noted for the desk, so that it learns which article is missing; who looked is not kept.

A search is a request that only reads, so the note goes through a door of its own, as a session's stamp of last use
does; where another writer is at work just then the note is left out rather than the reader kept waiting.
"""

import unicodedata

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.db import impatient, writing
from app.extensions import db
from app.search.models import TYPED_LENGTH, MissedSearch

# So many different searches are kept; then those go that nobody has made for longest.
MOST_KEPT = 5_000


def note_miss(actor: Actor, typed: str, *, service_id: int | None = None) -> None:
    """Count one search for ``typed`` that found nothing; ``service_id`` is that of the portal, empty for the console.

    What differs in width, case or blanks alone is one search, and so are texts that begin with the same 200
    characters.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).casefold().split())[:TYPED_LENGTH]
    if not text:
        return
    try:
        with writing(), impatient(), db.sessionmaker() as session, session.begin():
            _count(session, actor, text, service_id)
    except OperationalError:
        return


def _count(session: Session, actor: Actor, text: str, service_id: int | None) -> None:
    """One more of these, or the first; transactions that write take turns, so no two of them are the first."""
    now = clock.now()
    counted = session.execute(
        update(MissedSearch)
        .where(
            MissedSearch.typed == text,
            MissedSearch.asker == actor.kind,
            MissedSearch.service_id.is_not_distinct_from(service_id),
        )
        .values(times=MissedSearch.times + 1, last_at=now)
        .returning(MissedSearch.id)
    )
    if counted.first() is None:
        _make_room(session)
        session.add(
            MissedSearch(service_id=service_id, asker=actor.kind, typed=text, first_at=now, last_at=now)
        )


def _make_room(session: Session) -> None:
    too_many = (session.scalar(select(func.count()).select_from(MissedSearch)) or 0) - MOST_KEPT + 1
    if too_many > 0:
        oldest = select(MissedSearch.id).order_by(MissedSearch.last_at, MissedSearch.id).limit(too_many)
        session.execute(delete(MissedSearch).where(MissedSearch.id.in_(oldest)))
