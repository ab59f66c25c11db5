"""Fields of date and time. What is entered is a day or a minute (or second) of the reader's own clock.

A value stands for the whole span it names: "at or before 2026-04-01" takes in all of that day, "after 2026-04-01T09:30"
begins with the minute that follows. Days have 23 or 25 hours where the clock is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from app.lists.filtering import operators
from app.lists.filtering.kind import Control, Kind, Reading, anything, negated
from app.lists.filtering.operators import Operator
from app.lists.filtering.problems import Trouble
from app.lists.filtering.tree import Condition

WRITTEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<minute>[0-9]{2}:[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
)
DAYS = re.compile(r"[1-9][0-9]{0,3}")
MOST_DAYS = 3_650
# Within these years every moment exists in every zone.
FIRST_YEAR, LAST_YEAR = 1_970, 9_000
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a value names: from ``begin`` to before ``end``, both in UTC."""

    begin: datetime
    end: datetime


def span_of(value: str, zone: ZoneInfo) -> Span | None:
    """Read a day, a minute or a second of the clock in ``zone``; ``None`` for anything else."""
    written = WRITTEN.fullmatch(value)
    if written is None:
        return None
    try:
        begin = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not FIRST_YEAR <= begin.year <= LAST_YEAR:
        return None
    if written["minute"] is None:
        return Span(_utc(begin, zone), _utc(begin + timedelta(days=1), zone))
    start = _utc(begin, zone)
    return Span(start, start + (MINUTE if written["second"] is None else SECOND))


def last_days(count: int, now: datetime, zone: ZoneInfo) -> Span:
    """From the beginning of the day ``count`` days ago to the end of today, on the clock in ``zone``."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    return Span(_utc(today - timedelta(days=count), zone), _utc(today + timedelta(days=1), zone))


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """A moment of the clock in ``zone``; of an hour that the clock shows twice, the first one."""
    return local.replace(tzinfo=zone).astimezone(UTC)


class Moment(Kind):
    """A moment, which may be missing."""

    operators = operators.MOMENT

    def __init__(
        self, column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
    ) -> None:
        self._column = column

    def wrong(self, value: str, condition: Condition, reading: Reading) -> Trouble | None:
        """A value is a date, with or without a time, or a number of days."""
        if condition.operator == Operator.LAST_DAYS:
            fits = DAYS.fullmatch(value) is not None and int(value) <= MOST_DAYS
            return None if fits else Trouble.NO_DAYS
        return None if span_of(value, reading.zone) else Trouble.NO_DATE

    def where(self, condition: Condition, reading: Reading) -> ColumnElement[bool]:
        """Ranges of the column itself, which indexes can serve."""
        operator = Operator(condition.operator)
        match operator:
            case Operator.ANYTHING:
                return anything()
            case Operator.EMPTY:
                return self._column.is_(None)
            case Operator.FILLED:
                return self._column.is_not(None)
            case Operator.LAST_DAYS:
                return self._within(last_days(int(condition.values[0]), reading.now, reading.zone))
        return self._on(operator, _spans(condition.values, reading.zone))

    def _on(self, operator: Operator, spans: Sequence[Span]) -> ColumnElement[bool]:
        first, last = spans[0], spans[-1]
        match operator:
            case Operator.BEFORE:
                return self._column < first.begin
            case Operator.UNTIL:
                return self._column < first.end
            case Operator.AFTER:
                return self._column >= first.end
            case Operator.SINCE:
                return self._column >= first.begin
            case Operator.NOT_ON:
                return negated(self._within(first))
        return self._within(Span(first.begin, last.end))

    def _within(self, span: Span) -> ColumnElement[bool]:
        return and_(self._column >= span.begin, self._column < span.end)

    def control(self, operator: Operator) -> Control:
        """A day where whole days are meant, a day with a time where it matters."""
        match operator:
            case Operator.EMPTY | Operator.FILLED | Operator.ANYTHING:
                return Control.NOTHING
            case Operator.ON | Operator.NOT_ON:
                return Control.DAY
            case Operator.LAST_DAYS:
                return Control.DAYS
        return Control.MOMENT

    def shown(self, value: str, _reading: Reading) -> str:
        """The value as times are written in lists."""
        return value.replace("T", " ")


def _spans(values: Sequence[str], zone: ZoneInfo) -> Sequence[Span]:
    """The spans of values that have been checked, in the order of time, in whichever order they came."""
    spans = [span for value in values if (span := span_of(value, zone)) is not None]
    return sorted(spans, key=lambda span: (span.begin, span.end))
