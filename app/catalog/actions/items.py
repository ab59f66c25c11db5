"""What system administrators do with the catalogue: categories, items, drafts and versions (D13)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, policy
from app.catalog.content import PARTS, Content
from app.catalog.drafts import draft_of
from app.catalog.models import CatalogCategory, CatalogItem, CatalogItemVersion, ItemState
from app.contracts.models import Service
from app.journal import record

__all__ = ["Content", "NothingToPublish", "add_category", "add_item", "publish", "save_draft", "withdraw"]


class NothingToPublish(Exception):
    """The item has no draft."""


def add_category(
    session: Session,
    *,
    actor: Actor,
    service: Service,
    slug: str,
    name_ja: str,
    name_en: str,
    position: int = 0,
) -> CatalogCategory:
    """Add a group of items to the catalogue of a service."""
    authorize(policy.can_manage_catalog(actor))
    category = CatalogCategory(
        service_id=service.id, slug=slug, name_ja=name_ja, name_en=name_en, position=position
    )
    session.add(category)
    session.flush()
    record(session, actor=actor, subject=service, happened=events.CatalogCategoryAdded(slug))
    return category


def add_item(
    session: Session, *, actor: Actor, category: CatalogCategory, slug: str, position: int, content: Content
) -> CatalogItem:
    """Add an item as a draft; customers see it once it is published."""
    authorize(policy.can_manage_catalog(actor))
    item = CatalogItem(service_id=category.service_id, category_id=category.id, slug=slug, position=position)
    session.add(item)
    session.flush()
    record(session, actor=actor, subject=item, happened=events.CatalogItemAdded(slug))
    save_draft(session, item, actor=actor, content=content)
    return item


def save_draft(session: Session, item: CatalogItem, *, actor: Actor, content: Content) -> CatalogItemVersion:
    """Write down what the next version of an item shall be; published versions stay as they are."""
    authorize(policy.can_manage_catalog(actor))
    draft = draft_of(session, item)
    if draft is None:
        last = session.scalar(
            select(func.max(CatalogItemVersion.number)).where(CatalogItemVersion.item_id == item.id)
        )
        draft = CatalogItemVersion(item_id=item.id, number=(last or 0) + 1)
        session.add(draft)
    for name in PARTS:
        setattr(draft, name, getattr(content, name))
    draft.form = content.form.to_data()
    session.flush()
    record(session, actor=actor, subject=item, happened=events.CatalogItemDrafted(draft.number))
    return draft


def publish(session: Session, item: CatalogItem, *, actor: Actor) -> CatalogItemVersion:
    """Make the draft what customers see; requests made before keep the version they were made with.

    :raises NothingToPublish: without a draft.
    """
    authorize(policy.can_manage_catalog(actor))
    draft = draft_of(session, item)
    if draft is None:
        raise NothingToPublish
    draft.published_at, draft.published_by_id = clock.now(), actor.user_id
    session.flush()
    item.current_id, item.state = draft.id, ItemState.PUBLISHED
    record(session, actor=actor, subject=item, happened=events.CatalogItemPublished(draft.number))
    return draft


def withdraw(session: Session, item: CatalogItem, *, actor: Actor) -> None:
    """Take an item out of the catalogue; its requests stay and can still be decided."""
    authorize(policy.can_manage_catalog(actor))
    item.state = ItemState.WITHDRAWN
    record(session, actor=actor, subject=item, happened=events.CatalogItemWithdrawn())
