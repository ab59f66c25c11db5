"""The groups of items of a service, and the order of groups and items (D13)."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import events, policy
from app.catalog.actions.items import StaleItem
from app.catalog.models import CatalogCategory, CatalogItem
from app.contracts.models import Service
from app.journal import record

Row = TypeVar("Row", CatalogCategory, CatalogItem)


class NotEmpty(Exception):
    """The category has items."""


def edit_category(
    session: Session, category: CatalogCategory, *, actor: Actor, version: int, name_ja: str, name_en: str
) -> None:
    """Rename a category in both languages; customers see it at once.

    :raises StaleItem: if somebody changed it since the form was made (REL-05).
    """
    authorize(policy.can_manage_catalog(actor))
    if version != category.version:
        raise StaleItem
    if (name_ja, name_en) == (category.name_ja, category.name_en):
        return
    category.name_ja, category.name_en = name_ja, name_en
    happened = events.CatalogCategoryEdited(category.slug, name_ja, name_en)
    record(session, actor=actor, subject=category, happened=happened)


def remove_category(session: Session, category: CatalogCategory, *, actor: Actor) -> None:
    """Remove a category that no item belongs to.

    :raises NotEmpty: if one does, whatever its state.
    """
    authorize(policy.can_manage_catalog(actor))
    inside = select(CatalogItem.id).where(CatalogItem.category_id == category.id).limit(1)
    if session.scalar(inside) is not None:
        raise NotEmpty
    session.delete(category)
    record(session, actor=actor, subject=category, happened=events.CatalogCategoryRemoved(category.slug))


def move_category(
    session: Session, service: Service, category: CatalogCategory, *, actor: Actor, by: int
) -> None:
    """Put a category one place up (``by`` is -1) or down (1); at the end of the list nothing changes."""
    authorize(policy.can_manage_catalog(actor))
    rows = session.scalars(
        select(CatalogCategory)
        .where(CatalogCategory.service_id == service.id)
        .order_by(CatalogCategory.position, CatalogCategory.id)
        .with_for_update()
    ).all()
    set_order(session, service, actor=actor, rows=_moved(rows, category, by))


def move_item(session: Session, service: Service, item: CatalogItem, *, actor: Actor, by: int) -> None:
    """Put an item one place up (``by`` is -1) or down (1); at the end of the list nothing changes."""
    authorize(policy.can_manage_catalog(actor))
    rows = session.scalars(
        select(CatalogItem)
        .where(CatalogItem.service_id == service.id)
        .order_by(CatalogItem.position, CatalogItem.id)
        .with_for_update()
    ).all()
    set_order(session, service, actor=actor, rows=_moved(rows, item, by))


def set_order(
    session: Session,
    service: Service,
    *,
    actor: Actor,
    rows: Sequence[Row],
) -> None:
    """Number the categories or items of a service in this order; tells nothing where it is theirs already.

    The place in the order belongs to the service, not to what its forms were made from: nobody's form becomes out of
    date by it.
    """
    authorize(policy.can_manage_catalog(actor))
    places = {row.id: position for position, row in enumerate(rows, start=1)}
    changed = [row for row in rows if row.position != places[row.id]]
    if not changed:
        return
    is_order_same = [row.id for row in sorted(rows, key=lambda row: (row.position, row.id))] == list(places)
    for row in changed:
        session.execute(update(type(row)).where(type(row).id == row.id).values(position=places[row.id]))
    if not is_order_same:
        happened = events.CatalogOrdered(rows[0].subject_type, tuple(row.slug for row in rows))
        record(session, actor=actor, subject=service, happened=happened)


def _moved(rows: Sequence[Row], row: Row, by: int) -> list[Row]:
    ordered = list(rows)
    at = ordered.index(row)
    if 0 <= at + by < len(ordered):
        ordered.insert(at + by, ordered.pop(at))
    return ordered
