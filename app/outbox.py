"""Messages that leave after the commit: written with the act, delivered by the worker, kept until then.

A message is a row in the transaction of its act, so a rollback sends nothing and a crash loses nothing. The
relay claims rows, hands them to the deliverer of their kind and settles each in a transaction of its own:
sent, tried again later (1, 2, 4 … minutes, at most 4 hours apart), or, after 48 hours or a final refusal,
dead, where the desk sees it (REL-03). Delivery is at least once: the row's key is the message's identity.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app import clock
from app.db import Base, code_type

CLAIM_LASTS = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=48)
# The part of a payload that weighs much and is of use to nobody once the message has left: it is then dropped.
WEIGHTY = "attachments"

log = structlog.get_logger(__name__)

_silenced: ContextVar[bool] = ContextVar("outbox_silenced", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Queue nothing in the block: acts of an invented past, such as the demo world's, tell nobody."""
    token = _silenced.set(True)
    try:
        yield
    finally:
        _silenced.reset(token)


class MessageState(StrEnum):
    """Where a message is on its way out."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"


class OutboxMessage(Base):
    """One message to one receiver."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(None, "state", "available_at"),
        Index(None, "order_key", "id"),
        Index(None, "service_id", "state"),
        Index(None, "cause"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    order_key: Mapped[str] = mapped_column(String(320))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    # What made it, such as ``comment:17``, where its maker may still take it back.
    cause: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[MessageState] = mapped_column(code_type(MessageState), default=MessageState.WAITING)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    available_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)

    def journal_key(self) -> tuple[str, int]:
        """Its own history, where a person's hand is told; the relay's work is told by the row itself."""
        return self.__tablename__, self.id


class Refused(Exception):
    """The receiver refused for good; trying again would not help."""


class Unavailable(Exception):
    """The message could not be handed over now; a later try may succeed."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a deliverer gets: the message's identity and content, free of any session."""

    id: int
    key: str
    kind: str
    payload: dict[str, Any]
    created_at: datetime
    attempt: int


Deliverer = Callable[[Claimed], None]


@dataclass(frozen=True, slots=True)
class Hold:
    """How long a message waits before it leaves, and the cause by which its maker may still take it back."""

    cause: str
    lasts: timedelta


def put(
    session: Session,
    *,
    kind: str,
    payload: dict[str, Any],
    order_key: str,
    service_id: int | None = None,
    hold: Hold | None = None,
) -> None:
    """Queue a message in the running transaction; messages of one ``order_key`` leave one after the other.

    :param hold: lets the message wait, and those behind it with it, until it leaves or is taken back.
    """
    if _silenced.get():
        return
    moment = clock.now()
    message = OutboxMessage(
        key=secrets.token_hex(16),
        kind=kind,
        payload=payload,
        order_key=order_key,
        service_id=service_id,
        cause=hold.cause if hold else None,
        created_at=moment,
        available_at=moment + hold.lasts if hold else moment,
    )
    session.add(message)
    wake_after(session, hold.lasts if hold else timedelta(0))


def wake_after(session: Session, wait: timedelta) -> None:
    """Have the worker look once the running transaction is committed, and when ``wait`` is over."""
    session.info.setdefault("outbox_filled", set()).add(wait)


def take_back(session: Session, cause: str) -> bool:
    """Take the held messages of a cause out again; ``False``, and nothing is taken, if one of them is on its way."""
    rows = session.scalars(
        select(OutboxMessage).where(OutboxMessage.cause == cause).order_by(OutboxMessage.id)
    ).all()
    if any(row.state is not MessageState.WAITING or row.attempts for row in rows):
        return False
    for row in rows:
        session.delete(row)
    session.flush()
    return True


def is_held(session: Session, cause: str) -> bool:
    """Tell whether a message of a cause waits and could still be dropped."""
    return bool(session.scalar(select(exists().where(*_held(cause)))))


def drop(session: Session, cause: str) -> None:
    """Delete the held messages of a cause that have become out of date; what is on its way leaves all the same."""
    session.execute(delete(OutboxMessage).where(*_held(cause)))


def _held(cause: str) -> tuple[ColumnElement[bool], ...]:
    is_waiting = OutboxMessage.state == MessageState.WAITING
    return OutboxMessage.cause == cause, is_waiting, OutboxMessage.attempts == 0


def claim(session: Session, *, most: int = 1) -> list[Claimed]:
    """Claim due messages, oldest first, none before an earlier one of its order key; the caller commits.

    A claim that was never settled (a killed worker) counts as due again when it has lapsed. The relay claims
    one message at a time, so that a slow receiver does not let the claims of those behind it lapse.
    """
    moment = clock.now()
    earlier = aliased(OutboxMessage)
    open_states = (MessageState.WAITING, MessageState.CLAIMED)
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state.in_(open_states), OutboxMessage.available_at <= moment)
        .where(
            ~exists().where(
                and_(
                    earlier.order_key == OutboxMessage.order_key,
                    earlier.id < OutboxMessage.id,
                    earlier.state.in_(open_states),
                )
            )
        )
        .order_by(OutboxMessage.id)
        .limit(most)
    )
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(due))
        .values(
            state=MessageState.CLAIMED,
            available_at=moment + CLAIM_LASTS,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(
            OutboxMessage.id,
            OutboxMessage.key,
            OutboxMessage.kind,
            OutboxMessage.payload,
            OutboxMessage.created_at,
            OutboxMessage.attempts,
        )
    ).all()
    return sorted((Claimed(*row) for row in taken), key=lambda message: message.id)


def relay(new_session: Callable[[], Session], deliverers: Mapping[str, Deliverer]) -> int:
    """Deliver everything that is due and return how many messages were handed over."""
    handed_over = 0
    while True:
        with new_session() as session, session.begin():
            batch = claim(session)
        if not batch:
            return handed_over
        for message in batch:
            handed_over += _deliver_one(new_session, deliverers, message)


def _deliver_one(
    new_session: Callable[[], Session],
    deliverers: Mapping[str, Deliverer],
    message: Claimed,
) -> bool:
    error = _failure_of(deliverers.get(message.kind), message)
    with new_session() as session, session.begin():
        row = session.get_one(OutboxMessage, message.id)
        # A claim that lapsed meanwhile may be another relay's by now: a failure is then not ours to note.
        if error is None or (row.state is MessageState.CLAIMED and row.attempts == message.attempt):
            _settle(row, error)
    return error is None


def _failure_of(deliverer: Deliverer | None, message: Claimed) -> Exception | None:
    if deliverer is None:
        # A later version may have queued a kind that this process does not know: it is parked, not lost.
        return Unavailable(f"no deliverer for {message.kind}")
    try:
        deliverer(message)
    except (Refused, Unavailable) as failure:
        return failure
    except Exception as fault:
        # One message that cannot be handled must not hold up all others. Its text may hold anything, so only
        # the kind of the fault is stored.
        log.exception("outbox.fault", message=message.id, kind=message.kind)
        return Unavailable(f"fault in the delivery: {type(fault).__name__}")
    return None


def _settle(row: OutboxMessage, error: Exception | None) -> None:
    moment = clock.now()
    if error is None:
        row.state, row.settled_at, row.last_error = MessageState.SENT, moment, None
        if WEIGHTY in row.payload:
            row.payload = {key: value for key, value in row.payload.items() if key != WEIGHTY}
        return
    row.last_error = str(error)[:500]
    if isinstance(error, Refused) or moment - row.created_at >= GIVE_UP_AFTER:
        row.state, row.settled_at = MessageState.DEAD, moment
    else:
        row.state, row.available_at = (
            MessageState.WAITING,
            moment + wait_before(row.attempts + 1),
        )
    log.warning("outbox.failed", message=row.id, state=row.state.value, attempts=row.attempts)


def wait_before(attempt: int) -> timedelta:
    """How long to wait before the given attempt: 1 minute before the second, doubling, at most 4 hours."""
    doublings = min(max(attempt - 2, 0), 8)
    return min(timedelta(minutes=2**doublings), LONGEST_WAIT)


def revive(session: Session, message: OutboxMessage) -> None:
    """Send a dead message once more, from now on with the full time again."""
    message.state, message.settled_at, message.attempts = MessageState.WAITING, None, 0
    message.created_at = message.available_at = clock.now()
    wake_after(session, timedelta(0))
