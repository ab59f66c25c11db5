"""Days of points: a day begins and ends in the time zone of the service's desk."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.cases import queries as cases


def service_day(session: Session, service_id: int, moment: datetime) -> date:
    """The day on which ``moment`` falls at the desk of a service."""
    zone = cases.settings_of(session, service_id).time_zone
    return moment.astimezone(ZoneInfo(zone)).date()
