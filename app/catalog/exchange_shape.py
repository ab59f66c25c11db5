"""The shape of a catalogue file: which keys there are, and what kind of value each takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog.exchange_rules import FileProblem
from app.catalog.yaml_tree import Listing, Scalar, Table, Tree
from app.i18n import N_, _

FORMAT = 1
# No file needs more of them to be repaired; the rest shows when these are gone.
MOST_PROBLEMS = 50
NUMBER = re.compile(r"[+-]?[0-9]{1,16}")
SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
NOTHING = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text; what YAML would take for a number or a switch is one as well."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """Values of one kind in order."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class TableOf:
    """Values by their keys; ``required`` ones must be there."""

    keys: Mapping[str, "Shape"]
    required: tuple[str, ...] = ()


Shape = Text | Number | Switch | ListOf | TableOf

CATEGORY = TableOf(
    {"slug": Text(), "name_ja": Text(), "name_en": Text()}, required=("slug", "name_ja", "name_en")
)
CHOICE = TableOf(
    {"code": Text(), "label_ja": Text(), "label_en": Text()}, required=("code", "label_ja", "label_en")
)
CONDITION = TableOf({"field": Text(), "codes": ListOf(Text())}, required=("field", "codes"))
FIELD = TableOf(
    {
        "key": Text(),
        "kind": Text(),
        "label_ja": Text(),
        "label_en": Text(),
        "help_ja": Text(),
        "help_en": Text(),
        "required": Switch(),
        "least": Number(),
        "most": Number(),
        "choices": ListOf(CHOICE),
        "shown_if": CONDITION,
    },
    required=("key", "kind", "label_ja", "label_en"),
)
ITEM = TableOf(
    {
        "slug": Text(),
        "category": Text(),
        "name_ja": Text(),
        "name_en": Text(),
        "description_ja": Text(),
        "description_en": Text(),
        "points": Number(),
        "needs_approval": Switch(),
        "only_for": ListOf(Text()),
        "form": ListOf(FIELD),
    },
    required=("slug", "category", "name_ja", "name_en"),
)
FILE = TableOf(
    {"format": Number(), "categories": ListOf(CATEGORY), "items": ListOf(ITEM)}, required=("format",)
)

EXPECTED = {
    Text: N_("A text belongs here."),
    Number: N_("A whole number belongs here."),
    Switch: N_("Write true or false here."),
    ListOf: N_("A list belongs here."),
    TableOf: N_("Keys with values belong here."),
}


class Reader:
    """Turns a tree into data of a shape and notes each problem with its path and line."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []

    def note(self, path: str, line: int, message: str) -> None:
        """Note a problem; beyond the limit nothing more is noted."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(FileProblem(path, line, message))

    def table(self, tree: Tree, path: str, shape: TableOf) -> dict[str, Any]:
        """Read a table; keys without a value are as if they were not there."""
        if not isinstance(tree, Table):
            self.note(path, tree.line, _(EXPECTED[TableOf]))
            return {}
        data: dict[str, Any] = {}
        for key, value in tree.entries.items():
            inner = f"{path}.{key}" if path else key
            if key not in shape.keys:
                self.note(
                    inner[:200],
                    value.line,
                    _("There is no such key. Keys: %(keys)s.", keys=", ".join(shape.keys)),
                )
            elif not _is_nothing(value):
                data[key] = self.value(value, inner, shape.keys[key])
        for key in shape.required:
            if data.get(key) in (None, ""):
                self.note(f"{path}.{key}" if path else key, tree.line, _("This key is missing."))
        return data

    def value(self, tree: Tree, path: str, shape: Shape) -> Any:  # noqa: ANN401 - the shape says what comes out
        """Read a value of a shape; ``None`` with a problem noted if it is of another one."""
        match shape, tree:
            case TableOf(), _:
                return self.table(tree, path, shape)
            case ListOf(of), Listing(items=items):
                return [self.value(item, f"{path}[{index}]", of) for index, item in enumerate(items)]
            case Text(), Scalar(text=text):
                return text.strip()
            case Number(), Scalar(text=text) if NUMBER.fullmatch(text):
                return int(text)
            case Switch(), Scalar(text=text) if text.lower() in SWITCHES:
                return SWITCHES[text.lower()]
        self.note(path, tree.line, _(EXPECTED[type(shape)]))
        return None


def _is_nothing(tree: Tree) -> bool:
    return isinstance(tree, Scalar) and tree.is_plain and tree.text in NOTHING
