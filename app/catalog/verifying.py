"""The check that the ledger and the balances are equal, and that the rows that points pay for agree (PT-07, M07).

Every period is computed anew from its entries, one after the other as they were booked, so that an entry that the rules
did not allow when it came is found as well. What is read stays small, however many entries there are.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, String, case, delete, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import policy
from app.catalog.ledger import Account, Balances, EntryKind, LedgerRefusal, Posting
from app.catalog.lifecycle import RequestState
from app.catalog.models import (
    CorrectionState,
    LedgerCheck,
    PointBalance,
    PointCorrection,
    PointEntry,
    PointPeriod,
    WorkRequest,
)

Chosen: TypeAlias = Select[*tuple[Any, ...]]
Columns: TypeAlias = Row[*tuple[Any, ...]]

# Periods that are read together, and entries that are in memory at a time.
PERIODS_AT_ONCE = 500
ENTRIES_AT_ONCE = 2_000
# Of a ledger that is wholly wrong, so many differences say enough.
MOST_DIFFERENCES = 1_000
CHECKS_KEPT = 400


class Wrong(StrEnum):
    """What does not agree."""

    # The balance of an account is not the sum of the entries.
    BALANCE = "balance"
    # The balances are not made of all the entries that are there, or of more.
    ENTRIES = "entries"
    # The rules did not allow the entry when it came.
    ILLEGAL = "illegal"
    # Plan and option are not what the contract has given.
    CONTRACT = "contract"
    # What waiting requests hold is not what the account says.
    HELD = "held"
    # A request was not paid as its row says.
    REQUEST = "request"
    # A correction was not booked as its row says.
    CORRECTION = "correction"
    # Entries of a period, or a period's balances, stand alone.
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree: ``subject`` says what of, as in ``period 12 free``."""

    wrong: Wrong
    subject: str
    expected: int | str
    found: int | str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.subject}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check has looked at and found; at most ``MOST_DIFFERENCES`` of what it found."""

    periods: int
    entries: int
    milliseconds: int
    differences: Sequence[Difference]


class Comparison:
    """One walk over the whole ledger; what it has looked at is counted on the way."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.periods = self.entries = 0

    def differences(self) -> Iterator[Difference]:
        """Everything that does not agree, found while it is asked for."""
        yield from self._of_periods()
        yield from self._of_orphans()
        yield from self._of_requests()
        yield from self._of_corrections()

    def _of_periods(self) -> Iterator[Difference]:
        last = 0
        while periods := self._session.execute(_periods(after=last)).all():
            first, last = periods[0].id, periods[-1].id
            chosen = _entries(first, last).execution_options(yield_per=ENTRIES_AT_ONCE)
            groups = groupby(self._session.execute(chosen), attrgetter("period_id"))
            found = next(groups, None)
            for period in periods:
                # Entries of periods that are not there are the orphans' business.
                while found is not None and found[0] < period.id:
                    found = next(groups, None)
                has_entries = found is not None and found[0] == period.id
                yield from self._of_period(period, found[1] if found and has_entries else iter(()))
                if has_entries:
                    found = next(groups, None)

    def _of_period(self, period: Columns, entries: Iterator[Columns]) -> Iterator[Difference]:
        self.periods += 1
        balances, count, last_id = Balances(), 0, 0
        for entry in entries:
            count, last_id = count + 1, entry.id
            balances, refusal = _booked(balances, entry)
            if refusal:
                yield Difference(Wrong.ILLEGAL, f"entry {entry.id}", "an allowed movement", refusal)
        self.entries += count
        subject = f"period {period.id}"
        if period.balance_id is None:
            yield Difference(Wrong.ORPHAN, subject, "its balances", "none")
            return
        for account in Account:
            of_entries, of_row = getattr(balances, account), getattr(period, account)
            if of_entries != of_row:
                yield Difference(Wrong.BALANCE, f"{subject} {account}", of_entries, of_row)
        for name, expected, found in (
            ("count", count, period.entries),
            ("last", last_id, period.last_entry_id),
        ):
            if expected != found:
                yield Difference(Wrong.ENTRIES, f"{subject} {name}", expected, found)
        if period.given != balances.contract:
            yield Difference(Wrong.CONTRACT, subject, period.given, balances.contract)
        if period.requested != balances.held:
            yield Difference(Wrong.HELD, subject, period.requested, balances.held)

    def _of_orphans(self) -> Iterator[Difference]:
        for table in (PointEntry, PointBalance):
            has_period = select(PointPeriod.id).where(PointPeriod.id == table.period_id).exists()
            count = self._session.scalar(select(func.count()).select_from(table).where(~has_period)) or 0
            if count:
                yield Difference(Wrong.ORPHAN, f"{table.__tablename__} without a period", 0, count)

    def _of_requests(self) -> Iterator[Difference]:
        for row in self._session.execute(_requests_paid_otherwise()):
            for name in ("held", "used", "overdraft"):
                expected, found = getattr(row, f"{name}_expected"), getattr(row, f"{name}_found")
                if expected != found:
                    yield Difference(Wrong.REQUEST, f"{row.number} {name}", expected, found)
            for found in {row.first_period, row.last_period} - {None, row.period_id}:
                yield Difference(Wrong.REQUEST, f"{row.number} period", str(row.period_id), found)

    def _of_corrections(self) -> Iterator[Difference]:
        for row in self._session.execute(_corrections_booked_otherwise()):
            yield Difference(Wrong.CORRECTION, f"correction {row.id}", row.expected, row.found)


def compare(session: Session) -> Report:
    """Compare entries, balances, requests and corrections as they were at one moment; nothing is written.

    :param session: one that has not begun: where the database lets others write meanwhile, the transaction that begins
        here sees nothing of that.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    begun = time.perf_counter()
    comparison = Comparison(session)
    differences = list(islice(comparison.differences(), MOST_DIFFERENCES))
    return Report(
        periods=comparison.periods,
        entries=comparison.entries,
        milliseconds=round((time.perf_counter() - begun) * 1_000),
        differences=differences,
    )


def keep_result(session: Session, report: Report, *, actor: Actor) -> LedgerCheck:
    """Keep the result of a check for the desk; of old ones the last ``CHECKS_KEPT`` stay."""
    authorize(policy.can_keep_checks(actor))
    row = LedgerCheck(
        at=clock.now(),
        periods=report.periods,
        entries=report.entries,
        milliseconds=report.milliseconds,
        differences=[asdict(item) for item in report.differences],
    )
    session.add(row)
    session.flush()
    newest = select(LedgerCheck.id).order_by(LedgerCheck.id.desc()).limit(CHECKS_KEPT)
    session.execute(delete(LedgerCheck).where(LedgerCheck.id.not_in(newest)))
    return row


def last_check(session: Session, actor: Actor) -> LedgerCheck | None:
    """The result of the last check, for the desk and for jobs; for everybody else there is none."""
    if not policy.can_read_checks(actor):
        return None
    return session.scalar(select(LedgerCheck).order_by(LedgerCheck.id.desc()).limit(1))


def _periods(*, after: int) -> Chosen:
    requested = (
        select(func.coalesce(func.sum(WorkRequest.held), 0))
        .where(WorkRequest.period_id == PointPeriod.id)
        .scalar_subquery()
    )
    return (
        select(
            PointPeriod.id,
            (PointPeriod.plan_points + PointPeriod.option_points).label("given"),
            requested.label("requested"),
            PointBalance.period_id.label("balance_id"),
            PointBalance.entries,
            PointBalance.last_entry_id,
            *(getattr(PointBalance, account) for account in Account),
        )
        .join(PointBalance, PointBalance.period_id == PointPeriod.id, isouter=True)
        .where(PointPeriod.id > after)
        .order_by(PointPeriod.id)
        .limit(PERIODS_AT_ONCE)
    )


def _entries(first: int, last: int) -> Chosen:
    return (
        select(
            PointEntry.id,
            PointEntry.period_id,
            # As text, since a code that does not exist is something to find.
            type_coerce(PointEntry.kind, String).label("kind"),
            PointEntry.source,
            PointEntry.target,
            PointEntry.amount,
            PointEntry.reason,
        )
        .where(PointEntry.period_id.between(first, last))
        .order_by(PointEntry.period_id, PointEntry.id)
    )


def _booked(balances: Balances, entry: Columns) -> tuple[Balances, str]:
    """The balances after an entry, and why the rules refuse it, if they do."""
    try:
        source, target = Account(entry.source), Account(entry.target)
    except ValueError as error:
        return balances, str(error)
    try:
        posting = Posting(EntryKind(entry.kind), source, target, entry.amount)
        booked = balances.after(posting)
    except (LedgerRefusal, ValueError) as refusal:
        # The sums go on from what was booked, so that they can be compared all the same.
        return balances.moved(source, target, entry.amount), str(refusal)
    has_reason = entry.kind != EntryKind.OVERDRAFT or entry.reason
    return booked, "" if has_reason else "an overdraft without a reason"


def _requests_paid_otherwise() -> Chosen:
    """Requests whose entries are not those of their state: held while they wait, used when they were accepted."""
    amount, kind = PointEntry.amount, PointEntry.kind
    is_from_held = (kind == EntryKind.USE) & (PointEntry.source == Account.HELD)
    held = case(
        (kind == EntryKind.HOLD, amount), ((kind == EntryKind.RELEASE) | is_from_held, -amount), else_=0
    )
    used = case((kind.in_([EntryKind.USE, EntryKind.OVERDRAFT]), amount), else_=0)
    overdraft = case((kind == EntryKind.OVERDRAFT, amount), else_=0)
    of_entries = (
        select(
            PointEntry.request_id,
            func.sum(held).label("held"),
            func.sum(used).label("used"),
            func.sum(overdraft).label("overdraft"),
            func.min(PointEntry.period_id).label("first_period"),
            func.max(PointEntry.period_id).label("last_period"),
        )
        .where(PointEntry.request_id.is_not(None))
        .group_by(PointEntry.request_id)
        .subquery()
    )
    expected = {
        "held": WorkRequest.held,
        "used": case((WorkRequest.state == RequestState.ACCEPTED, WorkRequest.points), else_=0),
        "overdraft": WorkRequest.overdraft,
    }
    found = {name: func.coalesce(of_entries.c[name], 0) for name in expected}
    return (
        select(
            WorkRequest.number,
            WorkRequest.period_id,
            of_entries.c.first_period,
            of_entries.c.last_period,
            *(expected[name].label(f"{name}_expected") for name in expected),
            *(found[name].label(f"{name}_found") for name in expected),
        )
        .join(of_entries, of_entries.c.request_id == WorkRequest.id, isouter=True)
        .where(
            or_(
                *(expected[name] != found[name] for name in expected),
                of_entries.c.first_period != WorkRequest.period_id,
                of_entries.c.last_period != WorkRequest.period_id,
            )
        )
        .order_by(WorkRequest.id)
    )


def _corrections_booked_otherwise() -> Chosen:
    """Corrections whose entries are not their difference, or that have some though nobody booked them."""
    signed = case((PointEntry.target == Account.USED, PointEntry.amount), else_=-PointEntry.amount)
    of_entries = (
        select(PointEntry.correction_id, func.sum(signed).label("found"))
        .where(PointEntry.correction_id.is_not(None))
        .group_by(PointEntry.correction_id)
        .subquery()
    )
    is_booked = PointCorrection.state == CorrectionState.BOOKED
    expected = case((is_booked, PointCorrection.difference), else_=0)
    found = func.coalesce(of_entries.c.found, 0)
    return (
        select(PointCorrection.id, expected.label("expected"), found.label("found"))
        .join(of_entries, of_entries.c.correction_id == PointCorrection.id, isouter=True)
        .where(expected != found)
        .order_by(PointCorrection.id)
    )
