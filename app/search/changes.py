"""What changed and must be indexed: noted with the act, from the journal, so that no act can forget it.

Every change of a record that is searched is told by an event (``app.journal``), and each event's subject is noted here
in the same transaction. The index's own writer takes the notes out in batches (docs/decisions/0019).
"""

from flask import current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import GuardedSession
from app.search.models import SearchChange
from app.search.sources import sources

NOTED = "search_noted"


def note(session: Session, subject_type: str, subject_id: int) -> None:
    """Have a record indexed anew once the running transaction is committed."""
    session.add(SearchChange(subject_type=subject_type, subject_id=subject_id))
    session.info[NOTED] = True


@event.listens_for(GuardedSession, "before_commit")
def _note_what_was_told(session: Session) -> None:
    if session.in_nested_transaction():
        return
    told: set[tuple[str, int]] = session.info.get("told", set())
    known = sources()
    for subject_type, subject_id in sorted(told):
        if subject_type in known:
            note(session, subject_type, subject_id)


@event.listens_for(GuardedSession, "after_commit")
def _wake_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    if session.info.pop(NOTED, False) and has_app_context():
        wake = current_app.extensions.get("wake_index")
        if wake is not None:
            wake()


@event.listens_for(GuardedSession, "after_rollback")
def _sleep_on(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(NOTED, None)
