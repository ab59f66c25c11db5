"""A filter as a tree: rows joined by AND, in each row alternatives joined by OR (FILTER-03)."""

from collections.abc import Iterator
from dataclasses import dataclass

# What a filter may hold at most; far more than a person enters, and little enough for the database.
MOST_ROWS = 20
MOST_ALTERNATIVES = 10
MOST_VALUES = 50
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the key of a field, the code of an operator, and as many values as the operator takes.

    In a panel that is being filled in, any of them may still be empty.
    """

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


Row = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a filter a condition stands; both count from 0."""

    row: int
    alternative: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that hold together. A filter without rows keeps everything."""

    rows: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def conditions(self) -> Iterator[tuple[Place, Condition]]:
        """Every condition with its place, in reading order."""
        for row, alternatives in enumerate(self.rows):
            for alternative, condition in enumerate(alternatives):
                yield Place(row, alternative), condition

    def first_rows(self, count: int) -> "Filter":
        """The filter up to its row ``count``, as a step of the trail applies it (FILTER-01)."""
        return Filter(self.rows[:count])

    def entered(self) -> "Filter":
        """The filter without the conditions for which no field has been chosen."""
        rows = (tuple(condition for condition in row if condition.field) for row in self.rows)
        return Filter(tuple(row for row in rows if row))
