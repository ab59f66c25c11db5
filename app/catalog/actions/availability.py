"""For whom an item is there: all customer numbers that may request, or chosen ones (D13). It holds at once."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import events, policy
from app.catalog.actions.items import refuse_stale
from app.catalog.models import CatalogItem, CatalogItemNumber
from app.contracts.models import CustomerNumber
from app.journal import record


class NumberOfOtherService(Exception):
    """An item is there for numbers of its own service only."""


def set_restricted(
    session: Session, item: CatalogItem, *, actor: Actor, is_restricted: bool, version: int | None = None
) -> None:
    """Restrict an item to the chosen numbers, or open it to all that may request; the choice is kept meanwhile.

    :raises StaleItem: if somebody changed the item since the form was made (REL-05).
    """
    authorize(policy.can_manage_catalog(actor))
    refuse_stale(item, version)
    if is_restricted == item.is_restricted:
        return
    item.is_restricted = is_restricted
    record(session, actor=actor, subject=item, happened=events.CatalogItemNumbersSet(is_restricted, (), ()))


def add_number(session: Session, item: CatalogItem, *, actor: Actor, number: CustomerNumber) -> bool:
    """Choose a customer number for an item; ``False`` if it was chosen already.

    :raises NumberOfOtherService: if it belongs to another service.
    """
    authorize(policy.can_manage_catalog(actor))
    if number.service_id != item.service_id:
        raise NumberOfOtherService
    if session.get(CatalogItemNumber, (item.id, number.id)) is not None:
        return False
    session.add(CatalogItemNumber(item_id=item.id, customer_number_id=number.id))
    happened = events.CatalogItemNumbersSet(item.is_restricted, (number.number,), ())
    record(session, actor=actor, subject=item, happened=happened)
    return True


def remove_number(session: Session, item: CatalogItem, *, actor: Actor, number: CustomerNumber) -> bool:
    """Take a customer number out of the choice; ``False`` if it was not in it."""
    authorize(policy.can_manage_catalog(actor))
    row = session.get(CatalogItemNumber, (item.id, number.id))
    if row is None:
        return False
    session.delete(row)
    happened = events.CatalogItemNumbersSet(item.is_restricted, (), (number.number,))
    record(session, actor=actor, subject=item, happened=happened)
    return True


def set_numbers(
    session: Session, item: CatalogItem, *, actor: Actor, numbers: Collection[CustomerNumber] | None
) -> bool:
    """Choose exactly these numbers, or with ``None`` open the item to all; ``False`` if it is so already.

    :raises NumberOfOtherService: if one belongs to another service.
    """
    authorize(policy.can_manage_catalog(actor))
    if any(number.service_id != item.service_id for number in numbers or ()):
        raise NumberOfOtherService
    wanted = {number.id: number for number in numbers or ()}
    rows = session.scalars(select(CatalogItemNumber).where(CatalogItemNumber.item_id == item.id)).all()
    removed = [row for row in rows if row.customer_number_id not in wanted] if numbers is not None else []
    known = {row.customer_number_id for row in rows}
    added = [number for key, number in wanted.items() if key not in known]
    is_restricted = numbers is not None
    if not (added or removed) and item.is_restricted == is_restricted:
        return False
    gone = session.scalars(
        select(CustomerNumber.number)
        .where(CustomerNumber.id.in_([row.customer_number_id for row in removed]))
        .order_by(CustomerNumber.number)
    ).all()
    for row in removed:
        session.delete(row)
    session.add_all(CatalogItemNumber(item_id=item.id, customer_number_id=number.id) for number in added)
    item.is_restricted = is_restricted
    told = events.CatalogItemNumbersSet(is_restricted, tuple(number.number for number in added), tuple(gone))
    record(session, actor=actor, subject=item, happened=told)
    return True
