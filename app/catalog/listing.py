"""What the catalogue page of a portal shows: categories, cards, and the own requests below them (S14, WR-01, WR-11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.catalog.lifecycle import PENDING_STATES, RequestState
from app.catalog.models import CatalogCategory, CatalogItem, CatalogItemVersion, WorkRequest
from app.catalog.queries import items_visible_to, visible_to
from app.lists.paging import Page, load_page, page_number

# How many cards there are at first, and how many more each time (WR-02).
PORTION = 9
PAGE_SIZE = 20
# What is still undecided, or came to nothing; what was accepted is a case, and withdrawn ones their users know of.
LISTED_STATES = (*PENDING_STATES, RequestState.REJECTED, RequestState.REFUSED)


@dataclass(frozen=True, slots=True)
class Card:
    """One item of the catalogue."""

    slug: str
    name_ja: str
    name_en: str

    def name_in(self, language: str) -> str:
        """The item's name in one of the two languages."""
        return self.name_ja if language == "ja" else self.name_en


@dataclass(frozen=True, slots=True)
class Cards:
    """The first cards of a category, and how many it has in all."""

    rows: Sequence[Card]
    total: int

    @property
    def next_shown(self) -> int | None:
        """How many cards one portion more would show; nothing where all are shown."""
        return len(self.rows) + PORTION if len(self.rows) < self.total else None


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """One request of the own customer numbers; plain values, since lists hold no more than they show."""

    number: str
    item_ja: str
    item_en: str
    sent_at: datetime
    state: RequestState
    reason: str

    def item_in(self, language: str) -> str:
        """The item's name in one of the two languages."""
        return self.item_ja if language == "ja" else self.item_en


def categories_of(session: Session, actor: Actor, service_id: int) -> Sequence[CatalogCategory]:
    """The categories in which a customer has items, in their order."""
    within = items_visible_to(actor).with_only_columns(CatalogItem.category_id)
    return session.scalars(
        select(CatalogCategory)
        .where(CatalogCategory.service_id == service_id, CatalogCategory.id.in_(within))
        .order_by(CatalogCategory.position, CatalogCategory.id)
    ).all()


def shown_count(value: str) -> int:
    """Read ``?shown=``: whole portions, at least one; anything but a number is one portion."""
    portions = -(-page_number(value) // PORTION)
    return portions * PORTION


def cards_of(session: Session, actor: Actor, category: CatalogCategory, *, shown: int) -> Cards:
    """The first ``shown`` items of a category within reach, in order of number (WR-01, WR-02)."""
    within = items_visible_to(actor).where(CatalogItem.category_id == category.id)
    total = session.scalar(within.with_only_columns(func.count(CatalogItem.id))) or 0
    statement = (
        within.join(CatalogItemVersion, CatalogItemVersion.id == CatalogItem.current_id)
        .with_only_columns(CatalogItem.slug, CatalogItemVersion.name_ja, CatalogItemVersion.name_en)
        .order_by(CatalogItem.position, CatalogItem.id)
        .limit(shown)
    )
    return Cards([Card(*row) for row in session.execute(statement)], total)


def own_requests(
    session: Session, actor: Actor, *, wanted: int, url: Callable[[int], str]
) -> Page[OwnRequest]:
    """The requests of the own numbers that await a decision or came to nothing, newest first (WR-11)."""
    listed = visible_to(actor).where(WorkRequest.state.in_(LISTED_STATES))
    statement = (
        listed.join(CatalogItemVersion, CatalogItemVersion.id == WorkRequest.item_version_id)
        .with_only_columns(
            WorkRequest.number,
            CatalogItemVersion.name_ja,
            CatalogItemVersion.name_en,
            WorkRequest.created_at,
            WorkRequest.state,
            WorkRequest.reason,
        )
        .order_by(WorkRequest.created_at.desc(), WorkRequest.id.desc())
    )

    def rows(limit: int, offset: int) -> Sequence[OwnRequest]:
        return [OwnRequest(*row) for row in session.execute(statement.limit(limit).offset(offset))]

    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=session.scalar(listed.with_only_columns(func.count(WorkRequest.id))) or 0,
        rows=rows,
        url=url,
    )
