"""Columns of a list: what stands in the head, and what a click on it sorts by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression

from app.i18n import _


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the address, its name (marked for the catalogue), and the expressions it sorts by.

    ``joins`` names the tables beside the list's own that these expressions need, each with its condition.
    """

    key: str
    name: str
    order_by: tuple[SQLColumnExpression[Any], ...] = ()
    joins: tuple[tuple[Any, ColumnElement[bool]], ...] = ()

    @property
    def label(self) -> str:
        """What stands in the head, in the language in force."""
        return _(self.name)

    @property
    def is_sortable(self) -> bool:
        """Tell whether a click on the head sorts."""
        return bool(self.order_by)


def column_of(columns: Sequence[Column], key: str) -> Column | None:
    """The sortable column of that key, or ``None``."""
    return next((column for column in columns if column.key == key and column.is_sortable), None)
