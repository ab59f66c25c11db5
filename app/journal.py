"""The history every slice shares: append-only events, each written in the transaction of the act it tells.

An event is a frozen dataclass in the past tense (``CaseOpened``). :func:`record` stores it with the actor, the
subject and the audience. Rows are chained by hash, so that a change made behind the application's back shows
(SEC-55); triggers in the database refuse an update or a delete in the first place. A session hook refuses to
commit a changed journaled record whose change no event tells, so no act can forget its history.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON, Index, String, event, select, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app import clock
from app.authz import Actor, ActorKind, Audience
from app.db import Base, GuardedSession, code_type

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Subclasses name their ``kind`` (subject and past participle) and ``audience``."""

    kind: ClassVar[str]
    audience: ClassVar[Audience]


class HasHistory(Protocol):
    """What an event can be about."""

    def journal_key(self) -> tuple[str, int]:
        """The type and id under which its history stands."""


class Journaled:
    """Mixin of tables whose every change must be told by an event of the subject it belongs to."""

    subject_type: ClassVar[str]

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row; itself unless overridden."""
        return self.subject_type, self.id  # type: ignore[attr-defined]  # Every table that mixes this in has an id.


class JournalEvent(Base):
    """One stored event; never changed, never deleted, which the migration's triggers see to as well."""

    __tablename__ = "journal_event"
    __table_args__ = (Index(None, "subject_type", "subject_id", "audience", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64))
    audience: Mapped[Audience] = mapped_column(code_type(Audience))
    actor_kind: Mapped[ActorKind] = mapped_column(code_type(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def digest(self) -> str:
        """The hash over everything this event says and the hash before it."""
        told = [
            self.previous_hash,
            self.at.isoformat(),
            self.kind,
            self.audience.value,
            self.actor_kind.value,
            self.actor_id,
            self.actor_name,
            self.subject_type,
            self.subject_id,
            self.data,
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class UnrecordedChange(RuntimeError):
    """A journaled record changed and no event tells it: a fault in an action, found before the commit."""


def record(session: Session, *, actor: Actor, subject: HasHistory, happened: Event) -> JournalEvent:
    """Append ``happened`` to the history of ``subject``; flushes, so that the chain is in order of telling."""
    session.flush()
    subject_type, subject_id = subject.journal_key()
    row = JournalEvent(
        at=clock.now(),
        kind=happened.kind,
        audience=happened.audience,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.name,
        subject_type=subject_type,
        subject_id=subject_id,
        data=json.loads(json.dumps(asdict(happened), default=str)),
        previous_hash=_last_hash(session),
    )
    row.hash = row.digest()
    session.add(row)
    session.flush()
    session.info.setdefault("told", set()).add((subject_type, subject_id))
    return row


def restore(kinds: dict[str, type[Event]], row: JournalEvent) -> Event | None:
    """Make the event of a stored row again, or ``None`` for a kind that this version does not know."""
    kind = kinds.get(row.kind)
    if kind is None:
        return None
    known = {item.name for item in fields(kind)}
    return kind(**{name: value for name, value in row.data.items() if name in known})


def events_by_kind(events: Iterable[type[Event]]) -> dict[str, type[Event]]:
    """Index event classes by their kind, for :func:`restore`."""
    return {item.kind: item for item in events}


def broken_links(session: Session) -> list[int]:
    """Walk the chain in order and return the ids of events whose hash or link does not hold; empty is sound."""
    broken: list[int] = []
    expected = GENESIS
    for row in session.scalars(
        select(JournalEvent).order_by(JournalEvent.id).execution_options(yield_per=500)
    ):
        if row.previous_hash != expected or row.hash != row.digest():
            broken.append(row.id)
        expected = row.hash
    return broken


def _last_hash(session: Session) -> str:
    if session.get_bind().dialect.name == "postgresql":
        # Two writers would chain to the same link; the lock lasts until the end of the transaction.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('journal_event'))"))
    return session.scalar(select(JournalEvent.hash).order_by(JournalEvent.id.desc()).limit(1)) or GENESIS


@event.listens_for(GuardedSession, "after_flush")
def _note_changes(session: Session, _: object) -> None:
    changed = {
        row.journal_key()
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, Journaled) and (row not in session.dirty or session.is_modified(row))
    }
    session.info.setdefault("changed", set()).update(changed)


@event.listens_for(GuardedSession, "before_commit")
def _refuse_untold_changes(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    untold = session.info.get("changed", set()) - session.info.get("told", set())
    if untold:
        raise UnrecordedChange(f"No event tells the change of {sorted(untold)}.")


@event.listens_for(GuardedSession, "after_commit")
@event.listens_for(GuardedSession, "after_rollback")
def _forget(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop("changed", None)
    session.info.pop("told", None)


@event.listens_for(GuardedSession, "after_transaction_create")
def _remember(session: Session, begun: SessionTransaction) -> None:
    if begun.nested:
        noted = {name: set(session.info.get(name, ())) for name in ("changed", "told")}
        session.info.setdefault("before_savepoint", {})[begun] = noted


@event.listens_for(GuardedSession, "after_rollback")
def _take_back(session: Session) -> None:
    """What a savepoint took back, changes and events alike, was not."""
    session.info.update(session.info.get("before_savepoint", {}).get(session.get_nested_transaction(), {}))


@event.listens_for(GuardedSession, "after_transaction_end")
def _end_savepoint(session: Session, ended: SessionTransaction) -> None:
    session.info.get("before_savepoint", {}).pop(ended, None)
