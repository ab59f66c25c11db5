"""Every read of the catalogue, starting from the reach of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.authz import Actor, ActorKind
from app.catalog.models import (
    CatalogItem,
    CatalogItemNumber,
    CatalogItemVersion,
    CatalogSettings,
    ItemState,
    PointPeriod,
    RequestTerms,
    WorkRequest,
)
from app.contracts.models import ContractHolder, CustomerNumber, Service


def settings_of(session: Session, service_id: int) -> CatalogSettings:
    """How the catalogue of a service works; without a row, by contract and without points."""
    found = session.get(CatalogSettings, service_id)
    return found or CatalogSettings(service_id=service_id, is_by_contract=True, has_points=False)


def takes_requests() -> ColumnElement[bool]:
    """The condition on a customer number that work requests can be made for it (SVC-06)."""
    for_all = exists().where(
        CatalogSettings.service_id == CustomerNumber.service_id, CatalogSettings.is_by_contract.is_(False)
    )
    by_contract = exists().where(
        RequestTerms.customer_number_id == CustomerNumber.id, RequestTerms.includes_requests
    )
    return or_(for_all, by_contract)


def has_points() -> ColumnElement[bool]:
    """The condition on a customer number that points pay for its requests (SVC-06, PT-01)."""
    return exists().where(
        CatalogSettings.service_id == CustomerNumber.service_id, CatalogSettings.has_points
    ) & exists().where(RequestTerms.customer_number_id == CustomerNumber.id, RequestTerms.includes_points)


def offers(session: Session, actor: Actor) -> tuple[bool, bool]:
    """Whether any number of a customer takes requests, and whether any has points: what the portal shows (SVC-06)."""
    chosen = select(takes_requests(), has_points()).where(CustomerNumber.id.in_(actor.numbers))
    rows = session.execute(chosen).all()
    return any(row[0] for row in rows), any(row[1] for row in rows)


def items_visible_to(actor: Actor, *, state: ItemState = ItemState.PUBLISHED) -> Select[CatalogItem]:
    """The items within reach: for a customer what is published and open to one of the own numbers that may request.

    :param state: for a customer, in which state the items are instead.
    """
    chosen = select(CatalogItem)
    if actor.kind is ActorKind.SYSTEM:
        return chosen
    chosen = chosen.where(CatalogItem.service_id.in_(actor.services))
    if actor.kind is ActorKind.AGENT:
        return chosen
    own = select(CustomerNumber.id).where(CustomerNumber.id.in_(actor.numbers), takes_requests())
    is_listed = exists().where(
        CatalogItemNumber.item_id == CatalogItem.id, CatalogItemNumber.customer_number_id.in_(own)
    )
    any_own = own.where(CustomerNumber.service_id == CatalogItem.service_id).exists()
    return chosen.where(
        CatalogItem.state == state,
        any_own,
        or_(CatalogItem.is_restricted.is_(False), is_listed),
    )


def item_for(
    session: Session, actor: Actor, service_id: int, slug: str, *, state: ItemState = ItemState.PUBLISHED
) -> CatalogItem | None:
    """One item within reach, with its category and current version, or ``None``."""
    return session.scalar(
        items_visible_to(actor, state=state)
        .where(CatalogItem.service_id == service_id, CatalogItem.slug == slug)
        .options(joinedload(CatalogItem.category), joinedload(CatalogItem.current))
    )


def numbers_for(session: Session, actor: Actor, item: CatalogItem) -> Sequence[CustomerNumber]:
    """The customer's own numbers for which an item can be requested, with holder and service, in order of number."""
    chosen = (
        select(CustomerNumber)
        .where(
            CustomerNumber.id.in_(actor.numbers),
            CustomerNumber.service_id == item.service_id,
            takes_requests(),
        )
        .options(joinedload(CustomerNumber.holder), joinedload(CustomerNumber.service))
        .order_by(CustomerNumber.number)
    )
    if item.is_restricted:
        listed = select(CatalogItemNumber.customer_number_id).where(CatalogItemNumber.item_id == item.id)
        chosen = chosen.where(CustomerNumber.id.in_(listed))
    return session.scalars(chosen).all()


def is_open_to(session: Session, item: CatalogItem, number: CustomerNumber) -> bool:
    """Whether a published item can be requested for a customer number."""
    chosen = select(true()).where(
        CustomerNumber.id == number.id,
        CustomerNumber.service_id == item.service_id,
        takes_requests(),
        or_(
            select(CatalogItem.is_restricted).where(CatalogItem.id == item.id).scalar_subquery().is_(False),
            exists().where(
                CatalogItemNumber.item_id == item.id, CatalogItemNumber.customer_number_id == number.id
            ),
        ),
    )
    return bool(session.scalar(chosen)) and item.state is ItemState.PUBLISHED


def visible_to(actor: Actor) -> Select[WorkRequest]:
    """The requests within reach: a customer's own numbers', an agent's services' (SVC-04, ROLE-05)."""
    chosen = select(WorkRequest)
    match actor.kind:
        case ActorKind.CUSTOMER:
            return chosen.where(WorkRequest.customer_number_id.in_(actor.numbers))
        case ActorKind.AGENT:
            return chosen.where(WorkRequest.service_id.in_(actor.services))
        case ActorKind.SYSTEM:
            return chosen
    return chosen.where(false())


def request_for(session: Session, actor: Actor, number: str) -> WorkRequest | None:
    """One request within reach, with everything its page shows, or ``None``."""
    return session.scalar(
        visible_to(actor)
        .where(WorkRequest.number == number)
        .join(WorkRequest.customer_number)
        .options(
            contains_eager(WorkRequest.customer_number).joinedload(CustomerNumber.holder),
            contains_eager(WorkRequest.customer_number).joinedload(CustomerNumber.service),
            joinedload(WorkRequest.requester),
            joinedload(WorkRequest.decided_by),
            joinedload(WorkRequest.item_version),
            joinedload(WorkRequest.item),
        )
    )


@dataclass(frozen=True, slots=True)
class NamesForMail:
    """What a mail about a request calls things."""

    service: Service
    version: CatalogItemVersion
    customer_number: str
    holder: str


def names_for_mail(session: Session, request: WorkRequest) -> NamesForMail:
    """The service, the item's version, the customer number and the contract holder of a request."""
    found = session.execute(
        select(Service, CatalogItemVersion, CustomerNumber.number, ContractHolder.name)
        .select_from(CustomerNumber)
        .join(Service, Service.id == CustomerNumber.service_id)
        .join(ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
        .join(CatalogItemVersion, CatalogItemVersion.id == request.item_version_id)
        .where(CustomerNumber.id == request.customer_number_id)
        .order_by(CustomerNumber.id)
    ).one()
    return NamesForMail(*found)


def periods_visible_to(actor: Actor) -> Select[PointPeriod]:
    """The periods of points within reach, of the customer's own numbers or the agent's services (PT-01, PT-08)."""
    chosen = (
        select(PointPeriod)
        .join(PointPeriod.customer_number)
        .options(contains_eager(PointPeriod.customer_number))
    )
    match actor.kind:
        case ActorKind.CUSTOMER:
            return chosen.where(PointPeriod.customer_number_id.in_(actor.numbers))
        case ActorKind.AGENT:
            return chosen.where(CustomerNumber.service_id.in_(actor.services))
        case ActorKind.SYSTEM:
            return chosen
    return chosen.where(false())


def is_paid_with_points(session: Session, number: CustomerNumber) -> bool:
    """Whether points pay for the requests of a customer number (SVC-06)."""
    return bool(session.scalar(select(has_points()).where(CustomerNumber.id == number.id)))
