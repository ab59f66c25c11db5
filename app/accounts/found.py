"""Customers' users that the desk's search finds, by whatever the list of people is searched for (D11, ROLE-05)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.people import customers_within_reach, matches, numbers_within_reach
from app.authz import Actor
from app.contracts.models import ContractHolder

# One character stands in nearly every name and address.
LEAST_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One person with what tells them from others of the same name; ``numbers`` are those within the reader's reach."""

    id: int
    name: str
    login_id: str
    mail: str
    holder: str
    numbers: Sequence[str]
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """The first hits and the number of all of them."""

    hits: Sequence[FoundPerson] = ()
    total: int = 0


def by_words(session: Session, actor: Actor, typed: str, *, shown: int) -> FoundPeople:
    """The first ``shown`` people within reach whom the list of people would find as well, in order of name."""
    typed = typed.strip()
    if len(typed) < LEAST_CHARACTERS:
        return FoundPeople()
    conditions = (customers_within_reach(actor), matches(actor, typed))
    rows = session.execute(
        select(User, ContractHolder.name)
        .join(ContractHolder, ContractHolder.id == User.holder_id)
        .where(*conditions)
        .order_by(User.family_name, User.given_name, User.id)
        .limit(shown + 1)
    ).all()
    numbers = numbers_within_reach(session, actor, [user.id for user, _holder in rows]) if rows else {}
    hits = [
        FoundPerson(
            id=user.id,
            name=user.display_name,
            login_id=user.login_id,
            mail=user.mail,
            holder=holder,
            numbers=[each.number for each in numbers.get(user.id, ())],
            is_enabled=user.is_enabled,
        )
        for user, holder in rows[:shown]
    ]
    if len(rows) <= shown:
        return FoundPeople(hits, len(hits))
    return FoundPeople(hits, session.scalar(select(func.count(User.id)).where(*conditions)) or 0)
