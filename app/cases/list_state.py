"""A case list as its address asks for it: quick filter, conditions, order, columns (LIST-01, FILTER-01, FILTER-13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app import clock
from app.authz import Actor
from app.cases.columns import FIRST_ORDER
from app.cases.filter_fields import fields_for
from app.cases.filters import QuickFilter
from app.cases.models import SavedFilter, Visibility
from app.cases.removed_rows import lone_keyword
from app.extensions import db
from app.i18n import _, time_zone
from app.lists.address import ListAddress
from app.lists.columns import Column
from app.lists.filtering.checking import conditions_for, problems_of, words_of
from app.lists.filtering.draft import Draft
from app.lists.filtering.keyword import Keyword
from app.lists.filtering.kind import Reading
from app.lists.filtering.problems import FilterRefused, Problem
from app.lists.filtering.syntax import parse, write
from app.lists.filtering.tree import Filter
from app.lists.sorting import MOST_COLUMNS, Sort, chosen_sort


@dataclass(frozen=True, slots=True)
class Listing:
    """What one shell's case list is made of.

    :param columns: those that can be shown; the first one leads each row and always stands.
    :param visibilities: to whom the actor may show a saved filter.
    :param service_id: the service whose saved filters are meant; ``None`` at the desk.
    :param saved: the views that stand at the side of the list.
    """

    template: str
    actor: Actor
    quick: Sequence[QuickFilter]
    columns: Sequence[Column]
    first_columns: Sequence[Column]
    visibilities: Sequence[Visibility]
    service_id: int | None = None
    saved: Sequence[SavedFilter] = ()
    # How the rows of a keyword that the actor may not see are told; the setting of the portal (FILTER-08).
    removed_rows: str = "off"

    @property
    def has_column_choice(self) -> bool:
        """Tell whether other columns than the first ones can be chosen."""
        return self.columns != self.first_columns


@dataclass(frozen=True, slots=True)
class ListState:
    """A list as it was asked for; one with problems is not run."""

    listing: Listing
    reading: Reading
    view: QuickFilter
    tree: Filter
    problems: Sequence[Problem]
    sort: Sort
    columns: Sequence[Column]
    address: ListAddress

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """What its rows have to meet, beside being within reach."""
        return [*self.view.conditions, *conditions_for(self.tree, self.reading)]

    @property
    def notices(self) -> Sequence[str]:
        """What its keywords leave out, once the conditions have been asked for."""
        kinds = (field.kind for field in self.reading.fields.values())
        return [notice for kind in kinds if isinstance(kind, Keyword) for notice in kind.notices()]

    @property
    def lone_keyword(self) -> str | None:
        """The keyword, where nothing else narrows the list (FILTER-08)."""
        return None if self.problems or self.view.conditions else lone_keyword(self.tree)

    @property
    def applied(self) -> Mapping[str, str]:
        """The list's own state, which the panel's form carries along."""
        address = self.address
        return {
            "view": self.view.key if self.view != self.listing.quick[0] else "",
            "f": "" if self.problems else address.f,
            "sort": address.sort,
            "columns": address.columns,
        }

    @property
    def draft(self) -> Draft:
        """The panel as it stands before anybody changes it; the first order is none that somebody chose."""
        chosen = self.sort.parts if self.sort.value != FIRST_ORDER else ()
        return Draft(self.tree, tuple((part.column.key, part.is_descending) for part in chosen))

    def trail(self) -> Sequence[tuple[str, str]]:
        """What applies, step by step: the words of each row, and the address of the list up to it (FILTER-01)."""
        if self.problems:
            return []
        between = f" {_('OR')} "
        return [
            (words_of(row, self.reading, between), self.address.filtered(write(self.tree.first_rows(index))))
            for index, row in enumerate(self.tree.rows, start=1)
        ]


def read_state(listing: Listing, args: Mapping[str, str]) -> ListState:
    """Read a list's state from its address; what the address says wrongly of order and columns is left out."""
    reading = reading_for(listing.actor)
    f = args.get("f", "")
    tree, problems = read_filter(f, reading)
    sort = read_sort(listing, args.get("sort", ""))
    columns = read_columns(listing, args.get("columns", "").split(","))
    view = next((item for item in listing.quick if item.key == args.get("view")), listing.quick[0])
    address = ListAddress(
        ".index",
        sort=sort.value,
        first_order=FIRST_ORDER,
        view=view.key,
        first_view=listing.quick[0].key,
        f=write(tree),
        columns=written_columns(listing, columns),
    )
    return ListState(listing, reading, view, tree, problems, sort, columns, address)


def reading_for(actor: Actor) -> Reading:
    """How filters of cases are read for an actor, now."""
    return Reading(fields_for(db.session, actor), time_zone(), clock.now())


def read_filter(f: str, reading: Reading) -> tuple[Filter, Sequence[Problem]]:
    """The conditions of an address, and what is wrong with them."""
    try:
        tree = parse(f)
    except FilterRefused as refused:
        return Filter(), [refused.problem]
    return tree, problems_of(tree, reading)


def read_sort(listing: Listing, value: str) -> Sort:
    """The order of an address, or the first one."""
    return chosen_sort(value, listing.columns, FIRST_ORDER, most=MOST_COLUMNS)


def read_columns(listing: Listing, keys: Sequence[str]) -> Sequence[Column]:
    """The chosen columns in the list's own order; the first ones where none is chosen."""
    lead, *rest = listing.columns
    chosen = [column for column in rest if column.key in keys]
    return [lead, *chosen] if chosen else listing.first_columns


def written_columns(listing: Listing, columns: Sequence[Column]) -> str:
    """Columns as they stand in the address; nothing for the first ones."""
    keys = [column.key for column in columns]
    is_first = set(keys) == {column.key for column in listing.first_columns}
    return "" if is_first else ",".join(keys)
