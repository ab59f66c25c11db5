"""Paging: a list is never loaded whole, and a page beyond the last one is the last one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LARGEST_PAGE = 1_000_000

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """The rows of one page and where it stands among all rows (LIST-07)."""

    rows: Sequence[RowT]
    number: int
    size: int
    total: int
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max((self.total + self.size - 1) // self.size, 1)

    @property
    def first_row(self) -> int:
        """The number of the page's first row; 0 where there are none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        """The number of the page's last row."""
        return min(self.number * self.size, self.total)


def page_number(value: str) -> int:
    """Read ``?page=``; anything but a positive number is the first page."""
    if value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_PAGE)):
        return min(max(int(value), 1), LARGEST_PAGE)
    return 1


def load_page(
    *,
    wanted: int,
    size: int,
    total: int,
    rows: Callable[[int, int], Sequence[RowT]],
    url: Callable[[int], str],
) -> Page[RowT]:
    """Load one page through ``rows(limit, offset)``; asks for no rows where there are none."""
    last = max((total + size - 1) // size, 1)
    number = min(wanted, last)
    loaded: Sequence[RowT] = rows(size, (number - 1) * size) if total else ()
    return Page(loaded, number, size, total, url)
