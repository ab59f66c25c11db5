"""Forms of the desk about points: what a contract includes, periods, totals, corrections (D10, PT-06).

Numbers and days may be typed in full-width digits and numbers with commas, as Japanese keyboards and tables have them.
"""

import re
import unicodedata
from datetime import date

from wtforms import BooleanField, Field, HiddenField, RadioField, ValidationError

from app.catalog.actions.terms import Terms
from app.catalog.days import written_day
from app.catalog.ledger import MOST_POINTS
from app.catalog.models import RequestTerms
from app.catalog.models.ledger import REASON_LENGTH
from app.catalog.models.terms import AtPeriodEnd
from app.i18n import _, _l
from app.web.forms import CreatingForm, LineField, PlainForm, Required, choice

WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2}")
SEEN = re.compile(r"([0-9]{1,9})\+([0-9]{1,9})")
VERSION = re.compile(r"[0-9]{1,9}")
# Between these no day of a period overflows what calendars and databases know.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
# What a field takes is more than what holds, so that whoever typed too much reads why.
TYPED_LENGTH = 40


def written_points(text: str) -> int | None:
    """The number that is written, a sign before it allowed, or ``None``."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "").strip()
    digits = plain.removeprefix("-") if plain.startswith("-") else plain.removeprefix("+")
    if not WHOLE.fullmatch(digits):
        return None
    number = int(digits.replace(",", ""))
    return -number if plain.startswith("-") else number


class PointsField(LineField):
    """A number of points from 0 to ``MOST_POINTS``; what was typed is kept as it is."""

    @property
    def points(self) -> int:
        """The number of a valid field."""
        return written_points(self.data or "") or 0

    def pre_validate(self, _form: object) -> None:
        """Ask for a whole number within bounds."""
        typed = (self.data or "").strip()
        number = written_points(typed)
        if typed and (number is None or not 0 <= number <= MOST_POINTS):
            raise ValidationError(
                _("Enter a whole number from %(least)s to %(most)s.", least=0, most=f"{MOST_POINTS:,}")
            )


class DayField(LineField):
    """A day, written as YYYY-MM-DD."""

    @property
    def day(self) -> date | None:
        """The day that is written, or ``None``."""
        return written_day(self.data or "")

    def pre_validate(self, _form: object) -> None:
        """Ask for a day of the calendar."""
        if (self.data or "").strip() and (self.day is None or not FIRST_DAY <= self.day <= LAST_DAY):
            raise ValidationError(_("Enter a date such as 2026-12-29."))


class TermsForm(PlainForm):
    """What the contract of a customer number includes, and how its periods go on."""

    includes_requests = BooleanField(_l("Includes work requests"))
    includes_points = BooleanField(_l("Includes points"))
    plan_points = PointsField(_l("Points of the plan per month"), most=TYPED_LENGTH, required=True)
    option_points = PointsField(
        _l("Points of the option “Additional work request points” per month"),
        most=TYPED_LENGTH,
        required=True,
    )
    renews = BooleanField(_l("Open the next month's period by itself"))
    at_period_end = RadioField(
        _l("Points left at the period's end"), validators=[Required()], default=AtPeriodEnd.EXPIRE.value
    )
    mails_statement = BooleanField(
        _l("Mail the administrators a PDF of the statement when a period has ended")
    )
    version = HiddenField()

    def offer(self) -> None:
        """Offer what can become of the rest, in the language in force."""
        self.at_period_end.choices = [
            choice(AtPeriodEnd.EXPIRE.value, _("expire")),
            choice(AtPeriodEnd.CARRY.value, _("are carried into the next period")),
        ]

    def fill(self, row: RequestTerms) -> None:
        """Show the terms as they are."""
        self.includes_requests.data, self.includes_points.data = row.includes_requests, row.includes_points
        self.plan_points.data, self.option_points.data = str(row.plan_points), str(row.option_points)
        self.renews.data, self.mails_statement.data = row.renews, row.mails_statement
        self.at_period_end.data = (row.at_period_end or AtPeriodEnd.EXPIRE).value
        self.version.data = str(row.version)

    @property
    def version_number(self) -> int:
        """The version of the terms on which the form was made; none of ours for anything else."""
        typed = self.version.data or ""
        return int(typed) if VERSION.fullmatch(typed) else -1

    @property
    def terms(self) -> Terms:
        """What a valid form says."""
        return Terms(
            includes_requests=bool(self.includes_requests.data),
            includes_points=bool(self.includes_points.data),
            plan_points=self.plan_points.points,
            option_points=self.option_points.points,
            renews=bool(self.renews.data),
            at_period_end=AtPeriodEnd(self.at_period_end.data),
            mails_statement=bool(self.mails_statement.data),
        )


class PeriodForm(CreatingForm):
    """A further period; both days belong to it."""

    starts_on = DayField(_l("Start date (YYYY-MM-DD)"), most=TYPED_LENGTH, required=True)
    ends_on = DayField(_l("End date (YYYY-MM-DD)"), most=TYPED_LENGTH, required=True)
    plan_points = PointsField(_l("Points of the plan"), most=TYPED_LENGTH, required=True)
    option_points = PointsField(_l("Points of the option"), most=TYPED_LENGTH, required=True)

    def validate_ends_on(self, _field: Field) -> None:
        """No period ends before it has begun."""
        first, last = self.starts_on.day, self.ends_on.day
        if first is not None and last is not None and last < first:
            raise ValidationError(_("Choose a date on or after the start date."))


class TotalForm(PlainForm):
    """The points of a period, set anew, and why."""

    plan_points = PointsField(_l("Points of the plan"), most=TYPED_LENGTH, required=True)
    option_points = PointsField(_l("Points of the option"), most=TYPED_LENGTH, required=True)
    reason = LineField(_l("Reason"), most=REASON_LENGTH, required=True)
    # The points on which the form was made.
    seen = HiddenField()

    def fill(self, plan_points: int, option_points: int) -> None:
        """Show the points as they are."""
        self.plan_points.data, self.option_points.data = str(plan_points), str(option_points)
        self.look_at(plan_points, option_points)

    def look_at(self, plan_points: int, option_points: int) -> None:
        """Note which points whoever sends the form has seen."""
        self.seen.data = f"{plan_points}+{option_points}"

    @property
    def seen_points(self) -> tuple[int, int]:
        """The points on which the form was made; none of ours for anything else."""
        found = SEEN.fullmatch(self.seen.data or "")
        return (int(found[1]), int(found[2])) if found else (-1, -1)


class CorrectionForm(CreatingForm):
    """How many points more or fewer count as used, and why; the customer reads it once it is booked."""

    difference = LineField(_l("Change of the used points"), most=TYPED_LENGTH, required=True)
    reason = LineField(_l("Reason"), most=REASON_LENGTH, required=True)

    def validate_difference(self, field: Field) -> None:
        """Ask for a whole number but 0, within bounds."""
        number = written_points(field.data or "")
        if not number or abs(number) > MOST_POINTS:
            raise ValidationError(
                _("Enter a whole number from −%(most)s to %(most)s, but not 0.", most=f"{MOST_POINTS:,}")
            )

    @property
    def points(self) -> int:
        """The difference of a valid form."""
        return written_points(self.difference.data or "") or 0
