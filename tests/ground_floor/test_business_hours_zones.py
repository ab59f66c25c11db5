"""Business hours on days when a zone changes its clock, and over very long spans."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.business_hours import BusinessHours, public_holidays

NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
ALWAYS = BusinessHours(0, 1_440, "1111111", NEW_YORK)
HOUR = timedelta(hours=1)


def no_holidays(day: date) -> bool:
    return day not in public_holidays(day.year)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-07", 24), ("2026-03-08", 23), ("2026-03-09", 24), ("2026-10-31", 24), ("2026-11-01", 25)],
)
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=NEW_YORK)
    assert no_holidays(begin.date())
    assert ALWAYS.between(begin, begin + timedelta(days=1)) == hours * HOUR


def test_a_desk_that_opens_in_the_hour_left_out_is_closed_then() -> None:
    desk = BusinessHours(120, 180, "1111111", NEW_YORK)
    sunday = datetime(2026, 3, 8, tzinfo=NEW_YORK)
    assert desk.between(sunday, sunday + timedelta(days=1)) == timedelta(0)


def test_a_span_of_many_years_is_counted_whole() -> None:
    desk = BusinessHours(0, 1_440, "1111111", TOKYO)
    start, end = datetime(2010, 1, 1, tzinfo=TOKYO), datetime(2026, 1, 1, tzinfo=TOKYO)
    closed = sum(len(public_holidays(year)) for year in range(2010, 2026))
    assert desk.between(start, end) == (end - start) - timedelta(days=closed)
