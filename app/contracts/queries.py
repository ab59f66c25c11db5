"""Every read of services, contract holders and customer numbers."""

import unicodedata
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.authz import Actor, ActorKind
from app.contracts.models import ContractHolder, CustomerNumber, PortalLink, Service


def service_by_slug(session: Session, slug: str) -> Service | None:
    """The service whose portal lives under ``/<slug>``."""
    return session.scalar(select(Service).where(Service.slug == slug))


def services(session: Session) -> Sequence[Service]:
    """All services, for the list that a visitor of ``/`` sees."""
    return session.scalars(select(Service).order_by(Service.id)).all()


def services_of(session: Session, actor: Actor) -> Sequence[Service]:
    """The services ``actor`` works in or uses."""
    return session.scalars(select(Service).where(Service.id.in_(actor.services)).order_by(Service.id)).all()


def linked_portals(session: Session, service: Service) -> Sequence[Service]:
    """The services whose portals the home page of ``service`` links to, in order (HOME-04)."""
    chosen = select(Service).join(PortalLink, PortalLink.target_id == Service.id)
    return session.scalars(
        chosen.where(PortalLink.service_id == service.id).order_by(PortalLink.position, PortalLink.id)
    ).all()


def numbers_visible_to(actor: Actor) -> Select[CustomerNumber]:
    """The customer numbers within ``actor``'s reach: a customer's own, an agent's services' (SVC-04, ROLE-05)."""
    chosen = select(CustomerNumber)
    match actor.kind:
        case ActorKind.CUSTOMER:
            return chosen.where(CustomerNumber.id.in_(actor.numbers))
        case ActorKind.AGENT:
            return chosen.where(CustomerNumber.service_id.in_(actor.services))
        case ActorKind.SYSTEM:
            return chosen
    return chosen.where(false())


def numbers_of(session: Session, actor: Actor) -> Sequence[CustomerNumber]:
    """A customer's own numbers in the portal in use, with holder and service, in order of number."""
    return session.scalars(
        numbers_visible_to(actor)
        .options(joinedload(CustomerNumber.holder), joinedload(CustomerNumber.service))
        .order_by(CustomerNumber.number)
    ).all()


def number_for(session: Session, actor: Actor, number: str) -> CustomerNumber | None:
    """One customer number within reach, with holder and service, or ``None``."""
    return session.scalar(
        numbers_visible_to(actor)
        .join(CustomerNumber.holder)
        .join(CustomerNumber.service)
        .options(
            contains_eager(CustomerNumber.holder),
            contains_eager(CustomerNumber.service),
        )
        .where(CustomerNumber.number == number)
    )


def numbers_among(
    session: Session,
    actor: Actor,
    service_id: int | None,
    *,
    ids: Collection[int] = (),
    holders: Collection[int] = (),
    numbers: Collection[str] = (),
) -> Sequence[CustomerNumber]:
    """The numbers of a service within reach that have one of these ids, holders or spellings; the last one first.

    Each comes with its holder.
    """
    if not (service_id and (ids or holders or numbers)):
        return ()
    meant = or_(
        CustomerNumber.id.in_(sorted(ids)),
        CustomerNumber.holder_id.in_(sorted(holders)),
        CustomerNumber.number.in_(sorted(numbers)),
    )
    return session.scalars(
        numbers_visible_to(actor)
        .where(CustomerNumber.service_id == service_id, meant)
        .options(joinedload(CustomerNumber.holder))
        .order_by(CustomerNumber.number.desc())
    ).all()


def number_or_holder_holds(typed: str) -> ColumnElement[bool]:
    """The condition that a customer number, or the name of its holder, holds what was typed, in either width and case.

    The statement must join the holder.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    return or_(
        CustomerNumber.number.icontains(text, autoescape=True),
        ContractHolder.name.icontains(text, autoescape=True),
    )


def holder_by_name(session: Session, name: str) -> ContractHolder | None:
    """The contract holder of that exact name, for the CLI and the demo world."""
    return session.scalar(
        select(ContractHolder).where(ContractHolder.name == name).order_by(ContractHolder.id)
    )
