"""The panel while it is being filled in: what stands in its form, and what each of its buttons makes of it.

Nothing of it changes the list until it is run (FILTER-06). The form says everything itself, so the server keeps
nothing; with script and without it the same buttons are pressed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from app.lists.filtering.kind import NONE, Control, Field, Reading
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.tree import MOST_ALTERNATIVES, MOST_ROWS, MOST_VALUES, Condition, Filter, Place, Row
from app.lists.sorting import MOST_COLUMNS

FIELD_NAME = re.compile(r"c-([0-9]{1,2})-([0-9]{1,2})-field")
ORDER_NAME = re.compile(r"s-([0-9])-column")
ACT = re.compile(r"(and|or|remove|unsort):([0-9]{1,2})(?::([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Draft:
    """Conditions and order as they stand in the panel; either may be unfinished.

    ``order`` holds pairs of a column's key, empty where none is chosen yet, and whether it descends.
    """

    tree: Filter
    order: tuple[tuple[str, bool], ...] = ()

    @property
    def sort(self) -> str:
        """The order as the value of ``?sort=``."""
        return ",".join(f"{'-' if descends else ''}{key}" for key, descends in self.order if key)

    def pressed(self, act: str) -> "Draft":
        """The draft after a button: a row or an alternative more or less, a sort more or less, or all cleared.

        An act that does not exist, or that would go beyond what a filter may hold, leaves the draft as it is.
        """
        if act == "clear":
            return Draft(Filter())
        if act == "sort":
            return replace(self, order=(*self.order, ("", False))[:MOST_COLUMNS])
        found = ACT.fullmatch(act)
        if found is None:
            return self
        row, alternative = int(found[2]), int(found[3] or 0)
        if found[1] == "unsort":
            return replace(self, order=(*self.order[:row], *self.order[row + 1 :]))
        return replace(self, tree=_changed(self.tree, found[1], Place(row, alternative)))


def _changed(tree: Filter, act: str, place: Place) -> Filter:
    match act:
        case "and":
            return _with_row(tree, place.row)
        case "or":
            return _with_alternative(tree, place.row)
    return _without(tree, place)


def _with_row(tree: Filter, after: int) -> Filter:
    if len(tree.rows) >= MOST_ROWS:
        return tree
    return Filter((*tree.rows[: after + 1], (Condition(),), *tree.rows[after + 1 :]))


def _with_alternative(tree: Filter, row: int) -> Filter:
    rows = tree.rows
    if row >= len(rows) or len(rows[row]) >= MOST_ALTERNATIVES:
        return tree
    return Filter((*rows[:row], (*rows[row], Condition()), *rows[row + 1 :]))


def _without(tree: Filter, place: Place) -> Filter:
    rows = (
        tuple(item for at, item in enumerate(row) if Place(index, at) != place)
        for index, row in enumerate(tree.rows)
    )
    return Filter(tuple(row for row in rows if row))


def read_draft(form: MultiDict[str, str], reading: Reading) -> Draft:
    """Read the panel's form; what is too much of anything is cut off, since the panel offers no more."""
    rows: Mapping[int, list[tuple[int, Condition]]] = defaultdict(list)
    for name in form:
        found = FIELD_NAME.fullmatch(name)
        if found is not None:
            rows[int(found[1])].append((int(found[2]), _condition(form, name.removesuffix("field"), reading)))
    kept = (_in_order(rows[index]) for index in sorted(rows)[:MOST_ROWS])
    indexes = sorted(int(found[1]) for name in form if (found := ORDER_NAME.fullmatch(name)))
    order = (
        (form.get(f"s-{at}-column", ""), form.get(f"s-{at}-direction") == "descending") for at in indexes
    )
    return Draft(Filter(tuple(kept)), tuple(order)[:MOST_COLUMNS])


def _in_order(row: Sequence[tuple[int, Condition]]) -> Row:
    ordered = sorted(row, key=lambda entry: entry[0])
    return tuple(condition for _, condition in ordered[:MOST_ALTERNATIVES])


def _condition(form: MultiDict[str, str], prefix: str, reading: Reading) -> Condition:
    """One condition; where another field was chosen, what belonged to the one before goes."""
    field = reading.fields.get(form.get(f"{prefix}field", ""))
    if field is None:
        return Condition()
    operators = field.kind.operators
    chosen = form.get(f"{prefix}operator", "")
    if form.get(f"{prefix}was", field.key) != field.key or chosen not in operators:
        return Condition(field.key, operators[0])
    operator = Operator(chosen)
    entered = form.getlist(f"{prefix}value")
    if field.kind.control(operator) is Control.LINES:
        entered = [line for text in entered for line in text.splitlines()]
    # An empty value that is not the last says which of two is missing.
    values = [value.strip() for value in entered[: MOST_VALUES + 1]]
    if values == [NONE] and form.get(f"{prefix}had", chosen) != chosen:
        # With the operator before, the list stood at its first entry, which nobody has chosen.
        values = []
    return Condition(field.key, operator.value, _as_many_as(operator, values, field))


def _as_many_as(operator: Operator, values: Sequence[str], field: Field) -> tuple[str, ...]:
    match operator.takes:
        case Takes.NOTHING:
            return ()
        case Takes.TWO:
            return tuple((*values, "", "")[:2])
        case Takes.SEVERAL:
            return field.kind.typed([value for value in values if value])
        case Takes.FIELD:
            return tuple(value for value in values[:1] if value)
    return field.kind.typed([value for value in values[:1] if value])
