"""The people whom the desk knows: the reach of an agent, the rows of the list, one person of them (D11, ROLE-05).

An agent reaches the users who are linked to a number of one of the own services; system administrators reach
everybody, agents as well. Who is out of reach does not exist, and neither do their numbers of other services.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import tries
from app.accounts.models import (
    Authenticator,
    AuthSession,
    DeskRole,
    Passkey,
    Realm,
    User,
    UserNumber,
    shown_name,
)
from app.authz import Actor, ActorKind, NotFound, Permission
from app.contracts.models import ContractHolder, CustomerNumber
from app.i18n import N_
from app.lists.columns import Column
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
LONGEST_SEARCH = 200


def _last_sign_in() -> ScalarSelect[datetime]:
    return select(func.max(AuthSession.created_at)).where(AuthSession.user_id == User.id).scalar_subquery()


COLUMNS = (
    Column("name", N_("Name"), (User.family_name, User.given_name)),
    Column("user-id", N_("User ID"), (User.login_key,)),
    Column("holder", N_("Contract holder"), (ContractHolder.name,)),
    Column("mail", N_("E-mail"), (User.mail,)),
    Column("numbers", N_("Customer number")),
    Column("state", N_("Status")),
    Column("mfa", N_("MFA")),
    Column("last", N_("Last sign-in"), (_last_sign_in(),)),
)
AGENT_COLUMNS = tuple(
    Column("role", N_("Role"), (User.desk_role,)) if column.key == "holder" else column
    for column in COLUMNS
    if column.key != "numbers"
)
FIRST_ORDER = "name"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What the list shows of one person; plain values, since lists hold no more than they show."""

    id: int
    name: str
    login_id: str
    mail: str
    holder: str
    role: DeskRole | None
    numbers: tuple[str, ...]
    is_frozen: bool
    is_disabled: bool
    is_locked: bool
    has_password: bool
    asks_code: bool
    has_app: bool
    has_passkey: bool
    last_sign_in: datetime | None

    @property
    def state(self) -> str:
        """The weightiest fact about whether they can sign in, as a code."""
        facts = (
            ("frozen", self.is_frozen),
            ("disabled", self.is_disabled),
            ("locked", self.is_locked),
            ("new", not self.has_password),
        )
        return next((code for code, holds in facts if holds), "active")

    @property
    def mfa(self) -> str:
        """The second proof they have, as a code: the strongest, since that is what a thief would need."""
        return mfa_kind(
            asks_code=self.asks_code,
            is_agent=self.role is not None,
            has_app=self.has_app,
            has_passkey=self.has_passkey,
        )


def mfa_kind(*, asks_code: bool, is_agent: bool, has_app: bool, has_passkey: bool) -> str:
    """The kind of second proof: ``passkey``, ``app``, ``mail``, ``none``, or ``due`` of an agent who has none yet."""
    if not asks_code:
        return "none"
    if has_passkey:
        return "passkey"
    if has_app:
        return "app"
    return "due" if is_agent else "mail"


def customers_within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the customers' users of ``actor`` (ROLE-05)."""
    is_customer = User.realm == Realm.CUSTOMER
    if actor.is_system or actor.may(Permission.USER_MANAGE):
        return is_customer
    if actor.kind is not ActorKind.AGENT:
        return false()
    linked = (
        select(UserNumber.user_id)
        .join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
        .where(CustomerNumber.service_id.in_(sorted(actor.services)))
    )
    return and_(is_customer, User.id.in_(linked))


def agents_within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the agents whom ``actor`` manages: all of them for system administrators."""
    manages = actor.is_system or actor.may(Permission.USER_MANAGE)
    return User.realm == Realm.AGENT if manages else false()


def get_for(session: Session, actor: Actor, user_id: int) -> User:
    """One person within reach.

    :raises NotFound: if there is none; absent and foreign look the same (SEC-26).
    """
    reach = or_(customers_within_reach(actor), agents_within_reach(actor))
    found = session.scalar(select(User).where(User.id == user_id, reach))
    if found is None:
        raise NotFound
    return found


def people_page(
    session: Session,
    actor: Actor,
    *,
    realm: Realm,
    search: str,
    sort: Sort,
    wanted: int,
    url: Callable[[int], str],
) -> Page[PersonRow]:
    """One page of the people of a realm within reach who match ``search``, 20 rows each."""
    reach = customers_within_reach(actor) if realm is Realm.CUSTOMER else agents_within_reach(actor)
    conditions = (reach, *([matches(actor, search)] if search else []))
    total = session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=total,
        rows=lambda limit, offset: _rows(session, actor, conditions, sort, limit, offset),
        url=url,
    )


def matches(actor: Actor, search: str) -> ColumnElement[bool]:
    """The condition that name, user ID, address, company or a number within reach of a person holds ``search``."""
    text = unicodedata.normalize("NFKC", search).strip()
    name = "".join(text.split())
    numbered = (
        select(UserNumber.user_id)
        .join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
        .where(_number_within_reach(actor), CustomerNumber.number.icontains(text, autoescape=True))
    )
    return or_(
        (User.family_name + User.given_name).icontains(name, autoescape=True),
        (User.given_name + User.family_name).icontains(name, autoescape=True),
        User.login_key.contains(text.casefold(), autoescape=True),
        User.mail.icontains(text, autoescape=True),
        User.holder_id.in_(
            select(ContractHolder.id).where(ContractHolder.name.icontains(text, autoescape=True))
        ),
        User.id.in_(numbered),
    )


def numbers_within_reach(
    session: Session, actor: Actor, user_ids: Sequence[int]
) -> dict[int, list[CustomerNumber]]:
    """The customer numbers of some people that ``actor`` reaches, in order, by person."""
    rows = session.execute(
        select(UserNumber.user_id, CustomerNumber)
        .join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
        .where(UserNumber.user_id.in_(user_ids), _number_within_reach(actor))
        .order_by(CustomerNumber.number)
    )
    found: dict[int, list[CustomerNumber]] = {}
    for user_id, number in rows:
        found.setdefault(user_id, []).append(number)
    return found


def has_app() -> ColumnElement[bool]:
    """The condition that a user has paired an authenticator app."""
    return exists().where(Authenticator.user_id == User.id)


def has_passkey() -> ColumnElement[bool]:
    """The condition that a user has a passkey or security key."""
    return exists().where(Passkey.user_id == User.id)


def _number_within_reach(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return CustomerNumber.id.is_not(None)
    return CustomerNumber.service_id.in_(sorted(actor.services))


def _rows(
    session: Session,
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    sort: Sort,
    limit: int,
    offset: int,
) -> Sequence[PersonRow]:
    statement = (
        select(
            User,
            ContractHolder.name,
            tries.locks_user(clock.now()),
            has_app(),
            has_passkey(),
            _last_sign_in(),
        )
        .outerjoin(ContractHolder, ContractHolder.id == User.holder_id)
        .where(*conditions)
    )
    rows = session.execute(sort.apply(statement, User.id).limit(limit).offset(offset)).all()
    numbers = numbers_within_reach(session, actor, [row[0].id for row in rows])
    return [_row(row, tuple(number.number for number in numbers.get(row[0].id, ()))) for row in rows]


def _row(row: Row[*tuple[Any, ...]], numbers: tuple[str, ...]) -> PersonRow:
    user, holder, locked, app, passkey, last = row
    return PersonRow(
        id=user.id,
        name=shown_name(user.family_name, user.given_name),
        login_id=user.login_id,
        mail=user.mail,
        holder=holder or "",
        role=user.desk_role,
        numbers=numbers,
        is_frozen=user.frozen_at is not None,
        is_disabled=user.disabled_at is not None,
        is_locked=bool(locked),
        has_password=user.password_hash is not None,
        asks_code=user.needs_code,
        has_app=bool(app),
        has_passkey=bool(passkey),
        last_sign_in=last,
    )
