"""Business hours against a clock that counts minute by minute, and against what must hold for any hours at all."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.business_hours import BusinessHours, NeverOpen, on_the_clock, public_holidays

TOKYO = ZoneInfo("Asia/Tokyo")
DESK = BusinessHours(540, 1050, "1111100", TOKYO)
MINUTE = timedelta(minutes=1)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


FIRST = datetime(2025, 12, 1, tzinfo=UTC)
MOMENTS = some.timedeltas(timedelta(0), timedelta(days=420)).map(lambda later: FIRST + later)
SPANS = some.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=200))
HOURS = some.builds(
    lambda opens, length, days, zone, closed: BusinessHours(
        opens, min(opens + length, 1_440), days, ZoneInfo(zone), frozenset(closed)
    ),
    some.integers(0, 1_300),
    some.integers(60, 1_440),
    some.text("01", min_size=7, max_size=7).filter(lambda days: "1" in days),
    # London and New York change their clocks, Kolkata stands half an hour beside the others.
    some.sampled_from(["Asia/Tokyo", "UTC", "Europe/London", "America/New_York", "Asia/Kolkata"]),
    some.sets(some.dates(date(2025, 12, 1), date(2027, 2, 1)), max_size=10),
)


def counted(hours: BusinessHours, start: datetime, end: datetime) -> timedelta:
    """The slow way: look at each minute whether the desk is open in it."""
    total, moment = timedelta(0), start
    while moment < end:
        local = moment.astimezone(hours.zone)
        minute = local.hour * 60 + local.minute
        if hours.is_open_on(local.date()) and hours.opens <= minute < hours.closes:
            total += MINUTE
        moment += MINUTE
    return total


@pytest.mark.req("DESK-03")
@given(start=MOMENTS, length=some.integers(0, 3_000))
def test_the_sum_is_that_of_the_minutes_one_by_one(start: datetime, length: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + length * MINUTE
    assert DESK.between(start, end) == counted(DESK, start, end)


@given(hours=HOURS, start=MOMENTS, span=SPANS)
def test_as_much_time_lies_before_the_end_as_was_asked_for(
    hours: BusinessHours, start: datetime, span: timedelta
) -> None:
    end = hours.after(start, span)
    assert end >= start
    assert hours.between(start, end) == span


@given(hours=HOURS, start=MOMENTS, first=SPANS, second=SPANS)
def test_two_spans_one_after_the_other_are_one(
    hours: BusinessHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert hours.after(hours.after(start, first), second) == hours.after(start, first + second)


@given(hours=HOURS, moments=some.lists(MOMENTS, min_size=3, max_size=3))
def test_a_span_is_the_sum_of_its_parts(hours: BusinessHours, moments: list[datetime]) -> None:
    first, middle, last = sorted(moments)
    assert hours.between(first, last) == hours.between(first, middle) + hours.between(middle, last)
    assert hours.between(last, first) == timedelta(0)


@given(hours=HOURS, start=MOMENTS, span=SPANS.filter(bool))
def test_nothing_falls_due_while_the_desk_is_closed(
    hours: BusinessHours, start: datetime, span: timedelta
) -> None:
    """The last instant of the span is one in which the desk is open."""
    end = hours.after(start, span)
    assert hours.between(end - timedelta(microseconds=1), end) == timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 16:30", 1, "2026-11-20 17:30"),
        ("2026-11-20 16:31", 1, "2026-11-24 09:01"),  # over a weekend and Labour Thanksgiving Day
        ("2026-11-20 17:30", 1, "2026-11-24 10:00"),
        ("2026-11-21 03:00", 2, "2026-11-24 11:00"),
        ("2026-05-01 17:00", 1, "2026-05-07 09:30"),  # Golden Week, whose Sunday has a substitute on the 6th
        ("2026-09-18 17:00", 1, "2026-09-24 09:30"),  # the 22nd lies between two holidays
    ],
)
def test_known_days_of_the_calendar(start: str, hours: int, due: str) -> None:
    assert DESK.after(tokyo(start), timedelta(hours=hours)) == tokyo(due)


def test_further_closed_days_are_closed() -> None:
    new_year = BusinessHours(540, 1050, "1111100", TOKYO, frozenset({date(2026, 12, 29), date(2026, 12, 30)}))
    assert DESK.after(tokyo("2026-12-28 17:00"), timedelta(hours=1)) == tokyo("2026-12-29 09:30")
    assert new_year.after(tokyo("2026-12-28 17:00"), timedelta(hours=1)) == tokyo("2026-12-31 09:30")


def test_a_desk_that_never_closes_counts_every_minute() -> None:
    always = BusinessHours(0, 1_440, "1111111", ZoneInfo("UTC"))
    day = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert always.between(day, day + timedelta(days=10)) == timedelta(days=10)


def test_an_hour_the_clock_leaves_out_is_no_hour() -> None:
    """In New York the 8th of March 2026 has 23 hours."""
    always = BusinessHours(0, 1_440, "1111111", ZoneInfo("America/New_York"))
    midnight = datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York"))
    assert always.after(midnight, timedelta(hours=23)) == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_a_desk_that_never_opens_says_so() -> None:
    never = BusinessHours(540, 1050, "0000000", TOKYO)
    with pytest.raises(NeverOpen):
        never.after(tokyo("2026-11-20 10:00"), MINUTE)
    assert never.between(tokyo("2026-11-20 10:00"), tokyo("2027-11-20 10:00")) == timedelta(0)


def test_no_time_at_all_ends_where_it_begins() -> None:
    night = tokyo("2026-11-21 03:00")
    assert DESK.after(night, timedelta(0)) == night


def test_holidays_are_those_of_the_law() -> None:
    assert len(public_holidays(2026)) == 18
    assert {date(2026, 5, 6), date(2026, 9, 22), date(2026, 1, 1)} <= public_holidays(2026)
    assert date(2026, 12, 31) not in public_holidays(2026)


@pytest.mark.parametrize(("minutes", "shown"), [(0, "00:00"), (545, "09:05"), (1_440, "24:00")])
def test_minutes_are_told_as_on_a_clock(minutes: int, shown: str) -> None:
    assert on_the_clock(minutes) == shown
