"""What an export is made of: a title, fields, and rows that are never in memory all at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from app.lists.columns import Column

RowT = TypeVar("RowT")
Value = str | datetime | int | Decimal | None


class Kind(StrEnum):
    """What the cells of a field hold; Excel sorts and counts with moments and numbers."""

    TEXT = "text"
    MOMENT = "moment"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field(Generic[RowT]):
    """One column of a file: the list's column that names it, its cells, and its width in Latin letters."""

    column: Column
    value: Callable[[RowT], Value]
    kind: Kind = Kind.TEXT
    width: int = 24


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """A list on its way into a file.

    ``title`` is said in the person's language; ``name`` names the file for programs that take ASCII only.
    ``rows(limit, offset)`` gives rows in the list's order and loads them in chunks; ``total`` is their number.
    """

    title: str
    name: str
    fields: Sequence[Field[RowT]]
    rows: Callable[[int, int], Iterable[RowT]]
    total: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as the three kinds of files write it: plain values, and who made it, when, in what zone."""

    title: str
    labels: Sequence[str]
    kinds: Sequence[Kind]
    widths: Sequence[int]
    lines: Iterator[list[Value]]
    made_by: str
    made_at: datetime
    zone: ZoneInfo

    def local(self, moment: datetime) -> datetime:
        """A moment as a clock on the person's wall shows it."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def text(self, value: Value) -> str:
        """A value as it is read, moments as in LIST-08."""
        match value:
            case None:
                return ""
            case datetime():
                return f"{self.local(value):%Y-%m-%d %H:%M:%S}"
            case Decimal():
                return format(value, "f")
        return str(value)


def sheet_of(
    table: Table[RowT], *, limit: int, offset: int, made_by: str, made_at: datetime, zone: ZoneInfo
) -> Sheet:
    """The part of a table that goes into one file; its rows are asked for when they are written."""
    cells = [field.value for field in table.fields]
    return Sheet(
        title=table.title,
        labels=[field.column.label for field in table.fields],
        kinds=[field.kind for field in table.fields],
        widths=[field.width for field in table.fields],
        lines=([value(row) for value in cells] for row in table.rows(limit, offset)),
        made_by=made_by,
        made_at=made_at,
        zone=zone,
    )
