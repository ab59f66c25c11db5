"""What the catalogue's editor meets: an item that waits to be published, one that was withdrawn, an empty category."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.items import Content, save_draft, withdraw
from app.catalog.content import content_of
from app.catalog.fields import Choice, Condition, FieldDefinition, FieldKind, FormDefinition
from app.catalog.models import CatalogItem, CatalogItemVersion
from app.contracts.models import Service
from tests.factories import catalog

WHAT = FieldDefinition(
    key="what",
    kind=FieldKind.CHOICE,
    label_ja="変更内容",
    label_en="Change",
    is_required=True,
    choices=(
        Choice(code="on", label_ja="有効", label_en="Switch on"),
        Choice(code="off", label_ja="無効", label_en="Switch off"),
    ),
)
WHY = FieldDefinition(
    key="why",
    kind=FieldKind.TEXT,
    label_ja="理由",
    label_en="Reason",
    help_ja="短くお書きください。",
    help_en="In a few words.",
    most=100,
    shown_if=Condition(field="what", codes=("off",)),
)


def service(session: Session, slug: str = "cs") -> Service:
    """The service of that slug."""
    return session.scalars(select(Service).where(Service.slug == slug)).one()


def item_called(session: Session, slug: str, *, of: str = "cs") -> CatalogItem:
    """The item of that slug, read anew."""
    chosen = select(CatalogItem).where(CatalogItem.slug == slug, CatalogItem.service.has(slug=of))
    return session.scalars(chosen.execution_options(populate_existing=True)).one()


def versions(session: Session, slug: str) -> list[CatalogItemVersion]:
    """The versions of an item, the first one first."""
    item = item_called(session, slug)
    chosen = select(CatalogItemVersion).where(CatalogItemVersion.item_id == item.id)
    return list(session.scalars(chosen.order_by(CatalogItemVersion.number)))


def latest(session: Session, slug: str) -> Content:
    """What was written of an item last."""
    return content_of(versions(session, slug)[-1])


def draft(
    session: Session, slug: str, *, points: int = 3, fields: tuple[FieldDefinition, ...] = (WHAT, WHY)
) -> None:
    """Write a new draft of an item."""
    content = Content(name_ja="新しい名前", name_en="New name", points=points, form=FormDefinition(fields))
    save_draft(session, item_called(session, slug), actor=catalog.MAKER, content=content)


def places(session: Session) -> dict[str, str]:
    """What the rows of the access matrix name."""
    catalog.category(session, slug="spare")
    waiting = catalog.item(session, slug="draft-item", is_published=False, position=20)
    withdraw(session, catalog.item(session, slug="gone-item", position=21), actor=catalog.MAKER)
    session.flush()
    return {"draft_version": str(waiting.version)}
