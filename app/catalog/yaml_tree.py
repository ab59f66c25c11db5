"""YAML from outside, read into a plain tree that knows its lines.

Only what data needs is read: mappings, lists and scalars, which stay text until somebody asks for a number. Anchors,
aliases and tags are refused, so that a small file can neither grow nor make anything but data (SEC-41); what is too
deep is refused before it is built.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

# The parser in C is ten times as fast; where it was not built, the one in Python reads the same.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 12


class Unreadable(Exception):
    """The text is no YAML that this reads; ``line`` counts from 1 and is 0 where none is known."""

    def __init__(self, why: "Fault", line: int = 0) -> None:
        super().__init__(f"{why} in line {line}")
        self.why = why
        self.line = line


class Fault(str):
    """Why a text cannot be read, as a code; the words are said by whoever shows it."""

    __slots__ = ()


SYNTAX, ALIAS, TAG, DEEP, TWICE, KEY, SEVERAL, EMPTY = map(
    Fault, ("syntax", "alias", "tag", "deep", "twice", "key", "several", "empty")
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; ``is_plain`` without quotes, so that it may mean a number, a switch or nothing."""

    text: str
    line: int
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in order."""

    line: int
    items: list["Tree"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """Values by their keys."""

    line: int
    entries: dict[str, "Tree"] = field(default_factory=dict)


Tree = Scalar | Listing | Table


def read_tree(text: str) -> Tree:
    """Read one document.

    :raises Unreadable: with the line, if it is no YAML or holds what data does not need.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except UnicodeError:
        raise Unreadable(SYNTAX) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(SYNTAX, mark.line + 1 if mark else 0) from None
    if builder.root is None:
        raise Unreadable(EMPTY)
    return builder.root


class _Builder:
    """Puts the parser's events together; never deeper than :data:`DEEPEST`."""

    def __init__(self) -> None:
        self.root: Tree | None = None
        self._open: list[Listing | Table] = []
        # The key that waits for its value, for each open table.
        self._keys: list[str | None] = []

    def take(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line = mark.line + 1 if mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(ALIAS, line)
        if getattr(event, "tag", None):
            raise Unreadable(TAG, line)
        match event:
            case yaml.ScalarEvent():
                self._put(Scalar(event.value, line, event.style is None or not event.style))
            case yaml.MappingStartEvent():
                self._enter(Table(line))
            case yaml.SequenceStartEvent():
                self._enter(Listing(line))
            case yaml.CollectionEndEvent():
                self._open.pop()
                self._keys.pop()
            case yaml.DocumentStartEvent() if self.root is not None:
                raise Unreadable(SEVERAL, line)

    def _enter(self, made: Listing | Table) -> None:
        self._put(made)
        if len(self._open) >= DEEPEST:
            raise Unreadable(DEEP, made.line)
        self._open.append(made)
        self._keys.append(None)

    def _put(self, made: Tree) -> None:
        if not self._open:
            self.root = made
            return
        parent = self._open[-1]
        if isinstance(parent, Listing):
            parent.items.append(made)
            return
        key = self._keys[-1]
        if key is not None:
            parent.entries[key] = made
            self._keys[-1] = None
        elif not isinstance(made, Scalar):
            raise Unreadable(KEY, made.line)
        elif made.text in parent.entries:
            raise Unreadable(TWICE, made.line)
        else:
            self._keys[-1] = made.text


def as_data(tree: Tree) -> Mapping[str, object] | Sequence[object] | str:
    """The tree without its lines, every scalar as text; for tests and messages."""
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Listing):
        return [as_data(item) for item in tree.items]
    return {key: as_data(value) for key, value in tree.entries.items()}
