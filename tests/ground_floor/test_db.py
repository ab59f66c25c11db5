"""The database as REL-01 asks for it: pragmas, library, and one writer at a time that loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pysqlite3
import pytest
from flask import Flask
from sqlalchemy import insert, not_, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import create_app
from app.accounts.models import Realm, User
from app.authz import open_to_all
from app.config import Settings
from app.contracts.models import Service
from app.db import WriteWhileReading, impatient, one_of_many, reset_reading, set_reading, writing
from app.extensions import db
from app.numbering import NumberSequence
from tests import cast
from tests.ground_floor.threads import is_busy, together

pytestmark = pytest.mark.req("REL-01")

THREADS, ROUNDS = 8, 100


@contextmanager
def reading() -> Iterator[None]:
    """What a request is that only reads."""
    token = set_reading(True)
    try:
        yield
    finally:
        reset_reading(token)


@contextmanager
def as_another_process() -> Iterator[pysqlite3.Connection]:
    """A connection that stands in no line of ours and waits for nobody."""
    raw = db.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA busy_timeout=0")
        yield raw.driver_connection
    finally:
        raw.invalidate()
        raw.close()


@pytest.fixture
def counter(bare: Flask) -> Flask:
    """An installation with one row to fight over."""
    with bare.app_context():
        db.session.add(NumberSequence(name="counter", last=0))
        db.session.commit()
    return bare


def last(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(NumberSequence.last)).one()


def test_every_pooled_connection_has_the_pragmas(bare: Flask) -> None:
    with bare.app_context():
        connections = [db.engine.connect() for _ in range(20)]
        for connection in connections:
            told = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size")
            }
            assert told == {
                "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "mmap_size": 0,
            }  # fmt: skip
            connection.close()


def test_the_library_has_no_fault_in_its_log() -> None:
    assert pysqlite3.sqlite_version_info >= (3, 51, 3)


def test_an_older_library_stops_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("app.db"), "OLDEST_SAFE_SQLITE", (99, 0, 0))
    with pytest.raises(RuntimeError, match=r"can corrupt its log; 3\.51\.3"):
        create_app(settings)


def test_foreign_keys_hold(bare: Flask) -> None:
    with bare.app_context(), pytest.raises(IntegrityError, match="FOREIGN KEY"):
        db.session.execute(text("INSERT INTO user_number (user_id, number_id) VALUES (1, 1)"))


def test_whoever_may_write_holds_the_pen_from_the_first_read(counter: Flask) -> None:
    with counter.app_context(), as_another_process() as other:
        db.session.scalars(select(NumberSequence.last)).one()
        with pytest.raises(pysqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        db.session.rollback()
        other.execute("BEGIN IMMEDIATE")


def test_writers_of_one_process_wait_in_line_and_leave_it_however_they_end(counter: Flask) -> None:
    with counter.app_context():
        for end in (db.session.commit, db.session.rollback, db.session.close):
            db.session.scalars(select(NumberSequence.last)).one()
            with db.sessionmaker() as second, impatient(), pytest.raises(OperationalError, match="locked"):
                second.scalars(select(NumberSequence.last)).one()
            end()
        with as_another_process() as other:
            other.execute("BEGIN IMMEDIATE")
            with impatient(), pytest.raises(OperationalError, match="locked"):
                db.session.scalars(select(NumberSequence.last)).one()
            db.session.rollback()
        assert db.session.scalars(select(NumberSequence.last)).one() == 0, "nobody is left in the line"


def test_whoever_only_reads_holds_nobody_up(counter: Flask) -> None:
    with counter.app_context(), as_another_process() as writer, reading():
        db.session.scalars(select(NumberSequence.last)).one()
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE number_sequence SET last = 7")
        writer.execute("COMMIT")

        assert db.session.scalar(text("SELECT last FROM number_sequence")) == 0, "a reader sees one state"
        db.session.rollback()
        assert db.session.scalar(text("SELECT last FROM number_sequence")) == 7


def test_reading_then_writing_in_many_threads_loses_nothing(counter: Flask) -> None:
    def count_up(_: int) -> int:
        waited_too_long = 0
        done = 0
        while done < ROUNDS:
            try:
                with db.sessionmaker() as session, session.begin():
                    row = session.scalars(select(NumberSequence)).one()
                    row.last = row.last + 1
                done += 1
            except OperationalError as error:
                if not is_busy(error):
                    raise
                waited_too_long += 1
        return waited_too_long

    waited = together(counter, THREADS, count_up)

    assert last(counter) == THREADS * ROUNDS
    assert sum(waited) <= ROUNDS / 10, "writers must queue, not fail"


def test_a_flush_while_reading_raises(counter: Flask) -> None:
    with counter.app_context(), reading():
        db.session.add(NumberSequence(name="another", last=0))
        with pytest.raises(WriteWhileReading, match="changed rows"):
            db.session.flush()
        db.session.rollback()
        row = db.session.scalars(select(NumberSequence)).one()
        row.last = 1
        with pytest.raises(WriteWhileReading, match="changed rows"):
            db.session.commit()
        db.session.rollback()
        db.session.delete(db.session.scalars(select(NumberSequence)).one())
        with pytest.raises(WriteWhileReading, match="changed rows"):
            db.session.flush()
    assert last(counter) == 0


@pytest.mark.parametrize(
    "statement",
    [
        update(NumberSequence).values(last=1),
        insert(NumberSequence).values(name="another", last=1),
        NumberSequence.__table__.delete(),  # type: ignore[attr-defined]  # A table is more than its base says.
    ],
    ids=["update", "insert", "delete of the table"],
)
def test_a_writing_statement_while_reading_raises(counter: Flask, statement: object) -> None:
    with counter.app_context(), reading(), pytest.raises(WriteWhileReading, match="statement"):
        db.session.execute(statement)  # type: ignore[call-overload]  # One of three kinds.
    assert last(counter) == 0


def test_a_page_that_writes_fails_and_leaves_nothing(counter: Flask) -> None:
    @counter.get("/careless")
    @open_to_all("A view of this test.")
    def careless() -> str:
        db.session.execute(update(NumberSequence).values(last=99))
        return "done"

    answer = counter.test_client().get("/careless", base_url="https://desk.test")

    assert answer.status_code == 500
    assert last(counter) == 0


def test_a_door_of_its_own_may_write_while_reading(counter: Flask) -> None:
    with counter.app_context(), reading():
        with writing(), db.sessionmaker() as session, session.begin():
            session.execute(update(NumberSequence).values(last=5))
        with pytest.raises(WriteWhileReading):
            db.session.execute(update(NumberSequence).values(last=6))
    assert last(counter) == 5


def test_the_database_itself_refuses_a_code_that_is_none(bare: Flask) -> None:
    with bare.app_context(), pytest.raises(IntegrityError, match="CHECK"):
        db.session.execute(
            text(
                "INSERT INTO user (realm, login_id, login_key, mail, family_name, given_name, is_administrator,"
                " created_at, version) VALUES ('robot', 'r', 'r', 'r@x', 'r', 'r', 0, '2026-11-20', 1)"
            )
        )


@pytest.mark.req("REL-05")
def test_a_row_that_changed_under_ones_hands_is_not_overwritten(app: Flask) -> None:
    with app.app_context():
        mine = cast.person(db.session, "hanako")
        db.session.commit()
        with db.sessionmaker() as other, other.begin():
            other.execute(text('UPDATE "user" SET version = version + 1, given_name = :n WHERE id = :i'),
                          {"n": "別名", "i": mine.id})  # fmt: skip
        mine.given_name = "上書き"
        with pytest.raises(StaleDataError):
            db.session.flush()
        db.session.rollback()
        assert (
            db.session.scalar(select(User.given_name).where(User.id == mine.id, User.realm == Realm.CUSTOMER))
            == "別名"
        )


@pytest.mark.req("SEC-55")
def test_the_text_of_an_error_holds_nothing_that_was_to_be_stored(counter: Flask) -> None:
    canary = "what a customer wrote"
    with counter.app_context():
        written = insert(NumberSequence).values(name=canary, last=1)
        db.session.execute(written)
        with pytest.raises(IntegrityError) as caught:
            db.session.execute(written)
    assert canary not in str(caught.value)


@pytest.mark.parametrize("count", [0, 1, 40_000])
def test_one_of_many_takes_any_number_of_ids(session: Session, count: int) -> None:
    known = list(session.scalars(select(Service.id).order_by(Service.id)))
    given = [*known[:1], *range(10_000, 10_000 + count)] if count else []
    found = session.scalars(select(Service.id).where(one_of_many(Service.id, given)).order_by(Service.id))
    assert list(found) == (known[:1] if count else [])
    others = session.scalars(select(Service.id).where(not_(one_of_many(Service.id, given))))
    assert set(others) == set(known) - set(known[:1] if count else [])


def test_one_of_many_is_one_parameter_of_postgresql() -> None:
    statement = select(Service.id).where(one_of_many(Service.id, [2, 1]))
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped.
    compiled = statement.compile(dialect=dialect)
    assert "= ANY(%(" in str(compiled)
    assert [*compiled.params.values()] == [[2, 1]]
