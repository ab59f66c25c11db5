"""Fields whose value is one of a fixed list, such as category and status; all 14 operators of section 5."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.lists.filtering import operators
from app.lists.filtering.kind import (
    NONE,
    NONE_SHOWN,
    Control,
    Kind,
    Option,
    Reading,
    any_of,
    anything,
    negated,
    same,
)
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.problems import Trouble
from app.lists.filtering.tree import Condition

ORDERED = {Operator.LESS, Operator.GREATER, Operator.AT_MOST, Operator.AT_LEAST, Operator.BETWEEN}


class Choice(Kind):
    """A choice.

    :param order: the codes by their order number, which "less" and "greater" follow.
    :param label: the name of a code, in the language in force.
    :param offered: the codes in the order of the list; asked for only when the list is shown.
    """

    operators = operators.CHOICE

    def __init__(
        self,
        column: InstrumentedAttribute[Any],
        order: Sequence[str],
        *,
        label: Callable[[str], str],
        offered: Callable[[], Sequence[str]],
    ) -> None:
        self.column = column
        self._order = tuple(order)
        self._label = label
        self._offered = offered

    def wrong(self, value: str, condition: Condition, _reading: Reading) -> Trouble | None:
        """Only what the list offers is a value, and what is empty has no place in the order."""
        if value == NONE:
            return Trouble.NO_ORDER if condition.operator in ORDERED else None
        return None if value in self._order else Trouble.UNKNOWN_VALUE

    def where(self, condition: Condition, reading: Reading) -> ColumnElement[bool]:
        """Order numbers become lists of codes, which indexes can serve."""
        operator, values = Operator(condition.operator), condition.values
        match operator:
            case Operator.ANYTHING:
                return anything()
            case Operator.EMPTY | Operator.FILLED:
                return self._one_of((NONE,)) if operator is Operator.EMPTY else self.column.is_not(None)
            case Operator.SAME | Operator.DIFFERENT:
                other = reading.fields[values[0]].kind
                equal = same(self.column, other.column)  # type: ignore[attr-defined]  # Checked: it is a choice, too.
                return equal if operator is Operator.SAME else negated(equal)
            case Operator.IS | Operator.ANY_OF:
                return self._one_of(values)
            case Operator.IS_NOT | Operator.NONE_OF:
                return negated(self._one_of(values))
        return self.column.in_(self._within(operator, [self._order.index(value) for value in values]))

    def _one_of(self, values: Sequence[str]) -> ColumnElement[bool]:
        codes = [value for value in values if value != NONE]
        empty = [self.column.is_(None)] if NONE in values else []
        return any_of([*([self.column.in_(codes)] if codes else []), *empty])

    def _within(self, operator: Operator, at: Sequence[int]) -> Sequence[str]:
        """The codes on the operator's side of a place in the order, or between two, in whichever order they came."""
        match operator:
            case Operator.LESS:
                return self._order[: at[0]]
            case Operator.GREATER:
                return self._order[at[0] + 1 :]
            case Operator.AT_MOST:
                return self._order[: at[0] + 1]
            case Operator.AT_LEAST:
                return self._order[at[0] :]
        return self._order[min(at) : max(at) + 1]

    def control(self, operator: Operator) -> Control:
        """One value is picked from the list, several are ticked in it."""
        if operator.takes is Takes.NOTHING:
            return Control.NOTHING
        return Control.PICKS if operator.takes is Takes.SEVERAL else Control.PICK

    def options(self) -> Sequence[Option]:
        """The list, which begins with nothing (FILTER-05)."""
        return (Option(NONE, str(NONE_SHOWN)), *(Option(code, self._label(code)) for code in self._offered()))

    def shown(self, value: str, _reading: Reading) -> str:
        """The value's name."""
        return str(NONE_SHOWN) if value == NONE else self._label(value)
