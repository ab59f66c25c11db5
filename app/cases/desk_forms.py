"""Forms of how the desk of a service works, and of closing a case that nobody confirms."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import current_app
from wtforms import BooleanField, Field, Form, HiddenField, SelectMultipleField, ValidationError, widgets

from app.business_hours import on_the_clock
from app.cases.categories import Category
from app.cases.guard_forms import PassesGuard
from app.cases.models import CaseSettings, ResponseTarget
from app.contracts.models import Service
from app.i18n import _, _l
from app.web.forms import VERSION, LineField, PlainForm, choice

REASON_LENGTH = 500
CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
NUMBER = re.compile(r"[0-9]{1,6}")
# Hours with a quarter or a half, such as 1.5.
HOURS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MINUTES_OF_DAY = 1_440
MEBIBYTE = 1024**2
# Stands where nothing is set.
NOTHING = "–"
# Ten years of business hours.
LONGEST_TARGET_HOURS = 20_000
LONGEST_CLOSING_DAYS = 365


class ClosingForm(PassesGuard, PlainForm):
    """Why a resolved case is closed although its customer has not confirmed it (T11); the customer reads it."""

    reason = LineField(_l("Reason"), most=REASON_LENGTH, required=True)


def clock_minutes(value: str) -> int | None:
    """Minutes after midnight of a time such as 9:00 or 24:00; ``None`` for anything else."""
    found = CLOCK.fullmatch(value)
    minutes = int(found[1]) * 60 + int(found[2]) if found else MINUTES_OF_DAY + 1
    return minutes if minutes <= MINUTES_OF_DAY else None


def is_time(_form: Form, field: Field) -> None:
    """Ask for a time of day."""
    if clock_minutes(field.data or "") is None:
        raise ValidationError(_("Enter a time such as 09:00."))


def whole(least: int, most: int) -> Any:  # noqa: ANN401 - WTForms takes any callable as a validator
    """Ask for a whole number within bounds, or for nothing."""

    def check(_form: Form, field: Field) -> None:
        value = field.data or ""
        if value and not (NUMBER.fullmatch(value) and least <= int(value) <= most):
            raise ValidationError(
                _("Enter a whole number from %(least)s to %(most)s.", least=least, most=most)
            )

    return check


class OfVersion:
    """A form that carries the version of what it edits (REL-05)."""

    version = HiddenField()

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class DeskHoursForm(OfVersion, PlainForm):
    """When the desk of a service is open, and how its resolved cases close."""

    opens = LineField(_l("Opens at"), most=5, required=True)
    closes = LineField(_l("Closes at"), most=5, required=True)
    workdays = SelectMultipleField(
        _l("Working days"),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    agents_may_close = BooleanField(_l("Agents may close resolved cases with a reason"))
    auto_close_days = LineField(_l("Close resolved cases by themselves after … days"), most=6)

    def offer(self) -> None:
        """Offer the days of the week, in the language in force."""
        self.workdays.choices = [choice(str(day), name) for day, name in enumerate(weekday_names())]

    def fill(self, settings: CaseSettings) -> None:
        """Show the settings as they are."""
        self.version.data = str(settings.hours_version)
        self.opens.data = on_the_clock(settings.opens_minute)
        self.closes.data = on_the_clock(settings.closes_minute)
        self.workdays.data = [str(day) for day, is_on in enumerate(settings.workdays) if is_on == "1"]
        self.agents_may_close.data = settings.agents_may_close
        self.auto_close_days.data = str(settings.auto_close_days or "")

    def validate_opens(self, field: Field) -> None:
        """The hour at which it opens."""
        is_time(self, field)

    def validate_closes(self, field: Field) -> None:
        """The hour at which it closes, later on the same day."""
        is_time(self, field)
        opens, closes = clock_minutes(self.opens.data or ""), clock_minutes(field.data or "")
        if opens is not None and closes is not None and closes <= opens:
            raise ValidationError(_("Choose a time after the desk opens."))

    def validate_workdays(self, field: Field) -> None:
        """At least one day, since no target would ever be due otherwise."""
        if not field.data:
            raise ValidationError(_("Choose at least one day."))

    def validate_auto_close_days(self, field: Field) -> None:
        """A number of days, or nothing."""
        whole(1, LONGEST_CLOSING_DAYS)(self, field)

    def facts(self) -> list[tuple[str, str]]:
        """The settings in words, to be compared with what somebody else has typed."""
        days = [name for day, name in enumerate(weekday_names()) if str(day) in (self.workdays.data or ())]
        may_close = _("Yes") if self.agents_may_close.data else _("No")
        return [
            (self.opens.label.text, self.opens.data or NOTHING),
            (self.closes.label.text, self.closes.data or NOTHING),
            (self.workdays.label.text, " ".join(days)),
            (self.agents_may_close.label.text, may_close),
            (self.auto_close_days.label.text, self.auto_close_days.data or NOTHING),
        ]

    @property
    def workday_marks(self) -> str:
        """The chosen days as they are stored."""
        return "".join("1" if str(day) in (self.workdays.data or ()) else "0" for day in range(7))


def weekday_names() -> list[str]:
    """The days of the week from Monday on."""
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]


class ClosedDayForm(PlainForm):
    """A further day on which the desk is closed."""

    day = LineField(_l("Date (YYYY-MM-DD)"), most=10, required=True)
    name = LineField(_l("What for"), most=60)

    def validate_day(self, field: Field) -> None:
        """Ask for a day of the calendar."""
        if parsed_day(field.data or "") is None:
            raise ValidationError(_("Enter a date such as 2026-12-29."))


def parsed_day(value: str) -> date | None:
    """The day that is written, or ``None``."""
    if not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


class TargetsForm(OfVersion, PlainForm):
    """Hours until the first reply and until the solution, for all categories and for single ones.

    Its fields are as many as the service has categories, so they are read from the posted names ``reply-…`` and
    ``solution-…``; what was typed comes back as it is.
    """

    def take(self, posted: dict[str, str], categories: list[Category]) -> None:
        """Read what was posted for these categories."""
        self.typed = {name: posted.get(name, "").strip() for name in names_of(categories)}
        self.wrong = {
            name: _("Enter hours up to %(most)s, such as 8 or 1.5.", most=LONGEST_TARGET_HOURS)
            for name, value in self.typed.items()
            if value and not (HOURS.fullmatch(value) and 0 < float(value) <= LONGEST_TARGET_HOURS)
        }

    def fill(self, rows: Sequence[ResponseTarget], categories: list[Category], version: int) -> None:
        """Show the targets as they are."""
        self.version.data = str(version)
        stored = {row.category: row for row in rows}
        self.typed, self.wrong = dict.fromkeys(names_of(categories), ""), {}
        for category in (None, *categories):
            row = stored.get(category)
            if row is not None:
                self.typed[f"reply-{key_of(category)}"] = _hours(row.reply_minutes)
                self.typed[f"solution-{key_of(category)}"] = _hours(row.solution_minutes)

    def facts(self, rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
        """The targets in words, by the rows of their table, to be compared with what somebody else has typed."""
        named = (("reply", _("First reply (hours)")), ("solution", _("Solution (hours)")))
        return [
            (
                row["label"],
                " · ".join(
                    f"{name} {self.typed[kind + '-' + row['key']] or NOTHING}" for kind, name in named
                ),
            )
            for row in rows
        ]

    def minutes(self, kind: str, category: Category | None) -> int | None:
        """The minutes of a valid form."""
        typed = self.typed[f"{kind}-{key_of(category)}"]
        return max(round(float(typed) * 60), 1) if typed else None


class FilesForm(PlainForm):
    """How large one file of the service's customers may be (section 1); empty is what the installation takes."""

    largest = LineField(_l("Largest file (MB)"), most=7)
    # What was stored when the form was made: the one number is its own version (REL-05).
    was = HiddenField()

    def fill(self, service: Service) -> None:
        """Show the limit as it is."""
        self.largest.data = _mebibytes(service.largest_file)
        self.fill_version(service)

    def fill_version(self, service: Service) -> None:
        """Be of what is stored now."""
        self.was.data = str(service.largest_file or "")

    def is_of(self, service: Service) -> bool:
        """Tell whether the limit is the one that the form was made from."""
        return (self.was.data or "") == str(service.largest_file or "")

    def validate_largest(self, field: Field) -> None:
        """A whole number up to what the installation takes, or nothing."""
        whole(1, most_mebibytes())(self, field)

    def bytes(self) -> int | None:
        """The limit of a valid form."""
        return int(self.largest.data) * MEBIBYTE if self.largest.data else None


def most_mebibytes() -> int:
    """What the installation takes, in whole mebibytes; at least one."""
    most: int = current_app.config["SETTINGS"].largest_file
    return max(most // MEBIBYTE, 1)


def _mebibytes(size: int | None) -> str:
    return "" if size is None else str(size // MEBIBYTE)


def names_of(categories: list[Category]) -> list[str]:
    """The names of the fields of the table of targets."""
    return [
        f"{kind}-{key_of(category)}" for category in (None, *categories) for kind in ("reply", "solution")
    ]


def key_of(category: Category | None) -> str:
    """How a category is called in the names of fields; the row for all others is ``all``."""
    return category.value if category else "all"


def _hours(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
