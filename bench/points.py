"""Measure the ledger of points at 100,000 entries: ``make bench``, or alone ``python -m bench.points``.

Printed are the medians of one booking (the balances locked, an entry written, its balances by trigger, the commit), of
one page of a statement, and the seconds of a check of the whole ledger with the memory that it needs beyond what the
process held before. ``DATABASE_URL`` measures another, empty database instead of SQLite.
"""

import os
import resource
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from app import clock, create_app, migrate
from app.authz import system_actor
from app.catalog import ledger, verifying
from app.catalog.actions.booking import Cause, book
from app.catalog.actions.granting import open_period
from app.catalog.balances import locked_balances
from app.catalog.ledger import Account, EntryKind
from app.catalog.models import PointEntry, PointPeriod
from app.catalog.statement import statement_page, statement_sort
from app.contracts import actions as contracts
from app.extensions import db
from app.migrate import alembic

PERIODS = 200
ENTRIES = 500
LONG_PERIOD = 5_000
ROUNDS = 300
POINTS = 1_000
AT_ONCE = 5_000
FIRST_DAY = date(2000, 1, 1)
MAKER = system_actor("bench")


def main() -> None:
    """Fill a database, book, read, and check."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("MADOGUCHI_SECRET_KEY", secrets.token_hex(32))
        os.environ["MADOGUCHI_DATA"] = folder
        app = create_app()
        migrate.init_app(app)
        with app.app_context():
            alembic.upgrade()
        with app.test_request_context():
            long, short = _fill()
            print(f"{db.engine.dialect.name}, {PERIODS} periods x {ENTRIES} entries, one of {LONG_PERIOD}")
            _print("one booking with its commit", _median(_booking(short)))
            _print("one booking in the long period", _median(_booking(long)))
            _print(f"first page of a statement, {ENTRIES} entries", _median(_statement(short, 1), rounds=50))
            _print(
                f"first page of a statement, {LONG_PERIOD} entries", _median(_statement(long, 1), rounds=20)
            )
            _check()


def _fill() -> tuple[int, int]:
    """Periods of one day each, on one customer number; returns the long one and a short one."""
    with db.sessionmaker() as session, session.begin():
        service = contracts.add_service(
            session, actor=MAKER, slug="cs", name_ja="計測", name_en="Bench", user_id_suffix=".cs"
        )
        holder = contracts.add_contract_holder(session, actor=MAKER, name="計測")
        number = contracts.add_customer_number(
            session, actor=MAKER, number="N000000001", holder=holder, service=service, pattern=r"N[0-9]{9}"
        )
        days = [FIRST_DAY + timedelta(days=index) for index in range(PERIODS + 1)]
        periods = [
            open_period(
                session,
                actor=MAKER,
                number=number,
                starts_on=day,
                ends_on=day,
                plan_points=POINTS,
                option_points=0,
            ).id
            for day in days
        ]
    _add_entries(periods[0], LONG_PERIOD)
    for period_id in periods[1:]:
        _add_entries(period_id, ENTRIES)
    return periods[0], periods[1]


def _add_entries(period_id: int, count: int) -> None:
    """Points that are held and released in turn; the triggers see to the balances."""
    moves = ((EntryKind.HOLD, Account.FREE, Account.HELD), (EntryKind.RELEASE, Account.HELD, Account.FREE))
    rows = [
        {
            "period_id": period_id, "kind": kind, "source": source, "target": target, "amount": 8, "reason": "",
            "actor_kind": MAKER.kind, "actor_name": MAKER.name, "at": clock.now(), "key": f"{period_id}:{index}",
        }
        for index in range(count)
        for kind, source, target in (moves[index % 2],)
    ]  # fmt: skip
    with db.sessionmaker() as session, session.begin():
        session.execute(insert(PointEntry), rows)


def _booking(period_id: int) -> Callable[[int], None]:
    def book_once(turn: int) -> None:
        with db.sessionmaker() as session, session.begin():
            balances = locked_balances(session, period_id)
            postings = ledger.release(balances, 3) if turn % 2 else ledger.hold(balances, 3)
            cause = Cause(key=f"bench:{period_id}:{turn}")
            book(session, period_id, postings, actor=MAKER, cause=cause)

    return book_once


def _statement(period_id: int, page: int) -> Callable[[int], None]:
    def read_once(_: int) -> None:
        with db.sessionmaker() as session:
            loads = joinedload(PointPeriod.balance)
            period = session.scalars(
                select(PointPeriod).where(PointPeriod.id == period_id).options(loads)
            ).one()
            sort = statement_sort("")
            statement_page(session, period, for_desk=True, sort=sort, wanted=page, url=str)

    return read_once


def _median(act: Callable[[int], None], rounds: int = ROUNDS) -> float:
    """The median time in milliseconds."""
    taken = []
    for turn in range(rounds):
        begun = time.perf_counter()
        act(turn)
        taken.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(taken)


def _check() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with db.sessionmaker() as session:
        report = verifying.compare(session)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024
    print(
        f"check of {report.entries} entries: {report.milliseconds / 1_000:.1f} s, {more:.0f} MB more, "
        f"{len(report.differences)} differences"
    )


def _print(name: str, milliseconds: float) -> None:
    print(f"{name}: {milliseconds:.1f} ms (median)")


if __name__ == "__main__":
    main()
