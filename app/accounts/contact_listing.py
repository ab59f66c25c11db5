"""The contact list: its columns, and its rows from the administrator's scope (CONTACT-01)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import phones, tries
from app.accounts.models import User, shown_name
from app.accounts.queries import contacts_visible_to
from app.authz import Actor
from app.contracts.models import ContractHolder
from app.i18n import N_, stamp
from app.lists.columns import Column
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
FIRST_ORDER = "name"


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What the list shows of one contact."""

    user_id: int
    name: str
    holder: str
    mail: str
    phone: str
    is_locked_out: bool
    updated_at: datetime

    def text_of(self, column: str) -> str:
        """The text of a column of words."""
        return stamp(self.updated_at) if column == "updated" else str(getattr(self, column))


def contact_columns() -> Sequence[Column]:
    """The columns in the order of CONTACT-01; the locks are those of this moment."""
    return (
        Column("name", N_("Name"), (User.family_name, User.given_name)),
        Column("holder", N_("Contract holder"), (ContractHolder.name,)),
        Column("mail", N_("E-mail"), (User.mail,)),
        Column("phone", N_("Business phone"), (User.business_phone,)),
        Column("locked-out", N_("Locked out"), (_is_locked_out(),)),
        Column("updated", N_("Updated"), (User.updated_at,)),
    )


def contact_page(
    session: Session, actor: Actor, *, sort: Sort, wanted: int, url: Callable[[int], str]
) -> Page[ContactRow]:
    """One page of the users of the own contract holder, 20 rows each like the case list."""
    scope = contacts_visible_to(actor)
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=session.scalar(select(func.count()).select_from(scope.subquery())) or 0,
        rows=lambda limit, offset: _rows(session, actor, sort, limit, offset),
        url=url,
    )


def _rows(session: Session, actor: Actor, sort: Sort, limit: int, offset: int) -> Sequence[ContactRow]:
    statement = (
        contacts_visible_to(actor)
        .join(ContractHolder, ContractHolder.id == User.holder_id)
        .with_only_columns(
            User.id,
            User.family_name,
            User.given_name,
            ContractHolder.name,
            User.mail,
            User.business_phone,
            _is_locked_out(),
            User.updated_at,
        )
    )
    found = session.execute(sort.apply(statement, User.id).limit(limit).offset(offset))
    return [_row(row) for row in found]


def _row(row: Row[*tuple[Any, ...]]) -> ContactRow:
    user_id, family, given, holder, mail, phone, is_locked_out, updated = row
    return ContactRow(
        user_id=user_id,
        name=shown_name(family, given),
        holder=holder,
        mail=mail,
        phone=phones.shown(phone),
        is_locked_out=bool(is_locked_out),
        updated_at=updated,
    )


def _is_locked_out() -> ColumnElement[bool]:
    """Whatever keeps somebody out counts, as one word to the outside (CONTACT-09, Q36)."""
    return or_(User.disabled_at.is_not(None), User.frozen_at.is_not(None), tries.locks_user(clock.now()))
