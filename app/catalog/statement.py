"""The statement of one period: its entries in order of time, each with what was left and what was free after it.

The running balances are sums over a window, so the database makes them for the rows that are shown and nobody loads
the others. What an entry does to them is worked out from the ledger's own rules (PT-08).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.authz import ActorKind
from app.cases.models import Case
from app.catalog.ledger import MOVES, SOURCES, Account, Balances, EntryKind
from app.catalog.models import PointEntry, PointPeriod, WorkRequest
from app.i18n import N_, _
from app.lists.columns import Column
from app.lists.export.table import Field, Kind, Table
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort, chosen_sort

PAGE_SIZE = 20
# Rows that a file's query fetches at a time.
CHUNK = 1_000
FIRST_ORDER = "time"

TIME = Column("time", N_("Time"), (PointEntry.id,))
ENTRY = Column("entry", N_("Entry"))
CHANGE = Column("change", N_("Change by"))
LEFT = Column("left", N_("Left"))
FREE = Column("free", N_("Free"))
REQUEST = Column("request", N_("Work request"))
CASE = Column("case", N_("Case"))
REASON = Column("reason", N_("Reason"))
BY = Column("by", N_("By"))
COLUMNS = (TIME, ENTRY, CHANGE, LEFT, FREE, REQUEST, CASE, REASON, BY)

WORDS = {
    EntryKind.GRANT: N_("Grant"),
    EntryKind.HOLD: N_("Hold"),
    EntryKind.RELEASE: N_("Release of the hold"),
    EntryKind.USE: N_("Use"),
    EntryKind.OVERDRAFT: N_("Overdraft"),
    EntryKind.CORRECTION: N_("Correction"),
    EntryKind.EXPIRY: N_("Expiry"),
}
# Where one kind goes both ways, or the account tells more than the kind.
WORDS_OF_MOVES = {
    (EntryKind.GRANT, Account.FREE, Account.CONTRACT): N_("Grant taken back"),
    (EntryKind.USE, Account.HELD, Account.USED): N_("Use of what was held"),
    (EntryKind.CARRY, Account.FREE, Account.CARRIED_OUT): N_("Carried into the next period"),
    (EntryKind.CARRY, Account.CARRIED_IN, Account.FREE): N_("Carried over from the period before"),
    (EntryKind.CARRY, Account.CARRIED_IN, Account.OVERDRAFT): N_("Carried over from the period before"),
}


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What a statement shows of one entry; ``change`` is what it did to what is free, or else to what is left."""

    at: datetime
    kind: EntryKind
    source: Account
    target: Account
    change: int
    left: int
    free: int
    request: str | None
    case: str | None
    reason: str
    by: str

    @property
    def words(self) -> str:
        """What happened, in the language in force."""
        words = _(WORDS_OF_MOVES.get((self.kind, self.source, self.target)) or WORDS[self.kind])
        if self.target is Account.OVERDRAFT:
            return _("%(entry)s, set against the overdraft", entry=words)
        return words


FIELDS: Sequence[Field[StatementRow]] = (
    Field(TIME, lambda row: row.at, Kind.MOMENT, width=24),
    Field(ENTRY, lambda row: row.words, width=26),
    Field(CHANGE, lambda row: row.change, Kind.NUMBER, width=9),
    Field(LEFT, lambda row: row.left, Kind.NUMBER, width=9),
    Field(FREE, lambda row: row.free, Kind.NUMBER, width=9),
    Field(REQUEST, lambda row: row.request, width=15),
    Field(CASE, lambda row: row.case, width=15),
    Field(REASON, lambda row: row.reason, width=30),
    Field(BY, lambda row: row.by, width=18),
)


def statement_sort(value: str) -> Sort:
    """The order that ``?sort=`` asks for; by itself the oldest entry stands first."""
    return chosen_sort(value, COLUMNS, FIRST_ORDER)


def statement_page(
    session: Session,
    period: PointPeriod,
    *,
    for_desk: bool,
    sort: Sort,
    wanted: int,
    url: Callable[[int], str],
) -> Page[StatementRow]:
    """One page of the statement of a period that is within reach, 20 entries each."""
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=period.balance.entries,
        rows=lambda limit, offset: list(_rows(session, period, sort, limit, offset, for_desk=for_desk)),
        url=url,
    )


def statement_table(
    session: Session, period: PointPeriod, *, for_desk: bool, sort: Sort | None = None
) -> Table[StatementRow]:
    """The whole statement of a period that is within reach, for a file.

    :param for_desk: whether agents read it: why the desk set a total is their business alone.
    """
    order = sort or statement_sort("")
    number = period.customer_number.number
    return Table(
        title=_(
            "Point statement %(number)s (%(first)s – %(last)s)",
            number=number,
            first=period.starts_on.isoformat(),
            last=period.ends_on.isoformat(),
        ),
        name=f"point-statement_{number}_{period.starts_on.isoformat()}",
        fields=FIELDS,
        rows=lambda limit, offset: _rows(session, period, order, limit, offset, for_desk=for_desk),
        total=period.balance.entries,
    )


def effects(source: Account, target: Account) -> tuple[int, int]:
    """What one point moved from ``source`` to ``target`` does to what is left, and to what is free."""
    moved = Balances(
        **{
            source.value: 1 if source in SOURCES else -1,
            target.value: -1 if target in SOURCES else 1,
        }
    )
    return moved.left, moved.available


def _effect(which: int) -> ColumnElement[int]:
    """The signed amount of an entry, as it changes what is left (0) or what is free (1)."""
    moves = sorted({move for allowed in MOVES.values() for move in allowed})
    signs = [
        (and_(PointEntry.source == source.value, PointEntry.target == target.value), sign)
        for source, target in moves
        if (sign := effects(source, target)[which])
    ]
    return PointEntry.amount * case(*signs, else_=0)


def _lines(period_id: int) -> Select[*tuple[Any, ...]]:
    on_left, on_free = _effect(0), _effect(1)
    return select(
        PointEntry.id,
        case((on_free != 0, on_free), else_=on_left).label("change"),
        func.sum(on_left).over(order_by=PointEntry.id).label("left"),
        func.sum(on_free).over(order_by=PointEntry.id).label("free"),
    ).where(PointEntry.period_id == period_id)


def _rows(
    session: Session, period: PointPeriod, sort: Sort, limit: int, offset: int, *, for_desk: bool
) -> Iterable[StatementRow]:
    lines = _lines(period.id).subquery()
    chosen = (
        select(PointEntry, lines.c.change, lines.c.left, lines.c.free, WorkRequest.number, Case.number)
        .join(lines, lines.c.id == PointEntry.id)
        .outerjoin(WorkRequest, WorkRequest.id == PointEntry.request_id)
        .outerjoin(Case, Case.id == PointEntry.case_id)
    )
    ordered = sort.apply(chosen, PointEntry.id).limit(limit).offset(offset)
    for entry, change, left, free, request, case_number in session.execute(
        ordered.execution_options(yield_per=CHUNK)
    ):
        is_told = for_desk or entry.kind is not EntryKind.GRANT
        yield StatementRow(
            at=entry.at,
            kind=entry.kind,
            source=Account(entry.source),
            target=Account(entry.target),
            change=int(change),
            left=int(left),
            free=int(free),
            request=request,
            case=case_number,
            reason=entry.reason if is_told else "",
            by=_(entry.actor_name) if entry.actor_kind is ActorKind.SYSTEM else entry.actor_name,
        )
