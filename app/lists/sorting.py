"""Sorting by one column, chosen in the address: ``?sort=number`` ascending, ``?sort=-updated`` descending."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, SQLColumnExpression

from app.lists.columns import Column, column_of

Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")


@dataclass(frozen=True, slots=True)
class Sort:
    """The column a list is sorted by, and the direction."""

    column: Column
    is_descending: bool

    @property
    def value(self) -> str:
        """The value of ``?sort=`` that asks for this order."""
        return f"{'-' if self.is_descending else ''}{self.column.key}"

    def direction_of(self, key: str) -> str | None:
        """``ascending`` or ``descending`` for the column sorted by, ``None`` for the others (LIST-05)."""
        if key != self.column.key:
            return None
        return "descending" if self.is_descending else "ascending"

    def toggled(self, key: str) -> str:
        """The value of ``?sort=`` behind the head of column ``key``: a second click reverses (LIST-05)."""
        return f"-{key}" if self.direction_of(key) == "ascending" else key

    def join(self, rows: Rows) -> Rows:
        """Join the tables that the order needs; for a statement that has none of them yet."""
        for table, condition in self.column.joins:
            rows = rows.outerjoin(table, condition)
        return rows

    def apply(self, rows: Rows, tie: SQLColumnExpression[Any]) -> Rows:
        """Order ``rows``; ``tie`` makes the order total, so that pages neither repeat nor skip a row."""
        ordered = (*self.column.order_by, tie)
        return rows.order_by(*(part.desc() if self.is_descending else part.asc() for part in ordered))


def chosen_sort(value: str, columns: Sequence[Column], default: str) -> Sort:
    """Read ``?sort=``; a column that is not in the list sorts by the default instead (SEC-32)."""
    for wanted in (value, default):
        column = column_of(columns, wanted.removeprefix("-"))
        if column is not None:
            return Sort(column, wanted.startswith("-"))
    raise ValueError(f"The default order {default!r} names no sortable column.")
