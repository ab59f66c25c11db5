"""Every write to services, contract holders and customer numbers."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.contracts import policy
from app.contracts.events import (
    ContractHolderAdded,
    CustomerNumberAdded,
    LargestFileSet,
    PortalLinksSet,
    ServiceAdded,
)
from app.contracts.models import ContractHolder, CustomerNumber, PortalLink, Service
from app.journal import record

# These first path segments belong to the installation; a service of that name would have no portal.
RESERVED_SLUGS = frozenset(
    {
        "api",
        "apply",
        "chat",
        "console",
        "demo",
        "healthz",
        "intake",
        "metrics",
        "partner",
        "readyz",
        "static",
        "styleguide",
    }
)
SLUG = re.compile(r"[a-z][a-z0-9-]{1,15}")


class BadContractData(ValueError):
    """Contract data that breaks a rule; the text says which."""


def add_service(
    session: Session,
    *,
    actor: Actor,
    slug: str,
    name_ja: str,
    name_en: str,
    user_id_suffix: str,
    cautions_mail_change: bool = False,
    mails_new_contacts: bool = False,
) -> Service:
    """Add a service; its portal is there with the next request (SVC-01).

    :raises BadContractData: if the slug is taken by the installation or is no slug.
    """
    authorize(policy.can_manage(actor))
    if slug in RESERVED_SLUGS or not SLUG.fullmatch(slug):
        raise BadContractData(f"{slug!r} cannot be the address of a service.")
    service = Service(
        slug=slug,
        name_ja=name_ja,
        name_en=name_en,
        user_id_suffix=user_id_suffix,
        cautions_mail_change=cautions_mail_change,
        mails_new_contacts=mails_new_contacts,
    )
    session.add(service)
    record(session, actor=actor, subject=service, happened=ServiceAdded(slug))
    return service


def set_portal_links(session: Session, *, actor: Actor, service: Service, targets: Sequence[Service]) -> None:
    """Set the portals that the home page of ``service`` links to, in order (HOME-04)."""
    authorize(policy.can_manage(actor))
    for link in session.scalars(select(PortalLink).where(PortalLink.service_id == service.id)):
        session.delete(link)
    session.flush()
    for position, target in enumerate(targets):
        session.add(PortalLink(service_id=service.id, target_id=target.id, position=position))
    slugs = tuple(target.slug for target in targets)
    record(session, actor=actor, subject=service, happened=PortalLinksSet(slugs))


def set_largest_file(session: Session, *, actor: Actor, service: Service, largest: int | None) -> None:
    """Set how many bytes a file of the service's customers may have, or that only the installation says so (WR-05)."""
    authorize(policy.can_manage(actor))
    service.largest_file = largest
    record(session, actor=actor, subject=service, happened=LargestFileSet(largest))


def add_contract_holder(session: Session, *, actor: Actor, name: str) -> ContractHolder:
    """Add a customer company."""
    authorize(policy.can_manage(actor))
    holder = ContractHolder(name=name)
    session.add(holder)
    record(session, actor=actor, subject=holder, happened=ContractHolderAdded(name))
    return holder


def add_customer_number(
    session: Session,
    *,
    actor: Actor,
    number: str,
    holder: ContractHolder,
    service: Service,
    pattern: str,
) -> CustomerNumber:
    """Add a contract of ``holder`` for ``service`` under ``number``.

    :param pattern: the installation's pattern of customer numbers (SVC-07).
    :raises BadContractData: if the number does not match the pattern or is in use.
    """
    authorize(policy.can_manage(actor))
    if not re.fullmatch(pattern, number):
        raise BadContractData(f"{number!r} is not of the pattern {pattern}.")
    if session.scalar(select(CustomerNumber.id).where(CustomerNumber.number == number)):
        raise BadContractData(f"{number} is in use.")
    added = CustomerNumber(number=number, holder_id=holder.id, service_id=service.id)
    session.add(added)
    happened = CustomerNumberAdded(number, holder.name, service.slug)
    record(session, actor=actor, subject=added, happened=happened)
    return added
