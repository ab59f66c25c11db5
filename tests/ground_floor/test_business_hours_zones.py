"""Business hours on days when a zone changes its clock, from moments told in that zone, and over very long spans."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from app.business_hours import BusinessHours, NeverOpen, public_holidays

NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
ALWAYS = BusinessHours(0, 1_440, "1111111", NEW_YORK)
HOUR = timedelta(hours=1)
# The year's two changes of the clock lie in these months.
MOMENTS = some.timedeltas(timedelta(0), timedelta(days=365)).map(
    lambda later: datetime(2026, 1, 5, tzinfo=UTC) + later
)


def no_holidays(day: date) -> bool:
    return day not in public_holidays(day.year)


@example(datetime(2026, 3, 8, 5, 30, tzinfo=UTC), 5 * HOUR)
@given(start=MOMENTS, length=some.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_zone_in_which_a_moment_is_told_changes_nothing(start: datetime, length: timedelta) -> None:
    end, local = start + length, start.astimezone(NEW_YORK)
    assert ALWAYS.between(local, end.astimezone(NEW_YORK)) == ALWAYS.between(start, end)
    assert ALWAYS.after(local, length) == ALWAYS.after(start, length)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-07", 24), ("2026-03-08", 23), ("2026-03-09", 24), ("2026-10-31", 24), ("2026-11-01", 25)],
)
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=NEW_YORK)
    assert no_holidays(begin.date())
    assert ALWAYS.between(begin, begin + timedelta(days=1)) == hours * HOUR


def test_from_half_past_midnight_over_the_hour_left_out() -> None:
    start = datetime(2026, 3, 8, 0, 30, tzinfo=NEW_YORK)
    assert ALWAYS.after(start, 5 * HOUR) == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)


def test_a_desk_that_opens_in_the_hour_left_out_is_closed_then() -> None:
    desk = BusinessHours(120, 180, "1111111", NEW_YORK)
    sunday = datetime(2026, 3, 8, tzinfo=NEW_YORK)
    assert desk.between(sunday, sunday + timedelta(days=1)) == timedelta(0)


def test_what_would_take_longer_than_ten_years_never_ends_and_is_found_out_soon() -> None:
    desk = BusinessHours(540, 541, "1000000", TOKYO)
    began = time.process_time()
    with pytest.raises(NeverOpen):
        desk.after(datetime(2026, 11, 20, tzinfo=UTC), 20_000 * HOUR)
    assert time.process_time() - began < 5


def test_a_span_of_many_years_is_counted_whole() -> None:
    desk = BusinessHours(0, 1_440, "1111111", TOKYO)
    start, end = datetime(2010, 1, 1, tzinfo=TOKYO), datetime(2026, 1, 1, tzinfo=TOKYO)
    closed = sum(len(public_holidays(year)) for year in range(2010, 2026))
    assert desk.between(start, end) == (end - start) - timedelta(days=closed)
