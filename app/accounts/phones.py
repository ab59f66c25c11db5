"""Phone numbers: taken as people type them, kept in one form, shown as people of the country read them.

What is kept is E.164, followed by ``;ext=`` and the extension where there is one, such as ``+81312345678;ext=123``.
Numbers without a country are read as numbers of Japan.
"""

import re
import unicodedata

import phonenumbers

from app.i18n import _

HOME_REGION = "JP"
HOME_CODE = 81
LONGEST = 32
# Digits of a number within Japan without the leading 0.
HOME_LENGTHS = (9, 10)
KEPT = re.compile(r"\+[0-9]{4,15}(;ext=[0-9]{1,20})?")
# The library takes numbers out of any text; here nothing may stand around one but what belongs to it.
_TYPED = re.compile(r"[\d+()\[\] ./\-‐-―−ー]+(?:(?:;ext=|ext\.?|x|#) ?\d{1,7})?", re.IGNORECASE)
_MOST_TYPED = 60
# How Japanese business cards name an extension; the library knows the English ways.
_EXTENSION = re.compile(r"[(\[]? ?内線 ?[:.]? ?(\d+) ?[)\]]?$")


class NoPhoneNumber(ValueError):
    """This cannot be read as a phone number."""


def normalise(typed: str) -> str:
    """The kept form of a number as it was typed: in either width, with blanks, hyphens and brackets; empty is empty.

    :raises NoPhoneNumber: for what is no number of any length that is in use.
    """
    if len(typed) > _MOST_TYPED:
        raise NoPhoneNumber(typed)
    text = _EXTENSION.sub(r" ext. \1", unicodedata.normalize("NFKC", typed).strip())
    if not text:
        return ""
    if not _TYPED.fullmatch(text):
        raise NoPhoneNumber(typed)
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise NoPhoneNumber(typed) from error
    if not _can_be(number):
        raise NoPhoneNumber(typed)
    kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        kept = f"{kept};ext={number.extension}"
    if len(kept) > LONGEST:
        raise NoPhoneNumber(typed)
    return kept


def shown(kept: str) -> str:
    """A kept number as it is read: a Japanese one as in Japan, any other with its country code; other text as it is."""
    if not is_kept(kept):
        return kept
    number = phonenumbers.parse(kept)
    formats = phonenumbers.PhoneNumberFormat
    extension, number.extension = number.extension, None
    chosen = formats.NATIONAL if number.country_code == HOME_CODE else formats.INTERNATIONAL
    text = str(phonenumbers.format_number(number, chosen))
    return _("%(number)s ext. %(extension)s", number=text, extension=extension) if extension else text


def kept_or_typed(typed: str | None) -> str:
    """The kept form of a number, or what was typed where it is none; a form shows that again with its message."""
    try:
        return normalise(typed or "")
    except NoPhoneNumber:
        return typed or ""


def is_kept(text: str) -> bool:
    """Tell whether ``text`` is a number in the form that is kept."""
    return kept_or_typed(text) == text and KEPT.fullmatch(text) is not None


def _can_be(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether a number has a right length; whether its range is in use changes faster than any library."""
    if phonenumbers.is_valid_number(number):
        return True
    if number.country_code == HOME_CODE:
        return len(str(number.national_number)) in HOME_LENGTHS
    return bool(phonenumbers.is_possible_number(number))
