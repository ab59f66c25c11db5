"""The rows of the case lists: one statement for the page, one for the count, both from the actor's scope."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from app.accounts.models import User, shown_name
from app.authz import Actor
from app.business_hours import BusinessHours
from app.cases import targets
from app.cases.categories import Category
from app.cases.columns import OF_ASSIGNEE, OF_CONTACT, OF_HOLDER, OF_NUMBER, OF_SERVICE, Assignee
from app.cases.due import Due, due_of
from app.cases.lifecycle import CaseState
from app.cases.models import Case, shown_subject
from app.cases.queries import count, within_reach
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.i18n import _, current_language, stamp
from app.lists.columns import Column
from app.lists.export.table import Field, Kind, Table
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
# Rows that a file's query fetches at a time.
CHUNK = 1_000
# Columns that hold moments, which Excel sorts and counts with.
MOMENTS = {"updated": "updated_at", "created": "created_at"}
WIDTHS = {
    "number": 22, "status": 22, "category": 24, "subject": 44, "customer-number": 24, "holder": 30, "service": 26,
    "contact": 20, "assignee": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What a list shows of one case; plain values, since lists hold no more than they show."""

    number: str
    state: CaseState
    category: Category
    subject: str | None
    customer_number: str
    holder: str
    service_ja: str
    service_en: str
    contact: str
    assignee: str
    updated_at: datetime
    created_at: datetime
    due: Due | None = None

    def text_of(self, column: str, language: str) -> str:
        """The text of a column of words, in a language where it has two."""
        if column in MOMENTS:
            return stamp(getattr(self, MOMENTS[column]))
        match column:
            case "status" | "category":
                return str((self.state if column == "status" else self.category).label)
            case "subject":
                return shown_subject(self.subject)
            case "due":
                return self.due.text if self.due else ""
            case "service":
                return self.service_ja if language == "ja" else self.service_en
        return str(getattr(self, column.replace("-", "_")))


def case_page(
    session: Session,
    actor: Actor,
    *,
    sort: Sort,
    wanted: int,
    url: Callable[[int], str],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> Page[CaseRow]:
    """One page of the cases within reach that meet the conditions, 20 rows each (LIST-07)."""
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=count(session, actor, *conditions),
        rows=lambda limit, offset: case_rows(session, actor, sort, conditions, limit=limit, offset=offset),
        url=url,
    )


def case_rows(
    session: Session,
    actor: Actor,
    sort: Sort,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    limit: int,
    offset: int = 0,
) -> Sequence[CaseRow]:
    """Some rows of the list in its order."""
    return list(_rows(session, actor, sort, conditions, limit=limit, offset=offset))


def _rows(
    session: Session,
    actor: Actor,
    sort: Sort,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    offset: int,
    at_once: int | None = None,
) -> Iterator[CaseRow]:
    """Rows as they are asked for, ``at_once`` of them in memory.

    ``conditions`` look at the case alone, or into other tables by themselves.

    The page's cases are found first, in the table of cases by itself, where an index holds them in order: with the
    other tables joined the database reads and sorts every case within reach (docs/decisions/0005).
    """
    found = select(Case.id).where(within_reach(actor), *conditions)
    wanted = sort.apply(sort.join(found), Case.id).limit(limit).offset(offset)
    statement = (
        select(
            Case.number,
            Case.state,
            Case.category,
            Case.subject,
            CustomerNumber.number,
            ContractHolder.name,
            Service.name_ja,
            Service.name_en,
            User.family_name,
            User.given_name,
            Assignee.family_name,
            Assignee.given_name,
            Case.updated_at,
            Case.created_at,
            Case.due_at,
            Case.service_id,
        )
        .join(*OF_NUMBER)
        .join(*OF_HOLDER)
        .join(*OF_SERVICE)
        .outerjoin(*OF_CONTACT)
        .outerjoin(*OF_ASSIGNEE)
        .where(Case.id.in_(wanted))
    )
    ordered = sort.apply(statement, Case.id)
    rows = session.execute(ordered.execution_options(yield_per=at_once) if at_once else ordered)
    # Whose turn the desk keeps, and by when, is its own matter: a customer's rows do not carry it at all.
    hours = {} if actor.is_customer else targets.hours_by_service(session, actor.services)
    return (_row(row, hours, shows_desk=not actor.is_customer) for row in rows)


def case_table(
    session: Session,
    actor: Actor,
    sort: Sort,
    columns: Sequence[Column],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> Table[CaseRow]:
    """All cases within reach that meet the conditions, for a file (LIST-09)."""
    language = current_language()
    return Table(
        title=_("Case list"),
        name="cases",
        fields=[_field(column, language) for column in columns],
        rows=lambda limit, offset: _rows(
            session, actor, sort, conditions, limit=limit, offset=offset, at_once=CHUNK
        ),
        total=count(session, actor, *conditions),
    )


def _field(column: Column, language: str) -> Field[CaseRow]:
    if column.key in MOMENTS:
        return Field(column, attrgetter(MOMENTS[column.key]), Kind.MOMENT, width=40)
    return Field(column, lambda row: row.text_of(column.key, language), width=WIDTHS.get(column.key, 24))


def _row(row: Row[*tuple[Any, ...]], hours: Mapping[int, BusinessHours], *, shows_desk: bool) -> CaseRow:
    family, given, desk_family, desk_given, updated, created, due_at, service_id = row[8:]
    return CaseRow(
        number=row[0],
        state=row[1],
        category=row[2],
        subject=row[3],
        customer_number=row[4],
        holder=row[5],
        service_ja=row[6],
        service_en=row[7],
        contact=shown_name(family, given),
        # Likewise who is assigned.
        assignee=shown_name(desk_family, desk_given) if shows_desk else "",
        updated_at=updated,
        created_at=created,
        due=due_of(due_at, hours[service_id]) if service_id in hours else None,
    )
