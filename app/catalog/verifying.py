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

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import comparisons, policy
from app.catalog.ledger import Account, Balances, EntryKind, LedgerRefusal, Posting
from app.catalog.models import LedgerCheck, PointBalance, PointEntry, PointPeriod

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
        while periods := self._session.execute(comparisons.periods(after=last, limit=PERIODS_AT_ONCE)).all():
            first, last = periods[0].id, periods[-1].id
            chosen = comparisons.entries(first, last).execution_options(yield_per=ENTRIES_AT_ONCE)
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
        for row in self._session.execute(comparisons.requests_paid_otherwise()):
            for name in ("held", "used", "overdraft"):
                expected, found = getattr(row, f"{name}_expected"), getattr(row, f"{name}_found")
                if expected != found:
                    yield Difference(Wrong.REQUEST, f"{row.number} {name}", expected, found)
            for found in {row.first_period, row.last_period} - {None, row.period_id}:
                yield Difference(Wrong.REQUEST, f"{row.number} period", str(row.period_id), found)

    def _of_corrections(self) -> Iterator[Difference]:
        for row in self._session.execute(comparisons.corrections_booked_otherwise()):
            yield Difference(Wrong.CORRECTION, f"correction {row.id}", row.expected, row.found)


def compare(session: Session) -> Report:
    """Compare entries, balances, requests and corrections as they were at one moment; nothing is written.

    :param session: one that has not begun: where the database lets others write meanwhile, the transaction that begins
        here sees nothing of that.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    begun = time.monotonic()
    comparison = Comparison(session)
    differences = list(islice(comparison.differences(), MOST_DIFFERENCES))
    return Report(
        periods=comparison.periods,
        entries=comparison.entries,
        milliseconds=round((time.monotonic() - begun) * 1_000),
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
