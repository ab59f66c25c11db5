"""Which periods of points are due to be renewed or settled, by the day at the desk of each service (PT-09)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app import clock
from app.catalog import queries
from app.catalog.days import service_day
from app.catalog.models import PointBalance, PointPeriod, RequestTerms
from app.catalog.models.terms import AtPeriodEnd
from app.contracts.models import CustomerNumber, Service

# Periods that one look finds; the next look finds the rest.
AT_ONCE = 500
# How long after its end a period's statement waits for its settlement, and is still sent.
SETTLED_WITHIN = timedelta(days=1)
STATED_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Due:
    """A period whose turn has come, and the day at its service's desk."""

    period_id: int
    today: date


def to_renew(session: Session) -> Sequence[Due]:
    """The last periods of their numbers that end today or have ended, where the contract goes on by itself."""
    goes_on = exists().where(RequestTerms.customer_number_id == CustomerNumber.id, RequestTerms.renews)
    chosen = (
        select(PointPeriod.id)
        .join(PointPeriod.customer_number)
        .where(goes_on, queries.has_points(), ~_has_later())
    )
    return _by_service(session, chosen, lambda today: PointPeriod.ends_on <= today)


def to_settle(session: Session) -> Sequence[Due]:
    """Periods that have ended with something still to book: not settled yet, or with points that came free since."""
    expires = RequestTerms.at_period_end.is_(None) | (RequestTerms.at_period_end == AtPeriodEnd.EXPIRE)
    chosen = (
        select(PointPeriod.id)
        .join(PointPeriod.customer_number)
        .join(PointBalance, PointBalance.period_id == PointPeriod.id)
        .join(RequestTerms, RequestTerms.customer_number_id == CustomerNumber.id, isouter=True)
        .where(
            or_(PointPeriod.settled_at.is_(None), PointBalance.free > 0),
            # What is to be carried waits for the period that it goes into.
            or_(expires, _has_later()),
        )
    )
    return _by_service(session, chosen, lambda today: PointPeriod.ends_on < today)


def to_state(session: Session) -> Sequence[Due]:
    """Periods that have ended and whose statement is to be mailed, once what was left is settled.

    What waits to be carried on holds the statement up for a day at most; what ended long ago, before the contract asked
    for statements, is not sent any more.
    """
    asks = exists().where(RequestTerms.customer_number_id == CustomerNumber.id, RequestTerms.mails_statement)
    chosen = (
        select(PointPeriod.id)
        .join(PointPeriod.customer_number)
        .where(asks, queries.has_points(), PointPeriod.statement_sent_at.is_(None))
    )

    def is_due(today: date) -> ColumnElement[bool]:
        return and_(
            PointPeriod.ends_on < today,
            PointPeriod.ends_on >= today - STATED_WITHIN,
            or_(PointPeriod.settled_at.is_not(None), PointPeriod.ends_on < today - SETTLED_WITHIN),
        )

    return _by_service(session, chosen, is_due)


def _by_service(
    session: Session, chosen: Select[int], is_due: Callable[[date], ColumnElement[bool]]
) -> Sequence[Due]:
    found = []
    for service_id in session.scalars(select(Service.id).order_by(Service.id)).all():
        today = service_day(session, service_id, clock.now())
        of_service = chosen.where(CustomerNumber.service_id == service_id, is_due(today))
        # The earliest first, so that what is carried on goes through every month.
        ids = session.scalars(of_service.order_by(PointPeriod.ends_on, PointPeriod.id).limit(AT_ONCE))
        found += [Due(period_id, today) for period_id in ids]
    return found


def _has_later() -> ColumnElement[bool]:
    later = aliased(PointPeriod)
    return exists().where(
        later.customer_number_id == PointPeriod.customer_number_id, later.starts_on > PointPeriod.ends_on
    )
