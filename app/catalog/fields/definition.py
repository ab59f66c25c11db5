"""The form of a catalogue item as data: which fields it has, and what an answer to each must be (WR-03).

A definition is stored as JSON on the item's version. One reading of it serves the page, the check of what was sent, the
mails, the case and the editor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.i18n import N_, _


class FieldKind(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    NUMBER = "number"
    EMAIL = "email"
    # IP addresses and networks (CIDR), one a line.
    NETWORKS = "networks"
    FILE = "file"
    # Another customer number of the same user.
    CUSTOMER_NUMBER = "customer_number"

    @property
    def label(self) -> str:
        """The kind's name in the language in force."""
        return _(KIND_LABELS[self])


KIND_LABELS: dict[FieldKind, str] = {
    FieldKind.TEXT: N_("Text"),
    FieldKind.LONG_TEXT: N_("Long text"),
    FieldKind.CHOICE: N_("Choice"),
    FieldKind.CHOICES: N_("Several choices"),
    FieldKind.DATE: N_("Date"),
    FieldKind.NUMBER: N_("Number"),
    FieldKind.EMAIL: N_("E-mail address"),
    FieldKind.NETWORKS: N_("IP addresses or networks"),
    FieldKind.FILE: N_("File"),
    FieldKind.CUSTOMER_NUMBER: N_("Customer number"),
}
WITH_CHOICES = (FieldKind.CHOICE, FieldKind.CHOICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to choose; the code is what is stored."""

    code: str
    label_ja: str
    label_en: str

    def label_in(self, language: str) -> str:
        """What it is called in one of the two languages."""
        return self.label_ja if language == "ja" else self.label_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A field is there only if a choice field before it has one of these codes."""

    field: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefinition:
    """One field of a form.

    ``least`` and ``most`` bound a text's length, a number's value, or how many choices, lines or files there are; a
    date is bounded by how many days after the submission it lies. Empty means no bound but that of the kind.
    """

    key: str
    kind: FieldKind
    label_ja: str
    label_en: str
    help_ja: str = ""
    help_en: str = ""
    is_required: bool = False
    least: int | None = None
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    shown_if: Condition | None = None

    def label_in(self, language: str) -> str:
        """What the field is called in one of the two languages."""
        return self.label_ja if language == "ja" else self.label_en

    def help_in(self, language: str) -> str:
        """What helps to fill it in, in one of the two languages."""
        return self.help_ja if language == "ja" else self.help_en


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """All fields of an item's form, in order."""

    fields: tuple[FieldDefinition, ...] = field(default=())

    def field(self, key: str) -> FieldDefinition | None:
        """The field of that key, or ``None``."""
        return next((item for item in self.fields if item.key == key), None)

    @classmethod
    def from_data(cls, data: Iterable[Mapping[str, Any]]) -> "FormDefinition":
        """Read what :meth:`to_data` has written; what comes from outside is checked elsewhere first."""
        return cls(tuple(_field(item) for item in data))

    def to_data(self) -> list[dict[str, Any]]:
        """Write it as JSON holds it; what is empty is left out."""
        return [_data(item) for item in self.fields]


def _field(data: Mapping[str, Any]) -> FieldDefinition:
    condition = data.get("shown_if")
    return FieldDefinition(
        key=data["key"],
        kind=FieldKind(data["kind"]),
        label_ja=data["label_ja"],
        label_en=data["label_en"],
        help_ja=data.get("help_ja", ""),
        help_en=data.get("help_en", ""),
        is_required=data.get("required", False),
        least=data.get("least"),
        most=data.get("most"),
        choices=tuple(Choice(**choice) for choice in data.get("choices", ())),
        shown_if=Condition(field=condition["field"], codes=tuple(condition["codes"])) if condition else None,
    )


def _data(item: FieldDefinition) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": item.key,
        "kind": item.kind.value,
        "label_ja": item.label_ja,
        "label_en": item.label_en,
        "help_ja": item.help_ja,
        "help_en": item.help_en,
        "required": item.is_required,
        "least": item.least,
        "most": item.most,
        "choices": [
            {"code": choice.code, "label_ja": choice.label_ja, "label_en": choice.label_en}
            for choice in item.choices
        ],
        "shown_if": {"field": item.shown_if.field, "codes": list(item.shown_if.codes)}
        if item.shown_if
        else None,
    }
    # A bound of 0 is one; 0 equals False, though it is not.
    return {name: value for name, value in told.items() if value is not False and value not in ("", None, [])}


def shown_fields(form: FormDefinition, answers: Mapping[str, Any]) -> Sequence[FieldDefinition]:
    """The fields that are there for these answers; one whose condition's field is not there is not there either."""
    shown: list[FieldDefinition] = []
    known: dict[str, Any] = {}
    for item in form.fields:
        if is_shown(item, known):
            shown.append(item)
            known[item.key] = answers.get(item.key)
    return shown


def is_shown(item: FieldDefinition, answers: Mapping[str, Any]) -> bool:
    """Tell whether a field is there, given the answers of those fields before it that are there themselves."""
    condition = item.shown_if
    if condition is None:
        return True
    answer = answers.get(condition.field)
    return any(code in condition.codes for code in (answer if isinstance(answer, list) else [answer]))
