"""From a filter that was read to its conditions for the database: first what is wrong with it, then the SQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement

from app.lists.filtering.kind import Reading, any_of
from app.lists.filtering.operators import SIGNS, Operator, Takes
from app.lists.filtering.problems import LONGEST_FILTER, Problem, Trouble
from app.lists.filtering.syntax import write
from app.lists.filtering.tree import (
    MOST_ALTERNATIVES,
    MOST_ROWS,
    MOST_VALUES,
    Condition,
    Filter,
    Place,
    Row,
)


def problems_of(tree: Filter, reading: Reading) -> Sequence[Problem]:
    """Everything that is wrong with a filter, in reading order; an empty list means that it may run."""
    sizes = _too_much(tree)
    if sizes:
        return sizes
    _learn(tree, reading)
    return [
        Problem(trouble, place, _said(trouble, condition, reading))
        for place, condition in tree.conditions()
        if (trouble := _trouble(condition, reading)) is not None
    ]


def _too_much(tree: Filter) -> Sequence[Problem]:
    if len(tree.rows) > MOST_ROWS:
        return [Problem(Trouble.TOO_MANY_ROWS)]
    for index, row in enumerate(tree.rows):
        if len(row) > MOST_ALTERNATIVES:
            return [Problem(Trouble.TOO_MANY_ALTERNATIVES, Place(index, 0))]
    for place, condition in tree.conditions():
        if len(condition.values) > MOST_VALUES:
            return [Problem(Trouble.TOO_MANY_VALUES, place)]
    return [Problem(Trouble.TOO_LONG)] if len(write(tree)) > LONGEST_FILTER else []


def _learn(tree: Filter, reading: Reading) -> None:
    """Let each field look up all of its values at once, however many conditions name it."""
    values: Mapping[str, list[str]] = defaultdict(list)
    for _, condition in tree.conditions():
        if condition.field in reading.fields:
            values[condition.field] += condition.values
    for key, all_values in values.items():
        reading.fields[key].kind.learn(all_values)


def _trouble(condition: Condition, reading: Reading) -> Trouble | None:
    field = reading.fields.get(condition.field)
    if field is None:
        return Trouble.UNKNOWN_FIELD
    return field.kind.trouble(field.key, condition, reading)


def _said(trouble: Trouble, condition: Condition, reading: Reading) -> str:
    return reading.fields[condition.field].kind.said(condition) if trouble is Trouble.KEYWORD else ""


def conditions_for(tree: Filter, reading: Reading) -> Sequence[ColumnElement[bool]]:
    """The conditions of a filter without problems: one for each row, to be joined by AND."""
    return [any_of(_where(condition, reading) for condition in row) for row in tree.rows]


def _where(condition: Condition, reading: Reading) -> ColumnElement[bool]:
    return reading.fields[condition.field].kind.where(condition, reading)


def words_of(row: Row, reading: Reading, between: str) -> str:
    """A row as the trail tells it, such as カテゴリ=サービスについて; ``between`` is the word for OR (FILTER-01)."""
    return between.join(_words(condition, reading) for condition in row)


def _words(condition: Condition, reading: Reading) -> str:
    field, operator = reading.fields[condition.field], Operator(condition.operator)
    if operator.takes is Takes.FIELD:
        shown = [reading.fields[value].label for value in condition.values]
    else:
        shown = [field.kind.shown(value, reading) for value in condition.values]
    if operator in SIGNS:
        return f"{field.label}{SIGNS[operator]}{shown[0]}"
    return " ".join([field.label, operator.label, ", ".join(shown)]).rstrip()
