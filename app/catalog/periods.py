"""Periods of points as their readers list them: one scope for the page, its count and every file (PT-02, PT-03)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager

from app import clock
from app.authz import Actor
from app.cases.models import CaseSettings
from app.catalog import queries
from app.catalog.ledger import Balances
from app.catalog.models import PointBalance, PointPeriod
from app.contracts.models import CustomerNumber
from app.i18n import N_, _
from app.lists.columns import Column
from app.lists.export.table import Field, Kind, Table
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
# Rows that a file's query fetches at a time.
CHUNK = 500
FIRST_ORDER = "-start"
# Where a service has set no zone of its own, as in ``app.cases.queries.settings_of``.
USUAL_ZONE = "Asia/Tokyo"

TOTAL_POINTS = PointBalance.contract + PointBalance.carried_in
LEFT_POINTS = TOTAL_POINTS - PointBalance.used

NUMBER = Column("number", N_("Customer number"), (CustomerNumber.number, PointPeriod.starts_on))
START = Column("start", N_("Start date"), (PointPeriod.starts_on, CustomerNumber.number))
END = Column("end", N_("End date"), (PointPeriod.ends_on, CustomerNumber.number))
TOTAL = Column("total", N_("Total contract points"), (TOTAL_POINTS,))
USED = Column("used", N_("Used"), (PointBalance.used,))
LEFT = Column("left", N_("Left"), (LEFT_POINTS,))
HELD = Column("held", N_("Held"), (PointBalance.held,))
REST = Column("rest", N_("At the period's end"))
COLUMNS = (NUMBER, START, END, TOTAL, USED, LEFT, HELD, REST)


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """What lists show of one period."""

    number: str
    starts_on: date
    ends_on: date
    balances: Balances
    is_settled: bool

    @property
    def rest(self) -> str:
        """What became of the points that were left when the period ended, in the language in force (PT-09)."""
        if not self.is_settled:
            return "–"
        gone = [
            *([_("%(n)s expired", n=self.balances.expired)] if self.balances.expired else []),
            *([_("%(n)s carried over", n=self.balances.carried_out)] if self.balances.carried_out else []),
        ]
        return " · ".join(gone) or _("Nothing was left")


@dataclass(frozen=True, slots=True)
class CurrentPoints:
    """What a customer number has in the period that runs."""

    number: str
    starts_on: date
    ends_on: date
    balances: Balances


FIELDS: Sequence[Field[PeriodRow]] = (
    Field(NUMBER, lambda row: row.number, width=16),
    Field(START, lambda row: row.starts_on.isoformat(), width=14),
    Field(END, lambda row: row.ends_on.isoformat(), width=14),
    Field(TOTAL, lambda row: row.balances.total, Kind.NUMBER, width=18),
    Field(USED, lambda row: row.balances.used, Kind.NUMBER, width=10),
    Field(LEFT, lambda row: row.balances.left, Kind.NUMBER, width=10),
    Field(HELD, lambda row: row.balances.held, Kind.NUMBER, width=10),
    Field(REST, lambda row: row.rest, width=24),
)


def with_balance(actor: Actor, *conditions: ColumnElement[bool]) -> Select[PointPeriod]:
    """The periods within reach that meet the conditions, each with its number and its balances."""
    return (
        queries.periods_visible_to(actor)
        .join(PointPeriod.balance)
        .options(contains_eager(PointPeriod.balance))
        .where(*conditions)
    )


def period_for(
    session: Session, actor: Actor, number: str, starts_on: date, *conditions: ColumnElement[bool]
) -> PointPeriod | None:
    """One period within reach by number and first day, with its balances, or ``None``."""
    chosen = with_balance(actor, CustomerNumber.number == number, PointPeriod.starts_on == starts_on)
    return session.scalar(chosen.where(*conditions))


def period_page(
    session: Session,
    actor: Actor,
    *conditions: ColumnElement[bool],
    sort: Sort,
    wanted: int,
    url: Callable[[int], str],
) -> Page[PeriodRow]:
    """One page of the periods within reach, 20 rows each."""
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=_count(session, actor, conditions),
        rows=lambda limit, offset: list(_rows(session, actor, conditions, sort, limit, offset)),
        url=url,
    )


def period_table(
    session: Session, actor: Actor, *conditions: ColumnElement[bool], sort: Sort
) -> Table[PeriodRow]:
    """All periods within reach, for a file (HIST-05)."""
    return Table(
        title=_("Point management"),
        name="points",
        fields=FIELDS,
        rows=lambda limit, offset: _rows(session, actor, conditions, sort, limit, offset),
        total=_count(session, actor, conditions),
    )


def current_points(session: Session, actor: Actor, *, limit: int) -> Sequence[CurrentPoints]:
    """The points of today of the actor's numbers that have points, in order of number, asked in one question.

    A day is one of the service's time zone, so the periods around today are read and the day is looked up here.
    """
    moment, near = clock.now(), timedelta(days=1)
    chosen = (
        with_balance(actor, queries.has_points())
        .outerjoin(CaseSettings, CaseSettings.service_id == CustomerNumber.service_id)
        .add_columns(CaseSettings.time_zone)
        .where(PointPeriod.starts_on <= moment.date() + near, PointPeriod.ends_on >= moment.date() - near)
        .order_by(CustomerNumber.number, PointPeriod.starts_on)
        # A number has at most three periods within three days.
        .limit(3 * limit)
    )
    found = [
        CurrentPoints(
            period.customer_number.number, period.starts_on, period.ends_on, period.balance.as_balances()
        )
        for period, zone in session.execute(chosen)
        if period.starts_on <= moment.astimezone(ZoneInfo(zone or USUAL_ZONE)).date() <= period.ends_on
    ]
    return found[:limit]


def days_of_services(session: Session, service_ids: Iterable[int]) -> dict[int, date]:
    """Which day it is now at the desk of each service."""
    wanted = sorted(service_ids)
    chosen = select(CaseSettings.service_id, CaseSettings.time_zone).where(
        CaseSettings.service_id.in_(wanted)
    )
    zones = {row.service_id: row.time_zone for row in session.execute(chosen)}
    moment = clock.now()
    return {item: moment.astimezone(ZoneInfo(zones.get(item) or USUAL_ZONE)).date() for item in wanted}


def row_of(period: PointPeriod) -> PeriodRow:
    """What lists show of a period that was loaded with number and balances."""
    return PeriodRow(
        period.customer_number.number,
        period.starts_on,
        period.ends_on,
        period.balance.as_balances(),
        period.settled_at is not None,
    )


def _count(session: Session, actor: Actor, conditions: Sequence[ColumnElement[bool]]) -> int:
    counted = queries.periods_visible_to(actor).where(*conditions)
    return session.scalar(counted.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _rows(
    session: Session,
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    sort: Sort,
    limit: int,
    offset: int,
) -> Iterable[PeriodRow]:
    ordered = sort.apply(with_balance(actor, *conditions), PointPeriod.id).limit(limit).offset(offset)
    return map(row_of, session.scalars(ordered.execution_options(yield_per=CHUNK)))
