"""What was typed or chosen becomes an answer, or is refused in the reader's language (WR-03).

An answer that was read once reads the same again: what is stored can be typed, and is then stored unchanged.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.contact_data import is_mail_address
from app.catalog.fields import numerals
from app.catalog.fields.definition import FieldDefinition, FieldKind
from app.catalog.fields.limits import most_of
from app.catalog.fields.networks import read_networks
from app.catalog.fields.refusal import Refused
from app.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Around:
    """What an answer is read against besides its field: the day of the submission, and the person's numbers."""

    today: date
    numbers: Collection[str] = ()


def read_answer(item: FieldDefinition, typed: Sequence[str], around: Around) -> Any:  # noqa: ANN401 - JSON: by kind
    """The answer that was typed or chosen; ``None`` if the field was left empty.

    :param typed: the values of the field as they were sent, without control characters.
    :raises Refused: if it does not fit the field. Files are counted by :func:`check_count` instead.
    """
    values = [text for value in typed if (text := value.strip())]
    return READERS[item.kind](item, values, around) if values else None


def check_count(item: FieldDefinition, number: int) -> None:
    """Refuse fewer or more files than the field takes; none at all is another matter.

    :raises Refused: with how many there may be.
    """
    if number and item.least is not None and number < item.least:
        raise Refused(ngettext("Choose at least %(num)s file.", "Choose at least %(num)s files.", item.least))
    if number > most_of(item):
        raise Refused(
            ngettext("Choose at most %(num)s file.", "Choose at most %(num)s files.", most_of(item))
        )


def _text(item: FieldDefinition, values: Sequence[str], _around: Around) -> str:
    text = values[0]
    if item.least is not None and len(text) < item.least:
        raise Refused(_("At least %(length)s characters.", length=item.least))
    most = most_of(item)
    if len(text) > most:
        raise Refused(
            _("At most %(length)s characters; %(excess)s too many.", length=most, excess=len(text) - most)
        )
    return text


def _line(item: FieldDefinition, values: Sequence[str], around: Around) -> str:
    return _text(item, [" ".join(values[0].split("\n"))], around)


def _choice(item: FieldDefinition, values: Sequence[str], _around: Around) -> str:
    _refuse_unknown(item, values)
    if len(values) > 1:
        raise Refused(_("Choose at most %(most)s.", most=1))
    return values[0]


def _choices(item: FieldDefinition, values: Sequence[str], _around: Around) -> list[str]:
    _refuse_unknown(item, values)
    chosen = [choice.code for choice in item.choices if choice.code in values]
    if item.least is not None and len(chosen) < item.least:
        raise Refused(_("Choose at least %(least)s.", least=item.least))
    if item.most is not None and len(chosen) > item.most:
        raise Refused(_("Choose at most %(most)s.", most=item.most))
    return chosen


def _refuse_unknown(item: FieldDefinition, values: Sequence[str]) -> None:
    if not set(values) <= {choice.code for choice in item.choices}:
        raise Refused(_("What was chosen is not offered any more. Choose again."))


def _date(item: FieldDefinition, values: Sequence[str], around: Around) -> str:
    return numerals.read_date(values[0], least=item.least, most=item.most, today=around.today)


def _number(item: FieldDefinition, values: Sequence[str], _around: Around) -> int | str:
    return numerals.read_number(values[0], least=item.least, most=item.most)


def _email(_item: FieldDefinition, values: Sequence[str], _around: Around) -> str:
    if not is_mail_address(values[0]):
        raise Refused(_("Enter one e-mail address, such as name@example.com."))
    return values[0]


def _networks(item: FieldDefinition, values: Sequence[str], _around: Around) -> list[str]:
    return read_networks("\n".join(values), least=item.least, most=most_of(item))


def _customer_number(_item: FieldDefinition, values: Sequence[str], around: Around) -> str:
    # The same words for a number of somebody else and for one that nobody has (SEC-26).
    if values[0] not in around.numbers:
        raise Refused(_("Choose one of your customer numbers."))
    return values[0]


READERS: dict[FieldKind, Callable[[FieldDefinition, Sequence[str], Around], Any]] = {
    FieldKind.TEXT: _line,
    FieldKind.LONG_TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.DATE: _date,
    FieldKind.NUMBER: _number,
    FieldKind.EMAIL: _email,
    FieldKind.NETWORKS: _networks,
    FieldKind.CUSTOMER_NUMBER: _customer_number,
}
