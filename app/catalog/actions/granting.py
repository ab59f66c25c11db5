"""Periods of points and what the contract gives in them, set by the desk (PT-03, PT-06)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import events, ledger, policy
from app.catalog.actions.booking import Cause, book
from app.catalog.actions.settling import settle_again
from app.catalog.balances import locked_balances, locked_row
from app.catalog.models import PointPeriod
from app.contracts.models import CustomerNumber
from app.journal import record


class PeriodsOverlap(ValueError):
    """The customer number has a period that shares days with this one."""


class StaleTotal(Exception):
    """Somebody else has set the points of the period since the form was made."""


def open_period(
    session: Session,
    *,
    actor: Actor,
    number: CustomerNumber,
    starts_on: date,
    ends_on: date,
    plan_points: int,
    option_points: int,
) -> PointPeriod:
    """Open a period and grant its points; both days belong to it.

    :raises PeriodsOverlap: if another period of the number has days in common with it.
    :raises app.catalog.ledger.LedgerRefusal: if the points are below zero or above ``MOST_POINTS``.
    """
    authorize(policy.can_manage_points(actor, number))
    ledger.demand_points(plan_points, option_points)
    shared = select(PointPeriod.id).where(
        PointPeriod.customer_number_id == number.id,
        PointPeriod.starts_on <= ends_on,
        PointPeriod.ends_on >= starts_on,
    )
    if session.scalar(shared) is not None:
        raise PeriodsOverlap
    period = PointPeriod(
        customer_number_id=number.id,
        starts_on=starts_on,
        ends_on=ends_on,
        plan_points=plan_points,
        option_points=option_points,
    )
    session.add(period)
    session.flush()
    happened = events.PointPeriodOpened(
        starts_on.isoformat(), ends_on.isoformat(), plan_points, option_points
    )
    record(session, actor=actor, subject=number, happened=happened)
    postings = ledger.grant(locked_balances(session, period.id), plan_points + option_points)
    book(session, period.id, postings, actor=actor, cause=Cause(key=f"period:{period.id}:grant"))
    return period


def set_total(
    session: Session,
    period: PointPeriod,
    *,
    actor: Actor,
    plan_points: int,
    option_points: int,
    reason: str,
    seen: tuple[int, int] | None = None,
) -> None:
    """Set the points of a period anew; what they are more or fewer is granted or taken back (PT-06).

    :param seen: the points of plan and option that a form was made from; ``None`` is whoever read them just now.
    :raises StaleTotal: if somebody else has set them since (REL-05).
    :raises app.catalog.ledger.NotEnough: if more would be taken back than is free.
    :raises app.catalog.ledger.LedgerRefusal: if the points are below zero or above ``MOST_POINTS``.
    """
    authorize(policy.can_manage_points(actor, session.get_one(CustomerNumber, period.customer_number_id)))
    ledger.demand_points(plan_points, option_points)
    row = locked_row(session, period.id)
    session.refresh(period, ["plan_points", "option_points"])
    if seen not in (None, (period.plan_points, period.option_points)):
        raise StaleTotal
    if (period.plan_points, period.option_points) == (plan_points, option_points):
        return
    # Two who set the points on the same state of the ledger have the same key.
    cause = Cause(key=f"period:{period.id}:total:{row.last_entry_id}", reason=reason)
    balances = row.as_balances()
    difference = plan_points + option_points - balances.contract
    postings = ledger.grant(balances, difference) if difference >= 0 else ledger.revoke(balances, -difference)
    period.plan_points, period.option_points = plan_points, option_points
    book(session, period.id, postings, actor=actor, cause=cause)
    settle_again(session, period.id, actor=actor)
    # Told last: on PostgreSQL the journal is locked from here on, and balances are locked before it everywhere.
    happened = events.PointTotalSet(period.starts_on.isoformat(), plan_points, option_points, reason)
    record(session, actor=actor, subject=period, happened=happened)
