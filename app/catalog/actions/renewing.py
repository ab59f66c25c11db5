"""The next month's period of points, opened by itself where the contract says so (PT-09)."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import policy, queries
from app.catalog.actions.granting import open_period
from app.catalog.balances import locked_row
from app.catalog.days import end_of_month_from
from app.catalog.models import PointPeriod, RequestTerms
from app.contracts.models import CustomerNumber

# Months that an installation slept through are opened one after the other; after a longer break of the contract the
# first period is that of the month which runs.
LONGEST_GAP = timedelta(days=366)


def renew(session: Session, period: PointPeriod, *, today: date, actor: Actor) -> PointPeriod | None:
    """Open the month after the last period of a customer number, with the points that the contract gives in a month.

    That is done from the last day on, so that nobody who orders just after midnight finds no period. Where the desk has
    opened a later period by hand, that one comes next.

    :param today: the day at the desk of the period's service.
    :returns: the new period, or ``None`` if there is nothing to renew (any more).
    """
    authorize(policy.can_settle(actor))
    # Of two workers the second one waits here, and finds the later period.
    locked_row(session, period.id)
    number = session.get_one(CustomerNumber, period.customer_number_id)
    terms = session.get(RequestTerms, number.id)
    if terms is None or not terms.renews or period.ends_on > today:
        return None
    if not queries.is_paid_with_points(session, number) or _has_later(session, period):
        return None
    starts_on = period.ends_on + timedelta(days=1)
    if today - starts_on > LONGEST_GAP:
        starts_on = today.replace(day=1)
    return open_period(
        session,
        actor=actor,
        number=number,
        starts_on=starts_on,
        ends_on=end_of_month_from(starts_on),
        plan_points=terms.plan_points,
        option_points=terms.option_points,
    )


def _has_later(session: Session, period: PointPeriod) -> bool:
    later = select(PointPeriod.id).where(
        PointPeriod.customer_number_id == period.customer_number_id,
        PointPeriod.starts_on > period.ends_on,
    )
    return session.scalar(later.limit(1)) is not None
