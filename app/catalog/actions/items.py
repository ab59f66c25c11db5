"""What system administrators do with the catalogue: categories, items, drafts and versions (D13)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, policy
from app.catalog.content import PARTS, Content
from app.catalog.drafts import draft_of
from app.catalog.models import CatalogCategory, CatalogItem, CatalogItemNumber, CatalogItemVersion, ItemState
from app.contracts.models import Service
from app.journal import record

__all__ = [
    "Content",
    "NothingToPublish",
    "SlugFixed",
    "SlugTaken",
    "StaleItem",
    "add_category",
    "add_item",
    "discard_draft",
    "offer_again",
    "place_item",
    "publish",
    "refuse_stale",
    "save_draft",
    "withdraw",
]


class NothingToPublish(Exception):
    """The item has no draft."""


class StaleItem(Exception):
    """Somebody changed the item since the form was made."""


class SlugTaken(Exception):
    """The service has something of that place in addresses already."""


class SlugFixed(Exception):
    """The place of an item in addresses stays once the item was published."""


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
    """Add a group of items to the catalogue of a service.

    :raises SlugTaken: if the service has a category of that place.
    """
    authorize(policy.can_manage_catalog(actor))
    known = select(CatalogCategory.id).where(
        CatalogCategory.service_id == service.id, CatalogCategory.slug == slug
    )
    if session.scalar(known.order_by(CatalogCategory.id)) is not None:
        raise SlugTaken
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
    """Add an item as a draft; customers see it once it is published.

    :raises SlugTaken: if the service has an item of that place.
    """
    authorize(policy.can_manage_catalog(actor))
    _refuse_second(session, category.service_id, slug)
    item = CatalogItem(service_id=category.service_id, category_id=category.id, slug=slug, position=position)
    session.add(item)
    session.flush()
    record(session, actor=actor, subject=item, happened=events.CatalogItemAdded(slug))
    save_draft(session, item, actor=actor, content=content)
    return item


def save_draft(
    session: Session, item: CatalogItem, *, actor: Actor, content: Content, version: int | None = None
) -> CatalogItemVersion:
    """Write down what the next version of an item shall be; published versions stay as they are.

    :param version: the version of the item's row that a form was made from.
    :raises StaleItem: if somebody changed the item since then (REL-05).
    """
    authorize(policy.can_manage_catalog(actor))
    refuse_stale(item, version)
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
    # The row of the item counts as changed, so that a form made before this is out of date.
    flag_modified(item, "slug")
    session.flush()
    record(session, actor=actor, subject=item, happened=events.CatalogItemDrafted(draft.number))
    return draft


def place_item(
    session: Session, item: CatalogItem, *, actor: Actor, slug: str, category: CatalogCategory
) -> None:
    """Give an item its place in addresses and its category; both hold at once.

    :raises SlugFixed: if the item was published and its place would change, since addresses and mails name it.
    :raises SlugTaken: if another item of the service has that place.
    """
    authorize(policy.can_manage_catalog(actor) and category.service_id == item.service_id)
    if (slug, category.id) == (item.slug, item.category_id):
        return
    if slug != item.slug:
        if item.current_id is not None:
            raise SlugFixed
        _refuse_second(session, item.service_id, slug)
    item.slug, item.category_id = slug, category.id
    record(session, actor=actor, subject=item, happened=events.CatalogItemPlaced(slug, category.slug))


def refuse_stale(item: CatalogItem, version: int | None) -> None:
    """Refuse what was made from an earlier state of the item.

    :raises StaleItem: if ``version`` is another one than the row's; ``None`` is whoever read the row just now.
    """
    if version is not None and version != item.version:
        raise StaleItem


def _refuse_second(session: Session, service_id: int, slug: str) -> None:
    known = select(CatalogItem.id).where(CatalogItem.service_id == service_id, CatalogItem.slug == slug)
    if session.scalar(known.order_by(CatalogItem.id)) is not None:
        raise SlugTaken


def publish(
    session: Session, item: CatalogItem, *, actor: Actor, version: int | None = None
) -> CatalogItemVersion:
    """Make the draft what customers see; requests made before keep the version they were made with.

    :param version: the version of the item's row whose differences were confirmed.
    :raises NothingToPublish: without a draft.
    :raises StaleItem: if somebody changed the item since then (REL-05).
    """
    authorize(policy.can_manage_catalog(actor))
    refuse_stale(item, version)
    draft = draft_of(session, item)
    if draft is None:
        raise NothingToPublish
    draft.published_at, draft.published_by_id = clock.now(), actor.user_id
    session.flush()
    item.current_id, item.state = draft.id, ItemState.PUBLISHED
    record(session, actor=actor, subject=item, happened=events.CatalogItemPublished(draft.number))
    return draft


def withdraw(session: Session, item: CatalogItem, *, actor: Actor) -> bool:
    """Take an item out of the catalogue; its requests stay and can still be decided. ``False`` if it is not in it."""
    authorize(policy.can_manage_catalog(actor))
    if item.state is not ItemState.PUBLISHED:
        return False
    item.state = ItemState.WITHDRAWN
    record(session, actor=actor, subject=item, happened=events.CatalogItemWithdrawn())
    return True


def offer_again(session: Session, item: CatalogItem, *, actor: Actor) -> bool:
    """Put an item that was withdrawn back, as customers saw it last. ``False`` if it was not withdrawn."""
    authorize(policy.can_manage_catalog(actor))
    if item.state is not ItemState.WITHDRAWN:
        return False
    item.state = ItemState.PUBLISHED
    record(session, actor=actor, subject=item, happened=events.CatalogItemOffered())
    return True


def discard_draft(session: Session, item: CatalogItem, *, actor: Actor) -> bool:
    """Throw the draft of an item away; one that was never published goes with it. ``False`` without a draft."""
    authorize(policy.can_manage_catalog(actor))
    draft = draft_of(session, item)
    if draft is None:
        return False
    told = events.CatalogDraftDiscarded(draft.number)
    session.delete(draft)
    session.flush()
    if item.current_id is not None:
        flag_modified(item, "slug")
        record(session, actor=actor, subject=item, happened=told)
        return True
    for row in session.scalars(select(CatalogItemNumber).where(CatalogItemNumber.item_id == item.id)):
        session.delete(row)
    session.delete(item)
    record(session, actor=actor, subject=item, happened=events.CatalogItemRemoved(item.slug))
    return True
