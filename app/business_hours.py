"""Business hours: how much time passes while the desk is open, and when a span of it will be over.

The desk opens at one hour and closes at another, on some days of the week, in one time zone. It is closed on Japan's
public holidays, with their substitutes and the days between two of them (``jpholiday``), and on days of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

# What does not fit into ten years of open days is never due; it also bounds how long a search takes.
LONGEST_SEARCH = timedelta(days=3_660)
NOTHING = timedelta(0)


class NeverOpen(ValueError):
    """The desk is not open for so long within ten years."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the desk is open.

    :param opens: minutes after midnight.
    :param closes: minutes after midnight, at most 1,440, later than ``opens``.
    :param workdays: the days of the week from Monday on, ``1`` or ``0`` each, such as ``1111100``.
    :param closed_days: days on which it stays closed although nothing else says so.
    """

    opens: int
    closes: int
    workdays: str
    zone: ZoneInfo
    closed_days: frozenset[date] = frozenset()

    @property
    def spoken(self) -> tuple[str, str]:
        """From when and until when the desk is open, as on a clock: ``09:00`` and ``17:30``."""
        return on_the_clock(self.opens), on_the_clock(self.closes)

    def is_open_on(self, day: date) -> bool:
        """Tell whether the desk opens on a day at all."""
        return (
            self.workdays[day.weekday()] == "1"
            and day not in self.closed_days
            and day not in public_holidays(day.year)
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time from ``start`` to ``end``; nothing if ``end`` is not later."""
        total, last = NOTHING, end.astimezone(UTC)
        for begin, finish in self._spans(start, last):
            if begin >= last:
                break
            total += min(finish, last) - begin
        return total

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which ``span`` of business time after ``start`` is over.

        :raises NeverOpen: if the desk is not open for so long within ten years.
        """
        left = span
        if left <= NOTHING:
            return start.astimezone(UTC)
        for begin, finish in self._spans(start, start + LONGEST_SEARCH):
            if finish - begin >= left:
                return begin + left
            left -= finish - begin
        raise NeverOpen

    def _spans(self, start: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open spans of the days from ``start`` to ``until``, in UTC; the first is cut where it lies before."""
        # Two times of one zone are subtracted as the wall shows them, an hour off when the clock is changed between.
        first, last = start.astimezone(UTC), until.astimezone(self.zone).date()
        day = first.astimezone(self.zone).date()
        while day <= last:
            if self.is_open_on(day):
                begin, finish = max(self._at(day, self.opens), first), self._at(day, self.closes)
                if begin < finish:
                    yield begin, finish
            day += timedelta(days=1)

    def _at(self, day: date, minute: int) -> datetime:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        # Minutes are added on the clock of the wall: 09:00 is 09:00 on the day the clock is changed, too.
        return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def on_the_clock(minutes: int) -> str:
    """Minutes after midnight as a time of day; the end of a day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Japan's public holidays of a year, as the law of today has them."""
    return frozenset(day for day, _name in jpholiday.year_holidays(year))
