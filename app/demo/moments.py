"""Moments and dates of the demo world, written relative to the day of loading so that it never looks old.

A moment is written as one of

- ``-12d 14:05``: that time of day, 12 days before the day of loading,
- ``m-1/05 10:00``: that time on the 5th of the month before the one of loading,
- ``-40m`` or ``-3h``: that long before the loading itself,
- ``+25m`` or ``+3h``: that long after the step before,
- ``+2d 09:30``: that time of day, two days after the step before.

In texts, ``[[day -3d]]``, ``[[date +0d]]`` and ``[[month -1]]`` stand for a date as people write it, counted
from the moment at which the text is written.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

_DAYS = re.compile(r"([+-])(\d+)d (\d\d):(\d\d)")
_SPAN = re.compile(r"([+-])(\d+)([mh])")
_MONTH = re.compile(r"m-(\d+)/(\d\d) (\d\d):(\d\d)")
_PLACE = re.compile(r"\[\[(day|date|month) ([+-]\d+)d?\]\]")

_SPANS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
_FORMS = {
    "ja": {"day": "M月d日", "date": "yyyy-MM-dd", "month": "y年M月"},
    "en": {"day": "d MMMM", "date": "yyyy-MM-dd", "month": "MMMM y"},
}


class BadMoment(ValueError):
    """Something that is written as a moment and is none."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Reads moments for one loading, which happens at ``now`` in ``zone``."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The day of loading."""
        return self.now.astimezone(self.zone).date()

    def read(self, text: str, *, after: datetime | None = None) -> datetime:
        """Return the moment that ``text`` says.

        :param after: the moment of the step before, which ``+…`` counts from.
        :raises BadMoment: if the text is of no known form, or counts from a step that is not there.
        """
        if found := _DAYS.fullmatch(text):
            sign, days, hour, minute = found.groups()
            base = self._base(sign, after)
            return self._on(base.date() + _signed(sign, timedelta(days=int(days))), int(hour), int(minute))
        if found := _SPAN.fullmatch(text):
            sign, count, unit = found.groups()
            return self._base(sign, after) + _signed(sign, int(count) * _SPANS[unit])
        if found := _MONTH.fullmatch(text):
            back, day, hour, minute = (int(part) for part in found.groups())
            first = months_from(self.today, -back)
            return self._on(first.replace(day=day), hour, minute)
        raise BadMoment(f"{text!r} is no moment.")

    def _base(self, sign: str, after: datetime | None) -> datetime:
        base = self.now if sign == "-" else after
        if base is None:
            raise BadMoment("There is no step before to count from.")
        return base.astimezone(self.zone)

    def _on(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone)

    def fill(self, text: str, *, at: datetime, language: str) -> str:
        """Put the dates into a text that is written at ``at``."""
        today = at.astimezone(self.zone).date()
        return _PLACE.sub(lambda place: _worded(today, place[1], int(place[2]), language), text)


def _signed(sign: str, span: timedelta) -> timedelta:
    return -span if sign == "-" else span


def months_from(day: date, months: int) -> date:
    """The first day of the month that lies ``months`` after the month of ``day``."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _worded(today: date, form: str, offset: int, language: str) -> str:
    day = months_from(today, offset) if form == "month" else today + timedelta(days=offset)
    return str(format_date(day, _FORMS[language][form], locale=language))
