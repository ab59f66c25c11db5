"""What becomes of points when their period has ended: they expire or go into the next one (PT-09)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, ledger, policy
from app.catalog.actions.booking import Cause, book
from app.catalog.balances import locked_balances, locked_row
from app.catalog.models import PointEntry, PointPeriod, RequestTerms
from app.catalog.models.terms import AtPeriodEnd
from app.journal import record


def settle(session: Session, period: PointPeriod, *, today: date, actor: Actor) -> bool:
    """Book what is left of a period that has ended, by the rule of the contract.

    Points to be carried wait until there is a next period. Points that are held stay so until their request is decided.

    :param today: the day at the desk of the period's service.
    :returns: whether the period is settled now, and was not before.
    """
    authorize(policy.can_settle(actor))
    locked_row(session, period.id)
    # Another worker may have settled it while this one waited for the lock.
    session.refresh(period, ["settled_at"])
    if period.settled_at is not None or period.ends_on >= today:
        return False
    entries = _move_rest(session, period, actor=actor)
    if entries is None:
        return False
    period.settled_at = clock.now()
    moved = {kind: sum(item.amount for item in entries if item.kind is kind) for kind in ledger.EntryKind}
    happened = events.PointPeriodSettled(
        period.starts_on.isoformat(),
        moved[ledger.EntryKind.EXPIRY],
        moved[ledger.EntryKind.CARRY],
    )
    record(session, actor=actor, subject=period, happened=happened)
    return True


def settle_again(session: Session, period_id: int, *, actor: Actor) -> bool:
    """Move on what came free in a period that was settled already, by the rule of today; in any other nothing happens.

    This is a part of other acts: a release, a correction, a new total.

    :returns: whether anything was moved.
    """
    balances = locked_balances(session, period_id)
    period = session.get_one(PointPeriod, period_id)
    session.refresh(period, ["settled_at"])
    return (
        period.settled_at is not None and balances.free > 0 and bool(_move_rest(session, period, actor=actor))
    )


def _move_rest(session: Session, period: PointPeriod, *, actor: Actor) -> Sequence[PointEntry] | None:
    """Let what is free expire or carry it on; ``None`` where there is no next period to carry it into."""
    row = locked_row(session, period.id)
    balances = row.as_balances()
    # Booked twice on the same state of the ledger, the second is refused.
    cause = Cause(key=f"period:{period.id}:end:{row.last_entry_id}")
    terms = session.get(RequestTerms, period.customer_number_id)
    if terms is None or terms.at_period_end is AtPeriodEnd.EXPIRE:
        return book(session, period.id, ledger.expire(balances), actor=actor, cause=cause)
    following = _next(session, period)
    if following is None:
        return None
    out = book(session, period.id, ledger.carry_out(balances), actor=actor, cause=cause)
    if balances.free:
        coming = ledger.carry_in(locked_balances(session, following), balances.free)
        book(session, following, coming, actor=actor, cause=Cause(key=f"{cause.key}:in"))
        # After a long wait the next period is over as well.
        settle_again(session, following, actor=actor)
    return out


def _next(session: Session, period: PointPeriod) -> int | None:
    chosen = select(PointPeriod.id).where(
        PointPeriod.customer_number_id == period.customer_number_id,
        PointPeriod.starts_on > period.ends_on,
    )
    return session.scalar(chosen.order_by(PointPeriod.starts_on).limit(1))
