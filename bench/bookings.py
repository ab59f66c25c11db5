"""How long one booking of points takes, on SQLite and on a PostgreSQL of its own (``make bench``).

A booking holds two points and commits: the balances are locked and read, the entry is written, the triggers follow, and
the database has it on the disk when the time is taken. A submission is the whole act of filing a request that holds its
points: number, request, booking, event, mail in the outbox. Median and 95th percentile, one after the other.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app import create_app
from app.catalog import ledger
from app.catalog.actions.booking import Cause, book
from app.catalog.balances import locked_balances
from app.extensions import db
from app.migrate import alembic
from tests import cast
from tests.conftest import settings_for
from tests.factories import catalog, requests
from tests.postgresql.server import programs, run_server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "300"))
AMOUNT = 2


def installation(folder: Path, **changes: str) -> Flask:
    """An application with the cast, a period of points and an item that costs some."""
    app = create_app(settings_for(folder, **changes))
    with app.app_context():
        alembic.upgrade()
    with app.test_request_context():
        cast.build(db.session)
        catalog.period(db.session, plan_points=1_000_000, option_points=0)
        catalog.item(db.session, points=AMOUNT)
        db.session.commit()
    return app


def milliseconds(act: Callable[[int], None]) -> list[float]:
    """How long each round took, after some that nobody counts."""
    took = []
    for index in range(-20, ROUNDS):
        begun = time.perf_counter()
        act(index)
        if index >= 0:
            took.append((time.perf_counter() - begun) * 1_000)
    return sorted(took)


def hold(index: int) -> None:
    """One booking in a transaction of its own."""
    with db.sessionmaker() as session, session.begin():
        postings = ledger.hold(locked_balances(session, 1), AMOUNT)
        book(session, 1, postings, actor=catalog.MAKER, cause=Cause(key=f"bench:{index}"))


def submit(_: int) -> None:
    """One request, filed and held."""
    with db.sessionmaker() as session, session.begin():
        assert catalog.request(session, requests.item_of(session)).held == AMOUNT  # noqa: S101 - else nothing is measured


def measure(name: str, app: Flask) -> None:
    """Measure both acts and print a line each."""
    with app.test_request_context():
        for label, act in (("booking", hold), ("submission", submit)):
            took = milliseconds(act)
            late = took[int(len(took) * 0.95)]
            print(f"{name:<12} {label:<12} median {statistics.median(took):6.2f} ms   95 % {late:6.2f} ms")
        db.engine.dispose()


def main() -> None:
    """Measure on each database that this machine has."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", installation(Path(folder)))
    found = programs()
    if found is None:
        print("PostgreSQL   is not on this machine: apt-get install postgresql")
        return
    with run_server(found) as server, tempfile.TemporaryDirectory() as folder:
        server.make("bench")
        measure("PostgreSQL", installation(Path(folder), DATABASE_URL=server.url("bench")))


if __name__ == "__main__":
    main()
