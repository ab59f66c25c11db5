"""Days of points: a day begins and ends in the time zone of the service's desk."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases import queries as cases
from app.catalog.models import PointPeriod, WorkRequest


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
