"""The one place where the ledger is written: movements that the rules allow become entries (PT-07, REL-06).

On SQLite a writing transaction stands alone; elsewhere the row of the balance is locked first. What the rules of
``app.catalog.ledger`` let through by mistake, the constraints of the database refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.catalog.ledger import Posting
from app.catalog.models import PointEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a movement is for; ``key`` names it once and for all, such as ``request:12:hold``."""

    key: str
    request_id: int | None = None
    case_id: int | None = None
    correction_id: int | None = None
    reason: str = ""


def book(
    session: Session, period_id: int, postings: Sequence[Posting], *, actor: Actor, cause: Cause
) -> Sequence[PointEntry]:
    """Write movements of one period; their authorization and their event are the caller's.

    :raises sqlalchemy.exc.IntegrityError: if the cause was booked before, or a balance would go below zero.
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
    # One after the other: the balances follow each entry, in the order of their numbers.
    for entry in entries:
        session.add(entry)
        session.flush()
    return entries
