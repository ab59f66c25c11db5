"""The addresses around one list: all of its state is in its URL, and defaults are left out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for


@dataclass(frozen=True, slots=True)
class ListAddress:
    """Makes the addresses of one list as it stands: order, quick filter, filter, columns and search, if it has them."""

    endpoint: str
    sort: str
    first_order: str
    view: str | None = None
    first_view: str | None = None
    search: str = ""
    # The filter in its one spelling (app.lists.filtering), and the keys of chosen columns; empty for none.
    f: str = ""
    columns: str = ""
    # What else the route's address names, such as the customer number whose list it is.
    place: Mapping[str, str] = field(default_factory=dict)

    def page(self, number: int) -> str:
        """This list at another page."""
        return self._url(self.sort, self.view, page=number if number > 1 else None)

    def sorted_by(self, sort: str) -> str:
        """This list in another order, from its first page."""
        return self._url(sort, self.view)

    def viewed(self, view: str) -> str:
        """Another quick filter with the same conditions, order and columns, from its first page."""
        return self._url(self.sort, view)

    def filtered(self, f: str) -> str:
        """This list with other conditions, from its first page (FILTER-01)."""
        return self._url(self.sort, self.view, f=f)

    def export(self, extension: str) -> str:
        """All rows of this list in its order, as a file; the route is the list's with ``_file`` after it."""
        return self._url(self.sort, self.view, extension=extension)

    def _url(
        self,
        sort: str,
        view: str | None,
        *,
        f: str | None = None,
        page: int | None = None,
        extension: str | None = None,
    ) -> str:
        state: dict[str, Any] = {
            "q": self.search or None,
            "view": None if view == self.first_view else view,
            "f": (self.f if f is None else f) or None,
            "sort": None if sort == self.first_order else sort,
            "columns": self.columns or None,
            "page": page,
            "extension": extension,
            **self.place,
        }
        return url_for(f"{self.endpoint}_file" if extension else self.endpoint, **state)
