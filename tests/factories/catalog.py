"""Items of the catalogue, periods of points and requests, made through the actions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import system_actor
from app.catalog import queries
from app.catalog.actions.granting import open_period
from app.catalog.actions.items import Content, add_category, add_item, publish
from app.catalog.actions.submitting import submit_request
from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition
from app.catalog.models import CatalogCategory, CatalogItem, PointPeriod, WorkRequest
from app.contracts.models import CustomerNumber, Service
from tests import cast

MAKER = system_actor("tests")
DETAILS = FieldDefinition(
    key="details", kind=FieldKind.LONG_TEXT, label_ja="依頼内容", label_en="Details", is_required=True
)


def category(session: Session, *, service: str = "cs", slug: str = "support") -> CatalogCategory:
    """The category of that name, made if it is not there."""
    row = session.scalars(select(Service).where(Service.slug == service)).one()
    known = select(CatalogCategory).where(CatalogCategory.service_id == row.id, CatalogCategory.slug == slug)
    return session.scalar(known) or add_category(
        session, actor=MAKER, service=row, slug=slug, name_ja="サポート", name_en="Support"
    )


def item(
    session: Session,
    *,
    service: str = "cs",
    slug: str = "policy",
    name: str = "1. CSPM 検知ポリシー変更",
    points: int = 0,
    position: int = 1,
    needs_approval: bool = False,
    fields: tuple[FieldDefinition, ...] = (DETAILS,),
    is_published: bool = True,
) -> CatalogItem:
    """An item with a form of one field, published unless the test says otherwise."""
    content = Content(
        name_ja=name,
        name_en="1. Change detection policy",
        points=points,
        needs_approval=needs_approval,
        form=FormDefinition(fields),
    )
    made = add_item(
        session,
        actor=MAKER,
        category=category(session, service=service),
        slug=slug,
        position=position,
        content=content,
    )
    if is_published:
        publish(session, made, actor=MAKER)
    return made


def period(
    session: Session,
    *,
    number: str = cast.CS_NUMBER,
    starts_on: date | None = None,
    ends_on: date | None = None,
    plan_points: int = 50,
    option_points: int = 5,
) -> PointPeriod:
    """A period of points, by itself the whole of this year."""
    year = clock.now().year
    row = session.scalars(select(CustomerNumber).where(CustomerNumber.number == number)).one()
    return open_period(
        session,
        actor=MAKER,
        number=row,
        starts_on=starts_on or date(year, 1, 1),
        ends_on=ends_on or date(year, 12, 31),
        plan_points=plan_points,
        option_points=option_points,
    )


def request(
    session: Session,
    of: CatalogItem,
    *,
    who: str = "hanako",
    number: str = cast.CS_NUMBER,
    answers: Mapping[str, Any] | None = None,
) -> WorkRequest:
    """A request of a member of the cast for an item."""
    row = session.scalars(select(CustomerNumber).where(CustomerNumber.number == number)).one()
    service = session.get_one(Service, row.service_id)
    actor = cast.actor_of(session, who, service.slug)
    found = queries.item_for(session, actor, service.id, of.slug)
    assert found is not None
    assert found.current is not None
    return submit_request(
        session,
        actor=actor,
        item=found,
        version=found.current,
        number=row,
        answers=answers or {"details": "ポリシーの変更をお願いします。"},
        uploads={},
    )
