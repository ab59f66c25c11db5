"""The points of a customer's own numbers as they are now, for whoever is about to order something (S15, PT-05)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app import clock
from app.catalog.days import service_day
from app.catalog.models import PointBalance, PointPeriod
from app.catalog.queries import has_points
from app.contracts.models import CustomerNumber


@dataclass(frozen=True, slots=True)
class NumberPoints:
    """What one customer number has left in its current period, and how much of that is not held already."""

    number: str
    left: int
    free: int

    def is_short_of(self, needed: int) -> bool:
        """Tell whether fewer points are free than an item needs (M-28)."""
        return max(self.free, 0) < needed


def points_of(session: Session, service_id: int, numbers: Sequence[CustomerNumber]) -> Sequence[NumberPoints]:
    """The points of those numbers of a service that pay with points, in order; without a period they have none."""
    day = service_day(session, service_id, clock.now())
    is_current = and_(
        PointPeriod.customer_number_id == CustomerNumber.id,
        PointPeriod.starts_on <= day,
        PointPeriod.ends_on >= day,
    )
    found = session.execute(
        select(CustomerNumber.number, PointBalance)
        .select_from(CustomerNumber)
        .outerjoin(PointPeriod, is_current)
        .outerjoin(PointBalance, PointBalance.period_id == PointPeriod.id)
        .where(CustomerNumber.id.in_([row.id for row in numbers]), has_points())
        .order_by(CustomerNumber.number)
    )
    return [_points(number, balance) for number, balance in found]


def _points(number: str, balance: PointBalance | None) -> NumberPoints:
    if balance is None:
        return NumberPoints(number, 0, 0)
    balances = balance.as_balances()
    return NumberPoints(number, balances.left, balances.available)
