"""The customer numbers as the desk lists them: what each contract includes, and its points in the period that runs.

One scoped question gives the rows, whatever is searched for or sorted by (D10).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.catalog import queries
from app.catalog.ledger import Account, Balances
from app.catalog.models import CorrectionState, PointBalance, PointCorrection, PointPeriod
from app.catalog.periods import LEFT_POINTS, TOTAL_POINTS, days_of_services
from app.contracts import queries as contracts
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.i18n import N_, current_language
from app.lists.columns import Column
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
LONGEST_SEARCH = 200
FIRST_ORDER = "number"
ALL, WAITING = "all", "corrections"

COLUMNS = (
    Column("number", N_("Customer number"), (CustomerNumber.number,)),
    Column("holder", N_("Contract holder"), (ContractHolder.name,)),
    Column("service", N_("Service"), (Service.slug,)),
    Column("includes", N_("Includes")),
    Column("period", N_("Current period"), (func.coalesce(PointPeriod.ends_on, date.min),)),
    Column("total", N_("Total"), (func.coalesce(TOTAL_POINTS, 0),)),
    Column("used", N_("Used"), (func.coalesce(PointBalance.used, 0),)),
    Column("left", N_("Left"), (func.coalesce(LEFT_POINTS, 0),)),
    Column("held", N_("Held"), (func.coalesce(PointBalance.held, 0),)),
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What the list shows of one customer number; no period, no balances."""

    number: str
    holder: str
    service: str
    takes_requests: bool
    has_points: bool
    open_corrections: int
    starts_on: date | None
    ends_on: date | None
    balances: Balances | None


def account_page(
    session: Session,
    actor: Actor,
    *,
    view: str,
    search: str,
    sort: Sort,
    wanted: int,
    url: Callable[[int], str],
) -> Page[AccountRow]:
    """One page of the customer numbers of the agent's services that match ``search``, 20 rows each.

    :param view: ``corrections`` for those alone that have a correction waiting for a second person.
    """
    conditions = [
        *([contracts.number_or_holder_holds(search)] if search else []),
        *([_open_corrections() > 0] if view == WAITING else []),
    ]
    reach = contracts.numbers_visible_to(actor).join(CustomerNumber.holder).where(*conditions)
    counted = reach.with_only_columns(func.count(), maintain_column_froms=True)
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=session.scalar(counted) or 0,
        rows=lambda limit, offset: _rows(session, actor, reach, sort, limit, offset),
        url=url,
    )


def _open_corrections() -> Any:  # noqa: ANN401 - a scalar subquery, whose type has no common name
    return (
        select(func.count(PointCorrection.id))
        .where(
            PointCorrection.customer_number_id == CustomerNumber.id,
            PointCorrection.state == CorrectionState.PROPOSED,
        )
        .correlate(CustomerNumber)
        .scalar_subquery()
    )


def _is_current(days: dict[int, date]) -> ColumnElement[bool]:
    """The condition that a period runs today, wherever its service's desk is."""
    return or_(
        *(
            and_(
                CustomerNumber.service_id.in_([item for item, today in days.items() if today == day]),
                PointPeriod.starts_on <= day,
                PointPeriod.ends_on >= day,
            )
            for day in sorted(set(days.values()))
        )
    )


def _rows(
    session: Session, actor: Actor, reach: Select[CustomerNumber], sort: Sort, limit: int, offset: int
) -> Sequence[AccountRow]:
    is_current = _is_current(days_of_services(session, actor.services))
    statement = (
        reach.join(CustomerNumber.service)
        .outerjoin(PointPeriod, and_(PointPeriod.customer_number_id == CustomerNumber.id, is_current))
        .outerjoin(PointBalance, PointBalance.period_id == PointPeriod.id)
        .with_only_columns(
            CustomerNumber.number,
            ContractHolder.name,
            Service.name_ja,
            Service.name_en,
            queries.takes_requests(),
            queries.has_points(),
            _open_corrections(),
            PointPeriod.starts_on,
            PointPeriod.ends_on,
            *(getattr(PointBalance, account.value) for account in Account),
            maintain_column_froms=True,
        )
    )
    ordered = sort.apply(statement, CustomerNumber.id).limit(limit).offset(offset)
    return [_row(row) for row in session.execute(ordered)]


def _row(row: Row[*tuple[Any, ...]]) -> AccountRow:
    number, holder, name_ja, name_en, takes_requests, has_points, waiting, starts_on, ends_on, *points = row
    values = dict(zip((account.value for account in Account), points, strict=True))
    return AccountRow(
        number=number,
        holder=holder,
        service=name_ja if current_language() == "ja" else name_en,
        takes_requests=bool(takes_requests),
        has_points=bool(has_points),
        open_corrections=int(waiting),
        starts_on=starts_on,
        ends_on=ends_on,
        balances=None if starts_on is None else Balances(**values),
    )
