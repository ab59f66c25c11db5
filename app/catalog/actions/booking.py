"""The one place where the ledger is written: movements that the rules allow become entries (PT-07, REL-06).

On SQLite a writing transaction stands alone; elsewhere the row of the balance is locked first, by
``app.catalog.balances``. What somebody lets through by mistake all the same, the constraints of the database refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.catalog.balances import locked_balances
from app.catalog.ledger import Account, BookedBefore, LedgerRefusal, NotEnough, Posting
from app.catalog.models import PointBalance, PointEntry

# How SQLite and PostgreSQL name the unique key of an entry when it is there already.
KEY_NAMES = ("point_entry.key", "uq_point_entry_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a movement is for; ``key`` names it once and for all, such as ``request:12:use`` (REL-04).

    Where a cause can come again, the key says on which state of things it was booked: two who act on the same state
    have the same key, and the second one is refused.
    """

    key: str
    request_id: int | None = None
    case_id: int | None = None
    correction_id: int | None = None
    reason: str = ""


def book(
    session: Session, period_id: int, postings: Sequence[Posting], *, actor: Actor, cause: Cause
) -> Sequence[PointEntry]:
    """Write movements of one period, all or none; their authorization and their event are the caller's.

    :raises app.catalog.ledger.BookedBefore: if the cause was booked before.
    :raises app.catalog.ledger.NotEnough: if less is free by now than the movements take from there.
    :raises app.catalog.ledger.LedgerRefusal: if the balances do not allow the movements for another reason.
    """
    moment = clock.now()
    entries = [
        PointEntry(
            period_id=period_id,
            kind=posting.kind,
            source=posting.source,
            target=posting.target,
            amount=posting.amount,
            request_id=cause.request_id,
            case_id=cause.case_id,
            correction_id=cause.correction_id,
            reason=cause.reason,
            actor_kind=actor.kind,
            actor_id=actor.user_id,
            actor_name=actor.name,
            at=moment,
            key=cause.key if index == 0 else f"{cause.key}:{index}",
        )
        for index, posting in enumerate(postings)
    ]
    try:
        with session.begin_nested():
            _write(session, entries)
    except IntegrityError as error:
        raise _refusal(session, period_id, postings, error) from error
    _forget_balances(session, period_id)
    return entries


def _write(session: Session, entries: Sequence[PointEntry]) -> None:
    # One after the other: the balances follow each entry, in the order of their numbers.
    for entry in entries:
        session.add(entry)
        session.flush()


def _refusal(
    session: Session, period_id: int, postings: Sequence[Posting], error: IntegrityError
) -> LedgerRefusal:
    """What the database has refused, in the words of the rules; the savepoint has taken the entries back."""
    told = str(error.orig)
    if any(name in told for name in KEY_NAMES):
        return BookedBefore("The cause was booked before.")
    balances = locked_balances(session, period_id)
    needed = sum(posting.amount for posting in postings if posting.source is Account.FREE)
    if needed > balances.available:
        return NotEnough(needed=needed, free=balances.available)
    return LedgerRefusal(told)


def _forget_balances(session: Session, period_id: int) -> None:
    """Let the next look at the balances in this session see what the triggers have made of them."""
    known = session.identity_map.get(session.identity_key(PointBalance, period_id))
    if known is not None:
        session.expire(known)
