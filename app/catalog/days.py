"""Days of points: a day begins and ends in the time zone of the service's desk."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.catalog.models import PointPeriod, WorkRequest

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def written_day(text: str) -> date | None:
    """The day that is written as YYYY-MM-DD, in full-width digits too, or ``None``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and DAY.fullmatch(plain)):
        return None
    try:
        return date.fromisoformat(plain)
    except ValueError:
        return None


def service_day(session: Session, service_id: int, moment: datetime) -> date:
    """The day on which ``moment`` falls at the desk of a service."""
    zone = cases.settings_of(session, service_id).time_zone
    return moment.astimezone(ZoneInfo(zone)).date()


def period_at_submission(session: Session, request: WorkRequest) -> int | None:
    """The period of the request's number that covers the day on which it was sent."""
    day = service_day(session, request.service_id, request.created_at)
    chosen = select(PointPeriod.id).where(
        PointPeriod.customer_number_id == request.customer_number_id,
        PointPeriod.starts_on <= day,
        PointPeriod.ends_on >= day,
    )
    return session.scalar(chosen)


def end_of_month_from(day: date) -> date:
    """The last day of the month that begins on ``day``: of the calendar month, if that is its first.

    Otherwise it ends on the day before the same day of the next month, and where that month has no such day, on its
    last one, as the civil code counts months (article 143).
    """
    next_month = day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])
    length = monthrange(next_month.year, next_month.month)[1]
    return (
        next_month.replace(day=length)
        if day.day > length
        else next_month.replace(day=day.day) - timedelta(days=1)
    )
