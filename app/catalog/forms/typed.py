"""The fields of an item's form while they are being edited: what stands in the page, and what each button makes of it.

Nothing is stored before it is saved. The page's form says everything itself, so the same buttons work with script and
without it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition
from app.catalog.fields.limits import MOST_CHOICES, MOST_FIELDS

FIELD_NAME = re.compile(r"fields-([0-9]{1,3})-([a-z_]+)")
CHOICE_NAME = re.compile(r"fields-([0-9]{1,3})-choices-([0-9]{1,3})-([a-z_]+)")
ACT = re.compile(
    r"(up|down|remove|choice|show):([0-9]{1,3})|(choice-up|choice-down|choice-remove):([0-9]{1,3}):([0-9]{1,3})"
)

# What was typed at each name of a row; a box that is ticked, and each code that is, is a value.
Row = dict[str, list[str]]
Entry = TypeVar("Entry")


@dataclass(slots=True)
class TypedField:
    """One field as it stands in the page."""

    values: Row = field(default_factory=dict)
    choices: list[Row] = field(default_factory=list)
    # Whether it was asked to show what depends on a choice in it.
    is_open: bool = False

    def value(self, name: str) -> str:
        """What was typed at a name."""
        return "".join(self.values.get(name, [])[:1]).strip()

    def codes(self) -> Sequence[tuple[str, str, str]]:
        """The choices as far as they have a code: code and both labels."""
        rows = [
            tuple("".join(row.get(name, [])[:1]).strip() for name in CHOICE_PARTS) for row in self.choices
        ]
        return [(row[0], row[1], row[2]) for row in rows if row[0]]


CHOICE_PARTS = ("code", "label_ja", "label_en")


@dataclass(slots=True)
class Typed:
    """All fields as they stand in the page, in order; ``focus`` is where the last button has led."""

    fields: list[TypedField] = field(default_factory=list)
    focus: str = ""

    def press(self, act: str) -> None:
        """Do what a button says; one that does not exist, or would lead beyond a limit, leaves all as it is."""
        if act == "add":
            if len(self.fields) < MOST_FIELDS:
                self.fields.append(TypedField({"kind": [FieldKind.TEXT.value]}))
                self.focus = f"fields-{len(self.fields) - 1}"
            return
        found = ACT.fullmatch(act)
        if found is None:
            return
        at = int(found[2] or found[4])
        if at >= len(self.fields):
            return
        if found[3]:
            self._press_choice(found[3].removeprefix("choice-"), at, int(found[5]))
        elif found[1] == "show":
            self.fields[at].is_open = bool(self.fields[at].value("shown_field"))
        elif found[1] == "choice":
            choices = self.fields[at].choices
            if len(choices) < MOST_CHOICES:
                choices.append({})
            self.focus = f"fields-{at}-choices-{len(choices) - 1}"
        else:
            self.focus = f"fields-{_rearranged(self.fields, found[1], at)}"

    def _press_choice(self, act: str, at: int, place: int) -> None:
        choices = self.fields[at].choices
        if place < len(choices):
            self.focus = f"fields-{at}-choices-{_rearranged(choices, act, place)}"

    def formdata(self, head: Mapping[str, Sequence[str]]) -> MultiDict[str, str]:
        """What a form of these fields would send, with the values of ``head`` before them."""
        pairs: list[tuple[str, str]] = [(name, value) for name, values in head.items() for value in values]
        for at, item in enumerate(self.fields):
            pairs += [
                (f"fields-{at}-{name}", value) for name, values in item.values.items() for value in values
            ]
            for place, row in enumerate(item.choices):
                prefix = f"fields-{at}-choices-{place}-"
                # A row without anything typed is a row all the same.
                pairs += [
                    (f"{prefix}{name}", value) for name in CHOICE_PARTS for value in row.get(name, [""])
                ]
        return MultiDict(pairs)


def _rearranged(rows: MutableSequence[Entry], act: str, at: int) -> int:
    """Move or remove one of the rows; tells the place that counts from then on."""
    row = rows.pop(at)
    if act == "remove":
        return max(min(at, len(rows) - 1), 0)
    to = max(min(at + (-1 if act == "up" else 1), len(rows)), 0)
    rows.insert(to, row)
    return to


def read_typed(form: MultiDict[str, str]) -> Typed:
    """Read the fields out of what was sent, in the order of their numbers; what is too much of anything is cut off."""
    fields: Mapping[int, TypedField] = defaultdict(TypedField)
    choices: Mapping[int, Mapping[int, Row]] = defaultdict(lambda: defaultdict(dict))
    for name, values in form.lists():
        if found := FIELD_NAME.fullmatch(name):
            fields[int(found[1])].values[found[2]] = values
        elif found := CHOICE_NAME.fullmatch(name):
            choices[int(found[1])][int(found[2])][found[3]] = values
    for at, rows in choices.items():
        fields[at].choices = [rows[place] for place in sorted(rows)][:MOST_CHOICES]
    return Typed([fields[at] for at in sorted(fields)][:MOST_FIELDS])


def head_of(form: MultiDict[str, str]) -> Mapping[str, Sequence[str]]:
    """What was sent besides the fields."""
    return {name: values for name, values in form.lists() if not name.startswith("fields-")}


def typed_of(form: FormDefinition) -> Typed:
    """A definition as the page shows it."""
    return Typed([_typed_field(item) for item in form.fields])


def _typed_field(item: FieldDefinition) -> TypedField:
    values: Row = {
        name: [getattr(item, name)] for name in ("key", "label_ja", "label_en", "help_ja", "help_en")
    }
    values["kind"] = [item.kind.value]
    values |= {name: [str(value)] for name in ("least", "most") if (value := getattr(item, name)) is not None}
    if item.is_required:
        values["required"] = ["y"]
    if item.shown_if:
        values["shown_field"], values["shown_codes"] = [item.shown_if.field], list(item.shown_if.codes)
    return TypedField(values, [{name: [getattr(one, name)] for name in CHOICE_PARTS} for one in item.choices])


def as_data(typed: Typed) -> Sequence[Mapping[str, Any]]:
    """What was typed, as a definition is stored; bounds that are no numbers are left out, for the form refuses them."""
    return [_field_data(item) for item in typed.fields]


def _field_data(item: TypedField) -> Mapping[str, Any]:
    told: dict[str, Any] = {name: item.value(name) for name in ("key", "kind", "label_ja", "label_en")}
    told |= {
        name: value for name in ("help_ja", "help_en") if (value := item.value(name).replace("\r\n", "\n"))
    }
    told |= {name: int(value) for name in ("least", "most") if WHOLE.fullmatch(value := item.value(name))}
    if item.value("required"):
        told["required"] = True
    choices = [{name: _first(row, name) for name in CHOICE_PARTS} for row in item.choices]
    if choices:
        told["choices"] = choices
    if item.value("shown_field"):
        told["shown_if"] = {
            "field": item.value("shown_field"),
            "codes": _distinct(item.values.get("shown_codes", [])),
        }
    return told


WHOLE = re.compile(r"-?[0-9]{1,16}")


def _first(row: Row, name: str) -> str:
    return "".join(row.get(name, [])[:1]).strip()


def _distinct(values: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(values))
