"""Bringing a catalogue file into a service, and writing one of what the service has (D13).

A file adds and changes; what it does not name stays. All of it is done or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import editing, events, policy
from app.catalog.actions.availability import set_numbers
from app.catalog.actions.categories import edit_category, set_order
from app.catalog.actions.items import add_category, add_item, place_item, publish, save_draft
from app.catalog.content import content_of
from app.catalog.differences import Difference, differences
from app.catalog.drafts import draft_of
from app.catalog.editing import ItemRow
from app.catalog.exchange import BadCatalog, CatalogFile, CategoryEntry, FileProblem, ItemEntry
from app.catalog.models import CatalogCategory, CatalogItem, CatalogItemNumber, ItemState
from app.contracts.models import CustomerNumber, Service
from app.contracts.queries import numbers_visible_to
from app.i18n import _
from app.journal import record


class Becomes(StrEnum):
    """What a file makes of a category or an item."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one category or item; ``details`` holds each difference."""

    is_item: bool
    slug: str
    name: tuple[str, str]
    becomes: Becomes
    details: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing a file in would do, in the order of the file."""

    changes: tuple[Change, ...]
    is_order_new: bool

    @property
    def does_something(self) -> bool:
        """Tell whether anything would be added or changed."""
        return self.is_order_new or any(change.becomes is not Becomes.UNCHANGED for change in self.changes)

    def count(self, becomes: str) -> int:
        """How many categories and items become so."""
        return sum(change.becomes == becomes for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Stock:
    """What the service has now, by slug."""

    categories: dict[str, CatalogCategory]
    items: dict[str, ItemRow]
    numbers: Mapping[str, CustomerNumber]
    chosen: Mapping[int, tuple[str, ...]]


def catalog_of(
    session: Session, *, actor: Actor, service: Service, is_published_only: bool = False
) -> CatalogFile:
    """What a service's catalogue says now: its drafts where there are some, or only what customers can see."""
    authorize(policy.can_manage_catalog(actor))
    stock = _stock(session, actor, service, CatalogFile())
    rows = [
        row for row in stock.items.values() if not is_published_only or row.item.state is ItemState.PUBLISHED
    ]
    current = {row.item.id: row for row in rows}
    shown = {
        key: row.item.current if is_published_only and row.item.current else row.latest
        for key, row in current.items()
    }
    return CatalogFile(
        tuple(
            CategoryEntry(slug=row.slug, name_ja=row.name_ja, name_en=row.name_en)
            for row in stock.categories.values()
        ),
        tuple(
            ItemEntry(
                slug=row.item.slug,
                category=row.category.slug,
                content=content_of(shown[row.item.id]),
                only_for=stock.chosen.get(row.item.id, ()) if row.item.is_restricted else None,
            )
            for row in rows
        ),
    )


def plan_import(session: Session, *, actor: Actor, service: Service, content: CatalogFile) -> Plan:
    """Say what bringing a file in would do; changes nothing.

    :raises BadCatalog: if it names customer numbers that the service does not have.
    """
    authorize(policy.can_manage_catalog(actor))
    stock = _stock(session, actor, service, content)
    problems = _unknown_numbers(content, stock)
    if problems:
        raise BadCatalog(problems)
    return Plan(
        (
            *(_category_change(entry, stock) for entry in content.categories),
            *(_item_change(entry, stock) for entry in content.items),
        ),
        _order(list(stock.categories), [entry.slug for entry in content.categories])
        != [*stock.categories, *_new(stock.categories, content.categories)]
        or _order(list(stock.items), [entry.slug for entry in content.items])
        != [*stock.items, *_new(stock.items, content.items)],
    )


def import_catalog(
    session: Session, *, actor: Actor, service: Service, content: CatalogFile, publishes: bool = False
) -> Plan:
    """Bring a file in: names of categories, order and availability hold at once, what items say becomes drafts.

    :param publishes: whether the drafts are published as well, as at set-up.
    :return: what was done.
    :raises BadCatalog: if it names customer numbers that the service does not have.
    """
    plan = plan_import(session, actor=actor, service=service, content=content)
    stock = _stock(session, actor, service, content)
    for category in content.categories:
        _bring_category(session, actor, service, stock, category)
    changes = {change.slug: change for change in plan.changes if change.is_item}
    for entry in content.items:
        if changes[entry.slug].becomes is not Becomes.UNCHANGED:
            item = _bring_item(session, actor, stock, entry)
            if publishes and draft_of(session, item) is not None:
                publish(session, item, actor=actor)
    _bring_order(session, actor, service, content)
    if plan.does_something:
        added, changed = (
            tuple(change.slug for change in plan.changes if change.becomes is becomes)
            for becomes in (Becomes.ADDED, Becomes.CHANGED)
        )
        record(session, actor=actor, subject=service, happened=events.CatalogImported(added, changed))
    return plan


def _stock(session: Session, actor: Actor, service: Service, content: CatalogFile) -> _Stock:
    rows = editing.rows_of(session, actor, service)
    named = {number for entry in content.items for number in entry.only_for or ()}
    numbers = session.scalars(
        numbers_visible_to(actor).where(
            CustomerNumber.service_id == service.id, CustomerNumber.number.in_(sorted(named))
        )
    )
    pairs = session.execute(
        select(CatalogItemNumber.item_id, CustomerNumber.number)
        .join(CustomerNumber, CustomerNumber.id == CatalogItemNumber.customer_number_id)
        .join(CatalogItem, CatalogItem.id == CatalogItemNumber.item_id)
        .where(CatalogItem.service_id == service.id)
        .order_by(CustomerNumber.number)
    )
    chosen: dict[int, tuple[str, ...]] = {}
    for item_id, number in pairs:
        chosen[item_id] = (*chosen.get(item_id, ()), number)
    return _Stock(
        {row.slug: row for row in editing.categories_of(session, service)},
        {row.item.slug: row for row in rows},
        {row.number: row for row in numbers},
        chosen,
    )


def _unknown_numbers(content: CatalogFile, stock: _Stock) -> Sequence[FileProblem]:
    message = _("This service has no such customer number.")
    return [
        FileProblem(f"items[{at}].only_for[{place}]", 0, f"{number}: {message}")
        for at, entry in enumerate(content.items)
        for place, number in enumerate(entry.only_for or ())
        if number not in stock.numbers
    ]


def _category_change(entry: CategoryEntry, stock: _Stock) -> Change:
    row, name = stock.categories.get(entry.slug), (entry.name_ja, entry.name_en)
    if row is None:
        return Change(is_item=False, slug=entry.slug, name=name, becomes=Becomes.ADDED)
    labels = (_("Name in Japanese"), _("Name in English"))
    pairs = zip(labels, (row.name_ja, row.name_en), name, strict=True)
    details = tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
    return Change(is_item=False, slug=entry.slug, name=name, becomes=_become(details), details=details)


def _item_change(entry: ItemEntry, stock: _Stock) -> Change:
    row, name = stock.items.get(entry.slug), (entry.content.name_ja, entry.content.name_en)
    if row is None:
        return Change(is_item=True, slug=entry.slug, name=name, becomes=Becomes.ADDED)
    details = [*differences(content_of(row.latest), entry.content)]
    if row.category.slug != entry.category:
        details.append(Difference(_("Category"), row.category.slug, entry.category))
    numbers = stock.chosen.get(row.item.id, ()) if row.item.is_restricted else None
    if (numbers is None) != (entry.only_for is None) or set(numbers or ()) != set(entry.only_for or ()):
        details.append(Difference(_("Available to"), _numbers(numbers), _numbers(entry.only_for)))
    return Change(is_item=True, slug=entry.slug, name=name, becomes=_become(details), details=tuple(details))


def _become(details: Sequence[Difference]) -> Becomes:
    return Becomes.CHANGED if details else Becomes.UNCHANGED


def _numbers(numbers: Sequence[str] | None) -> str:
    return _("All that may request") if numbers is None else ", ".join(sorted(numbers))


def _bring_category(
    session: Session, actor: Actor, service: Service, stock: _Stock, entry: CategoryEntry
) -> None:
    row = stock.categories.get(entry.slug)
    names = {"name_ja": entry.name_ja, "name_en": entry.name_en}
    if row is not None:
        edit_category(session, row, actor=actor, version=row.version, **names)
        return
    last = max((one.position for one in stock.categories.values()), default=0)
    stock.categories[entry.slug] = add_category(
        session, actor=actor, service=service, slug=entry.slug, position=last + 1, **names
    )


def _bring_item(session: Session, actor: Actor, stock: _Stock, entry: ItemEntry) -> CatalogItem:
    row, category = stock.items.get(entry.slug), stock.categories[entry.category]
    if row is None:
        item = add_item(
            session,
            actor=actor,
            category=category,
            slug=entry.slug,
            position=len(stock.items) + 1,
            content=entry.content,
        )
    else:
        item = row.item
        place_item(session, item, actor=actor, slug=entry.slug, category=category)
        if content_of(row.latest) != entry.content:
            save_draft(session, item, actor=actor, content=entry.content)
    numbers = None if entry.only_for is None else [stock.numbers[number] for number in entry.only_for]
    if numbers is not None or item.is_restricted:
        set_numbers(session, item, actor=actor, numbers=numbers)
    return item


def _bring_order(session: Session, actor: Actor, service: Service, content: CatalogFile) -> None:
    categories = {row.slug: row for row in editing.categories_of(session, service)}
    slugs = _order(list(categories), [entry.slug for entry in content.categories])
    set_order(session, service, actor=actor, rows=[categories[slug] for slug in slugs])
    items = {row.item.slug: row.item for row in editing.rows_of(session, actor, service)}
    slugs = _order(list(items), [entry.slug for entry in content.items])
    set_order(session, service, actor=actor, rows=[items[slug] for slug in slugs])


def _new(known: Iterable[str], entries: Sequence[CategoryEntry] | Sequence[ItemEntry]) -> Sequence[str]:
    have = set(known)
    return [entry.slug for entry in entries if entry.slug not in have]


def _order(now: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
    """The order now with the named ones among themselves as wanted; what is new comes after them at the end."""
    have, named = set(now), set(wanted)
    turn = iter([slug for slug in wanted if slug in have])
    kept = [next(turn) if slug in named else slug for slug in now]
    return [*kept, *(slug for slug in wanted if slug not in have)]
