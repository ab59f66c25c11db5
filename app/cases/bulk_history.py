"""What an act on many cases did, read back from the journal: for the page after it, and for taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.authz import Actor
from app.cases.events import AssigneeChanged, NoteAdded, StateChanged
from app.cases.models import Case
from app.cases.queries import within_reach
from app.journal import JournalEvent

MOST = 100
TAKEN_BACK_WITHIN = timedelta(minutes=10)
KINDS = (AssigneeChanged.kind, StateChanged.kind, NoteAdded.kind)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case that was assigned: to whom it belonged before, and whether nobody has assigned it since."""

    case: Case
    old_id: int | None
    stands: bool


def last_event(session: Session) -> int:
    """The number of the newest event of the journal."""
    return session.scalar(select(func.max(JournalEvent.id))) or 0


def cases_of(session: Session, actor: Actor, first: int, last: int) -> Sequence[Case]:
    """The cases within reach that the actor's own acts changed between two events."""
    told = select(JournalEvent.subject_id).where(*_own(actor, first, last), JournalEvent.kind.in_(KINDS))
    rows = select(Case).where(within_reach(actor), Case.id.in_(told)).order_by(Case.id).limit(MOST)
    return session.scalars(rows).all()


def assignments_of(session: Session, actor: Actor, first: int, last: int) -> Sequence[Assignment]:
    """The actor's own assignments between two events, if they are not older than ten minutes."""
    rows = session.execute(_assigned(actor, first, last)).all()
    return [
        Assignment(case, data.get("old_id"), "old_id" in data and not overtaken)
        for case, data, overtaken in rows
    ]


def _assigned(actor: Actor, first: int, last: int) -> Select[*tuple[Any, ...]]:
    later = aliased(JournalEvent)
    overtaken = exists().where(
        later.subject_type == JournalEvent.subject_type,
        later.subject_id == JournalEvent.subject_id,
        later.kind == AssigneeChanged.kind,
        later.id > JournalEvent.id,
    )
    return (
        select(Case, JournalEvent.data, overtaken)
        .join(JournalEvent, JournalEvent.subject_id == Case.id)
        .where(within_reach(actor), *_own(actor, first, last))
        .where(JournalEvent.kind == AssigneeChanged.kind)
        .where(JournalEvent.at > clock.now() - TAKEN_BACK_WITHIN)
        .order_by(JournalEvent.id)
        .limit(MOST)
    )


def _own(actor: Actor, first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    return (
        JournalEvent.id.between(first, last),
        JournalEvent.actor_id == actor.user_id,
        JournalEvent.subject_type == Case.subject_type,
    )
