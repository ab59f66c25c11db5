"""The desk's queue of work requests: its views, its columns, and its rows from the actor's scope (D03, DESK-02)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import User, shown_name
from app.authz import Actor
from app.cases.columns import by_position
from app.cases.models import CaseSettings
from app.catalog.ledger import Balances
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItemVersion, PointBalance, PointPeriod, WorkRequest
from app.catalog.queries import visible_to
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.i18n import N_, _
from app.lists.columns import Column
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort, chosen_sort

PAGE_SIZE = 20
OF_VERSION = (CatalogItemVersion, CatalogItemVersion.id == WorkRequest.item_version_id)
OF_NUMBER = (CustomerNumber, CustomerNumber.id == WorkRequest.customer_number_id)
OF_HOLDER = (ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
OF_SERVICE = (Service, Service.id == WorkRequest.service_id)
OF_REQUESTER = (User, User.id == WorkRequest.requester_id)

NUMBER = Column("number", N_("Request number"), (WorkRequest.number,))
STATE = Column("state", N_("Status"), (by_position(WorkRequest.state, RequestState),))
ITEM = Column("item", N_("Item"), (CatalogItemVersion.name_ja,), (OF_VERSION,))
SERVICE = Column("service", N_("Service name"), (Service.name_ja,), (OF_SERVICE,))
CUSTOMER_NUMBER = Column("customer-number", N_("Customer number"), (CustomerNumber.number,), (OF_NUMBER,))
HOLDER = Column("holder", N_("Contract holder"), (ContractHolder.name,), (OF_NUMBER, OF_HOLDER))
REQUESTER = Column("requester", N_("Requester"), (User.family_name, User.given_name), (OF_REQUESTER,))
SENT = Column("sent", N_("Sent"), (WorkRequest.created_at,))
CHANGED = Column("changed", N_("Changed"), (WorkRequest.changed_at,))
DECIDED = Column("decided", N_("Decided"), (WorkRequest.decided_at,))
POINTS = Column("points", N_("Points needed"), (WorkRequest.points,))
LEFT = Column("left", N_("Points left"))

QUEUE_COLUMNS = (NUMBER, ITEM, SERVICE, CUSTOMER_NUMBER, HOLDER, REQUESTER, SENT, CHANGED, POINTS, LEFT)
STUCK_COLUMNS = (NUMBER, ITEM, SERVICE, CUSTOMER_NUMBER, HOLDER, REQUESTER, SENT)
DECIDED_COLUMNS = (NUMBER, STATE, ITEM, SERVICE, CUSTOMER_NUMBER, HOLDER, REQUESTER, SENT, DECIDED)
OLDEST_FIRST = "sent"


@dataclass(frozen=True, slots=True)
class View:
    """A quick view of the queue: its key in ``?view=``, its name, its columns, its first order, its conditions."""

    key: str
    label: str
    columns: Sequence[Column]
    first_order: str
    conditions: tuple[ColumnElement[bool], ...]


def views() -> Sequence[View]:
    """What waits for the desk, what cannot get there, what was decided lately, and all that has reached the desk."""
    decided = WorkRequest.state.in_((RequestState.ACCEPTED, RequestState.REJECTED))
    # What the customer's own administrator has still to approve, or did not, never came to the desk.
    arrived = WorkRequest.state.not_in((RequestState.APPROVAL, RequestState.REFUSED))
    return (
        View("waiting", _("Awaiting decision"), QUEUE_COLUMNS, OLDEST_FIRST, (is_waiting(),)),
        View("approval", _("Nobody can approve"), STUCK_COLUMNS, OLDEST_FIRST, (is_stuck(),)),
        View("decided", _("Decided lately"), DECIDED_COLUMNS, "-decided", (decided,)),
        View("all", _("All work requests"), DECIDED_COLUMNS, "-sent", (arrived,)),
    )


def chosen_view(key: str) -> View:
    """The view of ``?view=``; anything else is the queue."""
    return next((view for view in views() if view.key == key), views()[0])


def is_waiting() -> ColumnElement[bool]:
    """The condition that holds for what the desk has to decide on."""
    return WorkRequest.state == RequestState.WAITING


def is_stuck() -> ColumnElement[bool]:
    """The condition that holds for what waits for an approval that nobody can give (docs/decisions/0022)."""
    is_in_approval = WorkRequest.state == RequestState.APPROVAL
    return and_(is_in_approval, ~accounts.has_administrator(WorkRequest.customer_number_id))


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What the queue shows of one request; plain values, since lists hold no more than they show."""

    number: str
    state: RequestState
    item_ja: str
    item_en: str
    service_ja: str
    service_en: str
    customer_number: str
    holder: str
    requester: str
    sent_at: datetime
    changed_at: datetime | None
    decided_at: datetime | None
    points: int
    held: int
    balances: Balances | None

    @property
    def is_short(self) -> bool:
        """Tell whether it waits, and fewer points are free than it needs (PT-05)."""
        is_open = self.state is RequestState.WAITING and self.points > self.held
        return is_open and (self.balances is None or self.balances.available < self.points)

    def text_of(self, column: str, language: str) -> str:
        """The text of a column of words or numbers."""
        is_japanese = language == "ja"
        match column:
            case "item":
                return self.item_ja if is_japanese else self.item_en
            case "service":
                return self.service_ja if is_japanese else self.service_en
            case "points":
                return str(self.points) if self.points or self.balances else ""
            case "left":
                return str(self.balances.left) if self.balances else ""
        return str(getattr(self, column.replace("-", "_")))


def request_page(
    session: Session, actor: Actor, view: View, sort: Sort, *, wanted: int, url: Callable[[int], str]
) -> Page[RequestRow]:
    """One page of a view, 20 rows each."""
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=count(session, actor, *view.conditions),
        rows=lambda limit, offset: request_rows(
            session, actor, sort, view.conditions, limit=limit, offset=offset
        ),
        url=url,
    )


def count(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> int:
    """How many requests within reach meet the conditions."""
    counted = visible_to(actor).where(*conditions).with_only_columns(func.count(WorkRequest.id))
    return session.scalar(counted) or 0


def count_waiting(session: Session, actor: Actor) -> int:
    """How many requests within reach await a decision of the desk."""
    return count(session, actor, is_waiting())


def count_stuck(session: Session, actor: Actor) -> int:
    """How many requests within reach wait for an approval that nobody can give."""
    return count(session, actor, is_stuck())


def longest_waiting(session: Session, actor: Actor, *, limit: int) -> Sequence[RequestRow]:
    """The first rows of the queue, oldest first."""
    sort = chosen_sort(OLDEST_FIRST, QUEUE_COLUMNS, OLDEST_FIRST)
    return request_rows(session, actor, sort, (is_waiting(),), limit=limit)


def request_rows(
    session: Session,
    actor: Actor,
    sort: Sort,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    offset: int = 0,
) -> Sequence[RequestRow]:
    """Some rows in order; the page's requests are found first, in their own table, as in the list of cases."""
    found = visible_to(actor).where(*conditions).with_only_columns(WorkRequest.id)
    wanted = sort.apply(sort.join(found), WorkRequest.id).limit(limit).offset(offset)
    statement = (
        select(
            WorkRequest,
            CatalogItemVersion.name_ja.label("item_ja"),
            CatalogItemVersion.name_en.label("item_en"),
            Service.name_ja.label("service_ja"),
            Service.name_en.label("service_en"),
            CustomerNumber.number.label("customer_number"),
            ContractHolder.name.label("holder"),
            User.family_name,
            User.given_name,
            CaseSettings.time_zone,
            PointBalance,
        )
        .join(*OF_VERSION)
        .join(*OF_NUMBER)
        .join(*OF_HOLDER)
        .join(*OF_SERVICE)
        .join(*OF_REQUESTER)
        .outerjoin(CaseSettings, CaseSettings.service_id == WorkRequest.service_id)
        .outerjoin(PointBalance, PointBalance.period_id == WorkRequest.period_id)
        .where(WorkRequest.id.in_(wanted))
    )
    rows = session.execute(sort.apply(statement, WorkRequest.id)).all()
    later = _later_periods(session, rows)
    return [_row(row, later) for row in rows]


# The periods of a customer number and their balances.
Periods = Mapping[int, Sequence[tuple[PointPeriod, PointBalance]]]


def _later_periods(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> Periods:
    """The periods of numbers whose requests came before their period was set up; asked only where there are some."""
    numbers = {
        row.WorkRequest.customer_number_id
        for row in rows
        if row.WorkRequest.points and row.WorkRequest.period_id is None
    }
    if not numbers:
        return {}
    found: dict[int, list[tuple[PointPeriod, PointBalance]]] = {}
    chosen = select(PointPeriod, PointBalance).join(PointBalance, PointBalance.period_id == PointPeriod.id)
    for period, balance in session.execute(
        chosen.where(PointPeriod.customer_number_id.in_(sorted(numbers))).order_by(PointPeriod.id)
    ):
        found.setdefault(period.customer_number_id, []).append((period, balance))
    return found


def _row(row: Row[*tuple[Any, ...]], later: Periods) -> RequestRow:
    request: WorkRequest = row.WorkRequest
    balance = row.PointBalance or _at_submission(row, later)
    return RequestRow(
        number=request.number,
        state=request.state,
        item_ja=row.item_ja,
        item_en=row.item_en,
        service_ja=row.service_ja,
        service_en=row.service_en,
        customer_number=row.customer_number,
        holder=row.holder,
        requester=shown_name(row.family_name, row.given_name),
        sent_at=request.created_at,
        changed_at=request.changed_at,
        decided_at=request.decided_at,
        points=request.points,
        held=request.held,
        balances=balance.as_balances() if balance else None,
    )


def _at_submission(row: Row[*tuple[Any, ...]], later: Periods) -> PointBalance | None:
    request: WorkRequest = row.WorkRequest
    periods = later.get(request.customer_number_id)
    if not periods:
        return None
    day = request.created_at.astimezone(ZoneInfo(row.time_zone or "Asia/Tokyo")).date()
    return next((balance for period, balance in periods if period.starts_on <= day <= period.ends_on), None)
