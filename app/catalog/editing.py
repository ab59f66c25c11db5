"""What the catalogue's editor reads: a service's items with their drafts, versions, and who may order them (D13)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import User
from app.authz import Actor, NotFound
from app.catalog.models import (
    CatalogCategory,
    CatalogItem,
    CatalogItemNumber,
    CatalogItemVersion,
    ItemState,
    WorkRequest,
)
from app.catalog.queries import items_visible_to
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.contracts.queries import numbers_visible_to
from app.lists.paging import Page, load_page

# How many numbers a search shows, and how many chosen ones a page holds.
MOST_FOUND = 20


class Standing(StrEnum):
    """Where an item stands for the editor: its state, and whether changes wait to be published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item in the editor's list; ``latest`` is its draft, or else what customers see."""

    item: CatalogItem
    category: CatalogCategory
    latest: CatalogItemVersion
    requests: int

    @property
    def has_draft(self) -> bool:
        """Tell whether something waits to be published."""
        return self.latest.published_at is None

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        if self.item.state is ItemState.PUBLISHED and self.has_draft:
            return Standing.CHANGED
        return Standing(self.item.state.value)


def categories_of(session: Session, service: Service) -> Sequence[CatalogCategory]:
    """The categories of a service in their order."""
    chosen = select(CatalogCategory).where(CatalogCategory.service_id == service.id)
    return session.scalars(chosen.order_by(CatalogCategory.position, CatalogCategory.id)).all()


def category_for(session: Session, service: Service, slug: str) -> CatalogCategory:
    """One category.

    :raises NotFound: if the service has none of that slug.
    """
    found = session.scalar(
        select(CatalogCategory).where(CatalogCategory.service_id == service.id, CatalogCategory.slug == slug)
    )
    if found is None:
        raise NotFound
    return found


def rows_of(session: Session, actor: Actor, service: Service) -> Sequence[ItemRow]:
    """All items of a service in their order, with what was written of each last, and how often it was requested."""
    items = session.scalars(
        items_visible_to(actor)
        .where(CatalogItem.service_id == service.id)
        .options(joinedload(CatalogItem.category), joinedload(CatalogItem.current))
        .order_by(CatalogItem.position, CatalogItem.id)
    ).all()
    latest = _latest(session, select(CatalogItem.id).where(CatalogItem.service_id == service.id))
    counted = session.execute(
        select(WorkRequest.item_id, func.count())
        .where(WorkRequest.service_id == service.id)
        .group_by(WorkRequest.item_id)
    )
    requests: Mapping[int, int] = {row[0]: row[1] for row in counted}
    return [
        ItemRow(item=item, category=item.category, latest=latest[item.id], requests=requests.get(item.id, 0))
        for item in items
        if item.id in latest
    ]


def _latest(session: Session, items: Select[int]) -> Mapping[int, CatalogItemVersion]:
    """Of each item its draft or, without one, the version that customers see or saw last."""
    newest = (
        select(CatalogItemVersion.item_id, func.max(CatalogItemVersion.number).label("number"))
        .where(CatalogItemVersion.item_id.in_(items))
        .group_by(CatalogItemVersion.item_id)
        .subquery()
    )
    rows = session.scalars(
        select(CatalogItemVersion).join(
            newest,
            (newest.c.item_id == CatalogItemVersion.item_id) & (newest.c.number == CatalogItemVersion.number),
        )
    )
    return {row.item_id: row for row in rows}


def item_in_editor(session: Session, actor: Actor, service: Service, slug: str) -> ItemRow:
    """One item with its category, current version and what was written last.

    :raises NotFound: if the service has none of that slug within reach.
    """
    item = session.scalar(
        items_visible_to(actor)
        .where(CatalogItem.service_id == service.id, CatalogItem.slug == slug)
        .options(joinedload(CatalogItem.category), joinedload(CatalogItem.current))
    )
    if item is None:
        raise NotFound
    latest = _latest(session, select(CatalogItem.id).where(CatalogItem.id == item.id))[item.id]
    requests = session.scalar(
        select(func.count()).select_from(WorkRequest).where(WorkRequest.item_id == item.id)
    )
    return ItemRow(item=item, category=item.category, latest=latest, requests=requests or 0)


def versions_of(session: Session, item: CatalogItem) -> Sequence[tuple[CatalogItemVersion, User | None]]:
    """All versions of an item, the newest first, each with who published it."""
    rows = session.execute(
        select(CatalogItemVersion, User)
        .outerjoin(User, User.id == CatalogItemVersion.published_by_id)
        .where(CatalogItemVersion.item_id == item.id)
        .order_by(CatalogItemVersion.number.desc())
    )
    return [(version, user) for version, user in rows]


def chosen_numbers(
    session: Session, item: CatalogItem, *, wanted: int, url: Callable[[int], str]
) -> Page[CustomerNumber]:
    """One page of the customer numbers that are chosen for an item, in order, with their holders."""
    chosen = (
        select(CustomerNumber)
        .join(CatalogItemNumber, CatalogItemNumber.customer_number_id == CustomerNumber.id)
        .where(CatalogItemNumber.item_id == item.id)
    )
    ordered = chosen.options(joinedload(CustomerNumber.holder)).order_by(CustomerNumber.number)
    return load_page(
        wanted=wanted,
        size=MOST_FOUND,
        total=session.scalar(select(func.count()).select_from(chosen.subquery())) or 0,
        rows=lambda limit, offset: session.scalars(ordered.limit(limit).offset(offset)).all(),
        url=url,
    )


def found_numbers(
    session: Session, actor: Actor, item: CatalogItem, words: str
) -> Sequence[tuple[CustomerNumber, bool]]:
    """The first customer numbers whose number or holder holds the words, each with whether it is chosen."""
    is_chosen = (
        select(CatalogItemNumber.item_id)
        .where(
            CatalogItemNumber.item_id == item.id, CatalogItemNumber.customer_number_id == CustomerNumber.id
        )
        .exists()
    )
    chosen = (
        numbers_visible_to(actor)
        .add_columns(is_chosen)
        .join(CustomerNumber.holder)
        .options(contains_eager(CustomerNumber.holder))
        .where(CustomerNumber.service_id == item.service_id)
    )
    for word in words.split()[:5]:
        matches = (
            column.icontains(word, autoescape=True) for column in (CustomerNumber.number, ContractHolder.name)
        )
        chosen = chosen.where(or_(*matches))
    rows = session.execute(chosen.order_by(CustomerNumber.number).limit(MOST_FOUND)).all()
    return [(row[0], bool(row[1])) for row in rows]


def number_in_service(session: Session, actor: Actor, service_id: int, number: str) -> CustomerNumber:
    """A customer number of a service.

    :raises NotFound: if there is none within reach.
    """
    found = session.scalar(
        numbers_visible_to(actor).where(
            CustomerNumber.number == number, CustomerNumber.service_id == service_id
        )
    )
    if found is None:
        raise NotFound
    return found
