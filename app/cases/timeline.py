"""The timeline of a case: its events within the actor's audience, newest on top (CASE-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.authz import Actor, ActorKind, Audience
from app.cases import events
from app.cases.actions.withdrawing import seconds_left
from app.cases.models import Case, CaseComment
from app.i18n import _
from app.journal import Event, JournalEvent, restore

ENTRIES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what happened, who did it, when, for whom; a comment brings its text."""

    id: int
    at: datetime
    happened: Event
    audience: Audience
    by_desk: bool
    author: str
    comment: CaseComment | None
    # For how many seconds the reader can still take the reply back.
    take_back_seconds: int = 0

    @property
    def template(self) -> str:
        """The template of this kind of event, in ``cases/timeline/``."""
        return f"cases/timeline/{self.happened.kind.removeprefix('case.')}.html"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries of one look, newest first, and where the older ones begin."""

    entries: Sequence[Entry]
    older_than: int | None


def timeline_of(session: Session, actor: Actor, case: Case, *, before: int | None = None) -> Timeline:
    """Load the newest entries of a case, or those before an entry; never a row beyond the actor's audience."""
    told = select(JournalEvent).where(
        JournalEvent.subject_type == Case.subject_type,
        JournalEvent.subject_id == case.id,
        JournalEvent.audience.in_(actor.audiences()),
        JournalEvent.kind.in_(events.KINDS),
    )
    if actor.is_customer:
        # In the statement itself, so that what was taken back takes no place among the entries either.
        told = told.where(still_shown(case.id))
    if before is not None:
        told = told.where(JournalEvent.id < before)
    rows = session.scalars(told.order_by(JournalEvent.id.desc()).limit(ENTRIES_AT_ONCE + 1)).all()
    shown = rows[:ENTRIES_AT_ONCE]
    comments = _comments(session, actor, case, shown)
    entries = [entry for row in shown if (entry := _entry(row, comments, actor, case)) is not None]
    return Timeline(entries, shown[-1].id if len(rows) > ENTRIES_AT_ONCE else None)


def still_shown(case_id: ColumnElement[int] | InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """The condition that leaves out what tells of a reply that only the desk reads any more."""
    hidden = select(CaseComment.id).where(
        CaseComment.case_id == case_id, CaseComment.audience == Audience.DESK
    )
    about = JournalEvent.data["comment_id"].as_integer()
    return or_(about.is_(None), about.not_in(hidden))


def _comments(
    session: Session, actor: Actor, case: Case, rows: Sequence[JournalEvent]
) -> dict[Any, CaseComment]:
    ids = [row.data["comment_id"] for row in rows if "comment_id" in row.data]
    if not ids:
        return {}
    found = session.scalars(
        select(CaseComment)
        .where(CaseComment.id.in_(ids), CaseComment.case_id == case.id)
        .where(CaseComment.audience.in_(actor.audiences()))
        .order_by(CaseComment.id)
    )
    return {comment.id: comment for comment in found}


def _author(row: JournalEvent) -> str:
    """Who did it; the system's own workers are called in the reader's language."""
    return _(row.actor_name) if row.actor_kind is ActorKind.SYSTEM else row.actor_name


def _entry(row: JournalEvent, comments: dict[Any, CaseComment], actor: Actor, case: Case) -> Entry | None:
    happened = restore(events.KINDS, row)
    if happened is None:
        return None
    by_desk = row.actor_kind is not ActorKind.CUSTOMER
    comment = comments.get(row.data.get("comment_id"))
    left = seconds_left(actor, case, comment) if comment else 0
    return Entry(row.id, row.at, happened, row.audience, by_desk, _author(row), comment, left)
