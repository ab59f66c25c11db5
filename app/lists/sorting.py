"""Sorting by columns chosen in the address: ``?sort=number`` ascending, ``?sort=-updated,number`` by two columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, SQLColumnExpression

from app.lists.columns import Column, column_of

# By more columns nobody orders a list, and the database need not.
MOST_COLUMNS = 5

Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")


@dataclass(frozen=True, slots=True)
class Sort:
    """The column a list is sorted by, the direction, and what decides between rows that are equal in it."""

    column: Column
    is_descending: bool
    then: tuple["Sort", ...] = ()

    @property
    def value(self) -> str:
        """The value of ``?sort=`` that asks for this order."""
        return ",".join(f"{'-' if part.is_descending else ''}{part.column.key}" for part in self.parts)

    @property
    def parts(self) -> Sequence["Sort"]:
        """The columns in the order in which they decide."""
        return (self, *self.then)

    def direction_of(self, key: str) -> str | None:
        """``ascending`` or ``descending`` for a column sorted by, ``None`` for the others (LIST-05)."""
        part = next((part for part in self.parts if part.column.key == key), None)
        if part is None:
            return None
        return "descending" if part.is_descending else "ascending"

    def toggled(self, key: str) -> str:
        """The value of ``?sort=`` behind the head of column ``key``: a second click reverses (LIST-05)."""
        return f"-{key}" if self.direction_of(key) == "ascending" else key

    def join(self, rows: Rows) -> Rows:
        """Join the tables that the order needs, each once; for a statement that has none of them yet."""
        joined: list[Any] = []
        for table, condition in (join for part in self.parts for join in part.column.joins):
            if table not in joined:
                joined.append(table)
                rows = rows.outerjoin(table, condition)
        return rows

    def apply(self, rows: Rows, tie: SQLColumnExpression[Any]) -> Rows:
        """Order ``rows``; ``tie`` makes the order total, so that pages neither repeat nor skip a row."""
        ordered = [
            # What is empty counts as the lowest, as SQLite has it by itself.
            by.desc().nulls_last() if part.is_descending else by.asc().nulls_first()
            for part in self.parts
            for by in part.column.order_by
        ]
        return rows.order_by(*ordered, tie.desc() if self.is_descending else tie.asc())


def chosen_sort(value: str, columns: Sequence[Column], default: str, *, most: int = 1) -> Sort:
    """Read ``?sort=``; what is no order of columns in the list sorts by the default instead (SEC-32)."""
    for wanted in (value, default):
        sort = _read(wanted, columns, most)
        if sort is not None:
            return sort
    raise ValueError(f"The default order {default!r} names no sortable column.")


def _read(value: str, columns: Sequence[Column], most: int) -> Sort | None:
    """An order of different columns, at most ``most``, or ``None``."""
    asked = value.split(",", most)
    if len(asked) > most:
        return None
    parts: list[Sort] = []
    for wanted in asked:
        column = column_of(columns, wanted.removeprefix("-"))
        if column is None or any(part.column.key == column.key for part in parts):
            return None
        parts.append(Sort(column, wanted.startswith("-")))
    return Sort(parts[0].column, parts[0].is_descending, tuple(parts[1:]))
