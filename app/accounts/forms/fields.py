"""Fields of people that several forms have: names, a mail address, telephone numbers, language, time zone."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import current_app
from wtforms import Field, Form, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.accounts import phones
from app.accounts.contact_data import MAIL_LENGTH, can_be_seen, is_mail_address
from app.i18n import LANGUAGE_NAMES, _, _l
from app.web.forms import LineField, choice

NAME_LENGTH = 60
# Where our customers and their offices are; the whole list follows.
COMMON_ZONES = (
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "UTC",
)
# Names in the database of zones that stand for no place.
NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})


class NameField(LineField):
    """A part of a person's name: one line of at most 60 signs, at least one of which can be seen."""

    def __init__(self, label: str, *, required: bool = False, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        super().__init__(label, most=NAME_LENGTH, required=required, **options)
        self.validators = [*self.validators, _seen]
        self.filters = [*self.filters, _on_one_line]


class MailField(LineField):
    """One mail address (PROF-05)."""

    def __init__(self, label: str, *, required: bool = True, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        told = {
            "autocomplete": "email",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        super().__init__(label, most=MAIL_LENGTH, required=required, render_kw=told, **options)
        self.validators = [*self.validators, _mail_address]


class PhoneField(LineField):
    """A telephone number as people write it, or nothing; ``data`` is the form that is kept, once it is valid."""

    def __init__(self, label: str, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        told = {"autocomplete": "tel", "inputmode": "tel"}
        super().__init__(label, most=phones.LONGEST, render_kw=told, **options)
        self.validators = [*self.validators, _phone_number]
        self.filters = [*self.filters, phones.kept_or_typed]

    def _value(self) -> str:
        """The number as people of its country read it, or what was typed where it is none."""
        return phones.shown(self.data or "")


class LanguageField(SelectField):
    """Japanese, English, or what the installation speaks (LANG-01, LANG-03)."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        super().__init__(_l("Language"), choices=_languages, **options)
        self.invalid_choice_message = _l("Choose one of the list.")


class ZoneField(SelectField):
    """A time zone, or that of the installation (LANG-03, LANG-04)."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - WTForms' options
        told = {"data-controller": "narrow", "data-narrow-label-value": _l("Search time zones")}
        super().__init__(_l("Time zone"), choices=_zones, render_kw=told, **options)
        self.invalid_choice_message = _l("Choose one of the list.")


def language_name(chosen: str | None) -> str:
    """A language as its reader finds it; for nobody's choice System (日本語), which is the same in both languages."""
    if chosen:
        return LANGUAGE_NAMES[chosen]
    return f"System ({LANGUAGE_NAMES[current_app.config['SETTINGS'].language]})"


def zone_name(chosen: str | None) -> str:
    """A time zone's name; for nobody's choice System (Asia/Tokyo)."""
    return chosen or f"System ({current_app.config['SETTINGS'].time_zone})"


@cache
def zone_names() -> tuple[str, ...]:
    """Every time zone that the machine knows, in the order of the alphabet."""
    return tuple(sorted(available_timezones() - NO_ZONES))


def _languages() -> list[SelectChoice]:
    return [choice("", language_name(None)), *(choice(code, name) for code, name in LANGUAGE_NAMES.items())]


def _zones() -> list[SelectChoice]:
    common = [SelectChoice(name, name, optgroup=_("Common")) for name in COMMON_ZONES]
    every = [
        SelectChoice(name, name, optgroup=_("All time zones"))
        for name in zone_names()
        if name not in COMMON_ZONES
    ]
    return [choice("", zone_name(None)), *common, *every]


def _on_one_line(value: str) -> str:
    # Some readers take these for the end of a line, and a name stands in the header of a mail.
    return value.replace("\u2028", " ").replace("\u2029", " ")


def _seen(_form: Form, field: Field) -> None:
    if field.data and not can_be_seen(field.data):
        raise ValidationError(_("Enter a name that can be seen."))


def _mail_address(_form: Form, field: Field) -> None:
    if field.data and len(field.data) <= MAIL_LENGTH and not is_mail_address(field.data):
        raise ValidationError(_("Enter one e-mail address, such as example@example.com."))


def _phone_number(_form: Form, field: Field) -> None:
    if field.data and len(field.data) <= phones.LONGEST and not phones.is_kept(field.data):
        raise ValidationError(_("Enter a phone number, such as 03-1234-5678 or +81 90 1234 5678."))
