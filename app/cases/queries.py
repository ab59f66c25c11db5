"""Every read of cases. A read starts from :func:`visible_to`, so that it holds nothing beyond the actor's reach."""

import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import User
from app.authz import Actor, ActorKind, NotFound
from app.cases.categories import Category
from app.cases.events import DetailsChanged
from app.cases.lifecycle import CUSTOMERS_TURN
from app.cases.models import Case, CaseSettings, ServiceCategory
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.journal import JournalEvent


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the cases of ``actor``: own numbers, own services, or everything (SVC-04)."""
    match actor.kind:
        case ActorKind.CUSTOMER:
            return Case.customer_number_id.in_(sorted(actor.numbers))
        case ActorKind.AGENT:
            return Case.service_id.in_(sorted(actor.services))
        case ActorKind.SYSTEM:
            return Case.id.is_not(None)
    return false()


def visible_to(actor: Actor) -> Select[Case]:
    """The cases that exist for ``actor``."""
    return select(Case).where(within_reach(actor))


def get_for(session: Session, actor: Actor, number: str) -> Case:
    """One case with everything its page shows.

    :raises NotFound: if there is no such case within reach; absent and foreign look the same (SEC-26).
    """
    found = session.scalar(
        visible_to(actor)
        .where(Case.number == number)
        .join(Case.customer_number)
        .options(
            contains_eager(Case.customer_number).joinedload(CustomerNumber.holder, innerjoin=True),
            joinedload(Case.service, innerjoin=True),
            joinedload(Case.contact),
            joinedload(Case.assignee),
        )
    )
    if found is None:
        raise NotFound
    return found


def by_typed_number(session: Session, actor: Actor, typed: str) -> Sequence[Case]:
    """The case of a whole number as a person types it: in either width and case, with blanks (SEARCH-01).

    A number of a case out of reach finds as much as one that does not exist: nothing (SEARCH-04).
    """
    number = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    return session.scalars(visible_to(actor).where(Case.number == number).order_by(Case.id)).all()


def count(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> int:
    """How many cases within reach meet the conditions; from the same scope as the rows."""
    counted = select(func.count()).select_from(Case).where(within_reach(actor), *conditions)
    return session.scalar(counted) or 0


def settings_of(session: Session, service_id: int) -> CaseSettings:
    """How cases work in a service; a service without a row has the defaults."""
    found = session.get(CaseSettings, service_id)
    return found or CaseSettings(
        service_id=service_id,
        one_open_inquiry=False,
        third_filter_ja="",
        third_filter_en="",
        opens_minute=540,
        closes_minute=1050,
        workdays="1111100",
        time_zone="Asia/Tokyo",
        agents_may_close=False,
        takes_alerts=False,
        hours_version=1,
        targets_version=1,
    )


def categories_of(session: Session, service_id: int) -> Sequence[Category]:
    """The categories a service uses, in their order."""
    return [row.category for row in _categories(session, service_id)]


def categories_in_use(session: Session, actor: Actor) -> Sequence[Category]:
    """The categories that any service within reach uses."""
    used = select(ServiceCategory.category).where(ServiceCategory.service_id.in_(sorted(actor.services)))
    return session.scalars(used.distinct().order_by(ServiceCategory.category)).all()


def selectable_categories(session: Session, service_id: int) -> Sequence[Category]:
    """The inquiry types a service's customers may choose, in their order (INQ-04)."""
    return [row.category for row in _categories(session, service_id) if row.is_selectable]


def selectable(session: Session, service_id: int, category: Category) -> ServiceCategory | None:
    """The service's row of an inquiry type, or ``None`` if its customers may not choose it."""
    rows = _categories(session, service_id)
    return next((row for row in rows if row.category is category and row.is_selectable), None)


def _categories(session: Session, service_id: int) -> Sequence[ServiceCategory]:
    rows = session.scalars(
        select(ServiceCategory).where(ServiceCategory.service_id == service_id).order_by(ServiceCategory.id)
    )
    return sorted(rows, key=lambda row: row.category.position)


def open_inquiry_of(session: Session, customer_number_id: int) -> str | None:
    """The number of the inquiry that keeps a further one out (INQ-07), or ``None``."""
    return session.scalar(
        select(Case.number)
        .where(Case.customer_number_id == customer_number_id)
        .where(Case.holds_inquiry_slot, Case.still_open())
        .order_by(Case.id)
        .limit(1)
    )


def name_of(session: Session, user_id: int | None) -> str | None:
    """The displayed name of a user that a case refers to."""
    user = session.get(User, user_id) if user_id is not None else None
    return user.display_name if user else None


def details_version(session: Session, case: Case) -> int:
    """The version of the case's row after the last edit of its shown fields; 0 if there was none."""
    told = session.scalar(
        select(JournalEvent.data)
        .where(
            JournalEvent.subject_type == Case.subject_type,
            JournalEvent.subject_id == case.id,
        )
        .where(JournalEvent.kind == DetailsChanged.kind)
        .order_by(JournalEvent.id.desc())
        .limit(1)
    )
    return int(told["version"]) if told else 0


def names_for_mail(session: Session, case: Case) -> tuple[Service, str]:
    """The service of a case and the name of its contract holder."""
    found = session.execute(
        select(Service, ContractHolder.name)
        .join(CustomerNumber, CustomerNumber.service_id == Service.id)
        .join(ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
        .where(CustomerNumber.id == case.customer_number_id)
        .order_by(Service.id)
    ).one()
    return found[0], found[1]


def open_and_turn(session: Session, actor: Actor) -> tuple[int, int]:
    """How many cases within reach are open, and in how many of them it is the customer's turn (LIST-02)."""
    turn = func.count().filter(Case.state.in_(CUSTOMERS_TURN))
    counted = select(func.count(), turn).select_from(Case)
    is_open, waiting = session.execute(counted.where(within_reach(actor), Case.still_open())).one()
    return is_open, waiting


def queue_sizes(
    session: Session, actor: Actor, queues: Mapping[str, Sequence[ColumnElement[bool]]]
) -> dict[str, int]:
    """How many open cases within reach meet each queue's conditions, in one statement over the open cases."""
    counts = (func.count().filter(*conditions) for conditions in queues.values())
    counted = select(*counts).select_from(Case)
    sizes = session.execute(counted.where(within_reach(actor), Case.still_open())).one()
    return dict(zip(queues, sizes, strict=True))
