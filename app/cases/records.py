"""The records that a case's fields point to, as far as the actor's reach goes: people, companies, numbers, services.

Each source is one scoped query, which offers the records of a filter, names them and looks them up (SVC-04, SEC-26).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import AgentService, Realm, User, UserNumber, shown_name
from app.authz import Actor
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.contracts.queries import numbers_visible_to
from app.i18n import _, current_language
from app.lists.filtering.reference import Record, Source

# More than these stand in no list; they are typed instead.
MOST_LISTED = 200
LARGEST_ID_DIGITS = 15
# The reader's own person, whoever reads: a shared filter "assigned to me" serves everybody.
ME = "me"


@dataclass(frozen=True, slots=True)
class Records(Source):
    """The rows of a scoped query.

    :param chosen: selects the key first, then what ``record`` needs, in the order of the list.
    :param value: the column that the address names a record by.
    :param words: the columns by one of which people name it.
    :param me: the key of the reader's own record, where ``me`` stands for it.
    """

    session: Session
    chosen: Select[*tuple[Any, ...]]
    value: InstrumentedAttribute[Any]
    words: Sequence[InstrumentedAttribute[Any]]
    record: Callable[[Row[*tuple[Any, ...]]], Record]
    me: int | None = None

    def listed(self) -> Sequence[Record] | None:
        """All records in order, the reader's own first; ``None`` for more than a list takes."""
        rows = self.session.execute(self.chosen.limit(MOST_LISTED + 1)).all()
        if len(rows) > MOST_LISTED:
            return None
        records = [self.record(row) for row in rows]
        return [*(self._own(item) for item in records if item.key == self.me), *records]

    def found(self, values: Sequence[str]) -> Mapping[str, Record]:
        """Those of these values that are within reach."""
        asked = [str(self.me) if value == ME and self.me is not None else value for value in values]
        if self.value.type.python_type is int:
            asked = [value for value in asked if is_id(value)]
        if not asked:
            return {}
        rows = self.session.execute(self.chosen.where(self.value.in_(asked)))
        records = [self.record(row) for row in rows]
        records += [self._own(item) for item in records if item.key == self.me]
        return {item.value: item for item in records}

    def named(self, words: Sequence[str]) -> Mapping[str, Record]:
        """Those that one of the words names, and no other record does."""
        rows = self.session.execute(self.chosen.where(or_(*(column.in_(words) for column in self.words))))
        found: dict[str, list[Record]] = {}
        for item in map(self.record, rows):
            for name in {item.typed, item.label}:
                found.setdefault(name, []).append(item)
        return {name: items[0] for name, items in found.items() if len(items) == 1 and name in words}

    def _own(self, record: Record) -> Record:
        return Record(record.key, ME, _("Me"), ME)


def is_id(value: str) -> bool:
    """Tell whether a value can be the number of a row."""
    return value.isascii() and value.isdigit() and len(value) <= LARGEST_ID_DIGITS


def contacts(session: Session, actor: Actor) -> Records:
    """The customers' people who are linked to a customer number within reach."""
    numbers = numbers_visible_to(actor).with_only_columns(CustomerNumber.id)
    linked = select(UserNumber.user_id).where(UserNumber.number_id.in_(numbers))
    return _people(session, actor, User.id.in_(linked))


def assignees(session: Session, actor: Actor) -> Records:
    """The agents of the actor's services, also those who have left, since their cases are still there."""
    works = select(AgentService.user_id).where(AgentService.service_id.in_(sorted(actor.services)))
    return _people(
        session, actor, User.realm == Realm.AGENT, or_(User.id.in_(works), User.id == actor.user_id)
    )


def _people(session: Session, actor: Actor, *within: ColumnElement[bool]) -> Records:
    chosen = select(User.id, User.family_name, User.given_name, User.login_id).where(*within)
    return Records(
        session,
        chosen.order_by(User.family_name, User.given_name, User.id),
        value=User.id,
        words=(User.login_id,),
        record=lambda row: Record(
            row.id, str(row.id), shown_name(row.family_name, row.given_name), row.login_id
        ),
        me=actor.user_id,
    )


def holders(session: Session, actor: Actor) -> Records:
    """The companies that have a customer number within reach."""
    numbers = numbers_visible_to(actor).with_only_columns(CustomerNumber.holder_id)
    chosen = select(ContractHolder.id, ContractHolder.name).where(ContractHolder.id.in_(numbers))
    return Records(
        session,
        chosen.order_by(ContractHolder.name, ContractHolder.id),
        value=ContractHolder.id,
        words=(ContractHolder.name,),
        record=lambda row: Record(row.id, str(row.id), row.name, row.name),
    )


def numbers(session: Session, actor: Actor) -> Records:
    """The customer numbers within reach."""
    chosen = numbers_visible_to(actor).with_only_columns(CustomerNumber.id, CustomerNumber.number)
    return Records(
        session,
        chosen.order_by(CustomerNumber.number),
        value=CustomerNumber.number,
        words=(CustomerNumber.number,),
        record=lambda row: Record(row.id, row.number, row.number, row.number),
    )


def services(session: Session, actor: Actor) -> Records:
    """The services the actor uses or works in."""
    chosen = select(Service.id, Service.slug, Service.name_ja, Service.name_en)
    name = "name_ja" if current_language() == "ja" else "name_en"
    return Records(
        session,
        chosen.where(Service.id.in_(sorted(actor.services))).order_by(Service.id),
        value=Service.slug,
        words=(Service.slug,),
        record=lambda row: Record(row.id, row.slug, getattr(row, name), row.slug),
    )
