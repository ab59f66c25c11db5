"""Numbers and days as people type them, with full-width digits too (WR-03)."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from app.catalog.fields.limits import MOST_DECIMALS, MOST_DIGITS
from app.catalog.fields.refusal import Refused
from app.i18n import _

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# Thousands may be set off by commas; a comma anywhere else could be meant as a decimal point.
WITH_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
DAY = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
# Longer than any number or day that is taken.
LONGEST = 60
MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2013", "-"))


def read_number(typed: str, *, least: int | None, most: int | None) -> int | str:
    """A whole number as such, one with decimals as a string without idle zeros.

    Without a lower bound a number is not below zero.

    :raises Refused: for anything else, or out of bounds.
    """
    text = _narrow(typed)
    if len(text) > LONGEST:
        raise Refused(_too_many_digits())
    if WITH_COMMAS.fullmatch(text):
        text = text.replace(",", "")
    if not NUMBER.fullmatch(text):
        raise Refused(_("Enter a number, such as 12 or 0.5."))
    number = Decimal(text)
    whole, _point, decimals = format(abs(number), "f").partition(".")
    decimals = decimals.rstrip("0")
    if len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise Refused(_too_many_digits())
    _refuse_outside(number, 0 if least is None else least, most)
    if not decimals:
        return int(number)
    return f"{'-' if number < 0 else ''}{whole}.{decimals}"


def _too_many_digits() -> str:
    return _(
        "At most %(digits)s digits before and %(decimals)s after the decimal point.",
        digits=MOST_DIGITS,
        decimals=MOST_DECIMALS,
    )


def _refuse_outside(number: Decimal, least: int, most: int | None) -> None:
    if number < least:
        raise Refused(_("At least %(least)s.", least=least))
    if most is not None and number > most:
        raise Refused(_("At most %(most)s.", most=most))


def read_date(typed: str, *, least: int | None, most: int | None, today: date) -> str:
    """A day as YYYY-MM-DD; the bounds are days after ``today``.

    :raises Refused: for anything else, or out of bounds.
    """
    match = DAY.fullmatch(_narrow(typed))
    try:
        day = date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        day = None
    if day is None:
        raise Refused(_("Enter a date that exists, such as %(day)s.", day=today.isoformat()))
    if least is not None and day < (first := today + timedelta(days=least)):
        raise Refused(_("Enter %(day)s or later.", day=first.isoformat()))
    if most is not None and day > (last := today + timedelta(days=most)):
        raise Refused(_("Enter %(day)s or earlier.", day=last.isoformat()))
    return day.isoformat()


def _narrow(typed: str) -> str:
    """What was typed in plain digits; one sign more than the longest of it shows that it is too long."""
    return unicodedata.normalize("NFKC", typed.strip()[: LONGEST + 1]).translate(MINUS)
