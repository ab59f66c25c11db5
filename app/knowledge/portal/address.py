"""The address of the knowledge search: what was typed, filters, order and page are all in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request, url_for

from app.knowledge.narrowing import Narrowing, read_ids, read_languages

# The groups of KB-05 as the address calls them, each with its name in a narrowing.
GROUPS = {"language": "languages", "base": "bases", "category": "categories", "author": "authors"}


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """Makes the addresses around one list of results; each but :meth:`page` leads to its first page."""

    text: str = ""
    sort: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def page(self, number: int) -> str:
        """The same results at another page."""
        return self.url(page=number if number > 1 else None)

    def sorted_by(self, sort: str) -> str:
        """The same results in another order; none is the one of the best first."""
        return replace(self, sort=sort).url()

    def toggled(self, group: str, value: str) -> str:
        """With one more filter of a group, or without it if it is in force."""
        chosen = self.filters.get(group, ())
        left = tuple(each for each in chosen if each != value)
        return self._filtered(group, left if value in chosen else (*chosen, value))

    def cleared(self, group: str) -> str:
        """Without the filters of one group."""
        return self._filtered(group, ())

    def plain(self) -> str:
        """Without any filter."""
        return replace(self, filters={}).url()

    def asked(self, text: str) -> str:
        """The same filters for other words, best first."""
        return replace(self, text=text, sort="").url()

    def _filtered(self, group: str, values: tuple[str, ...]) -> str:
        return replace(self, filters={**self.filters, group: values}).url()

    def url(self, page: int | None = None) -> str:
        """These results, from their first page or another one."""
        state: dict[str, Any] = {group: list(values) for group, values in self.filters.items() if values}
        return url_for(
            "portal.knowledge.search", q=self.text or None, sort=self.sort or None, page=page, **state
        )


def read_narrowing() -> Narrowing:
    """The filters of the request; what no filter of ours says is left out (SEC-32)."""
    return Narrowing(
        languages=read_languages(request.args.getlist("language")),
        bases=read_ids(request.args.getlist("base")),
        categories=read_ids(request.args.getlist("category")),
        authors=read_ids(request.args.getlist("author")),
    )


def written(narrowing: Narrowing) -> dict[str, tuple[str, ...]]:
    """The filters as the address carries them."""
    return {group: tuple(str(value) for value in getattr(narrowing, name)) for group, name in GROUPS.items()}
