"""What becomes of points when their period has ended: they expire or go into the next one (PT-09)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, ledger, policy
from app.catalog.actions.booking import Cause, book
from app.catalog.balances import locked_balances
from app.catalog.models import PointEntry, PointPeriod, RequestTerms
from app.catalog.models.terms import AtPeriodEnd
from app.journal import record


def settle(session: Session, period: PointPeriod, *, today: date, actor: Actor) -> bool:
    """Book what is left of a period that has ended, by the rule of the contract.

    Points to be carried wait until there is a next period. Points that are held stay so until their request is decided.

    :returns: whether the period is settled now.
    """
    authorize(policy.can_settle(actor))
    if period.settled_at is not None or period.ends_on >= today:
        return False
    entries = _move_rest(session, period, actor=actor, key=f"period:{period.id}:end")
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


def settle_again(session: Session, period_id: int, *, actor: Actor, key: str) -> None:
    """Move on what came free in a period that was settled already; in any other nothing happens."""
    period = session.get_one(PointPeriod, period_id)
    if period.settled_at is not None:
        _move_rest(session, period, actor=actor, key=f"{key}:end")


def _move_rest(
    session: Session, period: PointPeriod, *, actor: Actor, key: str
) -> Sequence[PointEntry] | None:
    """Let what is free expire or carry it on; ``None`` where there is no next period to carry it into."""
    balances = locked_balances(session, period.id)
    terms = session.get(RequestTerms, period.customer_number_id)
    if terms is None or terms.at_period_end is AtPeriodEnd.EXPIRE:
        return book(session, period.id, ledger.expire(balances), actor=actor, cause=Cause(key=key))
    following = _next(session, period)
    if following is None:
        return None
    out = book(session, period.id, ledger.carry_out(balances), actor=actor, cause=Cause(key=key))
    if balances.free:
        coming = ledger.carry_in(locked_balances(session, following), balances.free)
        book(session, following, coming, actor=actor, cause=Cause(key=f"{key}:in"))
    return out


def _next(session: Session, period: PointPeriod) -> int | None:
    chosen = select(PointPeriod.id).where(
        PointPeriod.customer_number_id == period.customer_number_id,
        PointPeriod.starts_on > period.ends_on,
    )
    return session.scalar(chosen.order_by(PointPeriod.starts_on).limit(1))
