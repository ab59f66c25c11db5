"""How a filter is written in an address, and read from it; the grammar stands in the package's description."""

import re

from app.lists.filtering.problems import LONGEST_FILTER, FilterRefused, Trouble
from app.lists.filtering.tree import (
    MOST_ALTERNATIVES,
    MOST_ROWS,
    MOST_VALUES,
    Condition,
    Filter,
    Row,
)

ROWS, ALTERNATIVES, VALUES, PARTS, ESCAPE = ";", "/", ",", ":", "~"
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MEANT = re.compile(r"[~;/,]")
_ESCAPED = re.compile(r"~(.?)", re.DOTALL)


def write(tree: Filter) -> str:
    """The one spelling of a filter; everything that :func:`parse` takes comes back equal."""
    return ROWS.join(ALTERNATIVES.join(_written(condition) for condition in row) for row in tree.rows)


def parse(text: str) -> Filter:
    """Read a filter; nothing is known yet of its fields.

    :raises FilterRefused: if it is too long, holds too much, or is not in the one spelling.
    """
    if len(text) > LONGEST_FILTER:
        raise FilterRefused(Trouble.TOO_LONG)
    if not text:
        return Filter()
    rows = _split(text, ROWS)
    if len(rows) > MOST_ROWS:
        raise FilterRefused(Trouble.TOO_MANY_ROWS)
    return Filter(tuple(_row(row) for row in rows))


def _row(text: str) -> Row:
    alternatives = _split(text, ALTERNATIVES)
    if len(alternatives) > MOST_ALTERNATIVES:
        raise FilterRefused(Trouble.TOO_MANY_ALTERNATIVES)
    return tuple(_condition(piece) for piece in alternatives)


def _condition(text: str) -> Condition:
    field, _, rest = text.partition(PARTS)
    operator, has_values, listed = rest.partition(PARTS)
    if not NAME.fullmatch(field) or not NAME.fullmatch(operator):
        raise FilterRefused(Trouble.MALFORMED)
    values = _split(listed, VALUES) if has_values else []
    if len(values) > MOST_VALUES:
        raise FilterRefused(Trouble.TOO_MANY_VALUES)
    return Condition(field, operator, tuple(_meant(value) for value in values))


def _written(condition: Condition) -> str:
    parts = [condition.field, condition.operator]
    if condition.values:
        parts.append(VALUES.join(_MEANT.sub(r"~\g<0>", value) for value in condition.values))
    return PARTS.join(parts)


def _meant(text: str) -> str:
    """A value as it is meant; a ``~`` before anything else than a sign of the grammar is a mistake."""

    def sign(found: re.Match[str]) -> str:
        if not _MEANT.fullmatch(found[1]):
            raise FilterRefused(Trouble.MALFORMED)
        return found[1]

    return _ESCAPED.sub(sign, text)


def _split(text: str, sign: str) -> list[str]:
    """Split at every ``sign`` that is not meant as it is."""
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == ESCAPE:
            at += 2
            continue
        if text[at] == sign:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]
