"""The rules of the engine on PostgreSQL: who reads cannot write, who writes is alone, words are found as on SQLite."""

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import not_, select, text
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from app import create_app
from app.contracts.models import ContractHolder
from app.db import impatient, is_busy, one_of_many, reset_reading, set_reading
from app.extensions import db
from tests.conftest import settings_for
from tests.postgresql.server import Server

RENAMED = text("UPDATE contract_holder SET name = name || '!'")
NAMES = select(ContractHolder.name).order_by(ContractHolder.id)


@pytest.mark.req("REL-02")
def test_who_reads_cannot_write_and_sees_one_state(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as writer, db.sessionmaker() as reader:
        token = set_reading(True)
        before = reader.scalars(NAMES).all()
        reset_reading(token)
        writer.execute(RENAMED)
        writer.commit()
        assert reader.scalars(NAMES).all() == before
        assert db.session.scalars(NAMES).all() != before
        with pytest.raises(InternalError, match="read-only transaction"):
            reader.execute(RENAMED)


@pytest.mark.req("REL-02")
def test_who_reads_locks_nothing_where_a_writer_would(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as reader:
        token = set_reading(True)
        for lock in (NAMES.with_for_update(), NAMES.with_for_update(of=ContractHolder)):
            assert reader.scalars(lock).all()
        reset_reading(token)
        held = "SELECT count(*) FROM pg_locks WHERE relation = 'contract_holder'::regclass AND mode = 'RowShareLock'"
        assert db.session.scalar(text(held)) == 0
        db.session.rollback()
        with db.sessionmaker() as writer:
            writer.scalars(NAMES.with_for_update()).all()
            assert writer.scalar(text(held)) == 1


@pytest.mark.req("REL-02", "REL-06")
def test_who_writes_is_alone_and_the_next_one_waits(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as first:
        first.execute(RENAMED)
        with db.sessionmaker() as second, impatient(), pytest.raises(OperationalError) as turned_away:
            second.execute(RENAMED)
        assert is_busy(turned_away.value)
        order: list[str] = []

        def write() -> None:
            with app.app_context(), db.sessionmaker() as third, third.begin():
                assert str(third.scalars(NAMES).first()).endswith("!")
                order.append("third")

        waiting = Thread(target=write)
        waiting.start()
        waiting.join(timeout=0.1)
        order.append("first")
        first.commit()
        waiting.join(timeout=10)
        assert order == ["first", "third"]


@pytest.mark.req("REL-02")
def test_whoever_waits_too_long_is_told_to_come_again(app: Flask) -> None:
    with app.app_context(), db.sessionmaker() as first:
        # Less patience on the connection that is used next; an installation waits 5 seconds.
        connection: Any = db.engine.raw_connection()
        connection.driver_connection.execute("SET lock_timeout = '50ms'")
        connection.commit()
        with db.sessionmaker() as second:
            first.execute(RENAMED)
            connection.close()
            with pytest.raises(OperationalError) as turned_away:
                second.execute(text("SELECT 1"))
        assert is_busy(turned_away.value)
        with app.test_request_context("/cs/"):
            answer = app.make_response(app.handle_user_exception(turned_away.value))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.req("REL-02")
def test_a_lost_connection_is_replaced_before_the_next_transaction(app: Flask, server: Server) -> None:
    with app.app_context():
        with db.sessionmaker() as session:
            before = session.scalars(NAMES).all()
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'madoguchi'")
        with db.sessionmaker() as session:
            assert session.scalars(NAMES).all() == before


@pytest.mark.req("REL-02")
def test_a_transaction_that_lost_its_connection_is_lost_as_a_whole(app: Flask, server: Server) -> None:
    with app.app_context():
        with db.sessionmaker() as session:
            before = session.scalars(NAMES).all()
            session.rollback()
            session.execute(RENAMED)
            server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'madoguchi'")
            with pytest.raises(OperationalError):
                session.commit()
        with db.sessionmaker() as session:
            assert session.scalars(NAMES).all() == before


@pytest.mark.req("REL-02")
def test_what_was_committed_is_on_the_disk(session: Session) -> None:
    settings = ("fsync", "synchronous_commit", "lock_timeout", "transaction_isolation")
    assert [session.scalar(text(f"SHOW {name}")) for name in settings] == ["on", "on", "5s", "read committed"]


@pytest.mark.req("FILTER-03")
def test_words_are_found_as_on_sqlite(session: Session) -> None:
    found = select(ContractHolder.name)
    session.add(ContractHolder(name="Ångström Labs"))
    session.flush()
    assert session.scalars(found.where(ContractHolder.name.contains("STRÖM l"))).all() == []
    assert session.scalars(found.where(ContractHolder.name.contains("NGSTRöM l"))).all() == ["Ångström Labs"]
    assert session.scalars(found.where(ContractHolder.name.startswith("a会"))).all() == ["A会社"]


@pytest.mark.req("SEC-32")
def test_a_sign_that_the_server_refuses_finds_nothing_and_breaks_nothing(session: Session) -> None:
    assert session.scalars(select(ContractHolder).where(ContractHolder.name == "A\0会社")).all() == []
    assert session.scalars(select(ContractHolder).where(ContractHolder.name.in_(["A\0", "B"]))).all() == []
    session.add_all([ContractHolder(name="A\0B"), ContractHolder(name="C\0D")])
    session.flush()
    session.expire_all()
    assert {"A\ufffdB", "C\ufffdD"} <= set(session.scalars(NAMES))


@pytest.mark.req("FILTER-07")
@pytest.mark.parametrize("count", [0, 1, 40_000])
def test_any_number_of_ids_is_one_parameter(session: Session, count: int) -> None:
    known = list(session.scalars(select(ContractHolder.id).order_by(ContractHolder.id)))
    given = [*known[:1], *range(10_000, 10_000 + count)] if count else []
    is_given = one_of_many(ContractHolder.id, given)
    assert session.scalars(select(ContractHolder.id).where(is_given)).all() == (known[:1] if count else [])
    others = session.scalars(select(ContractHolder.id).where(not_(is_given)).order_by(ContractHolder.id))
    assert others.all() == (known[1:] if count else known)


@pytest.mark.req("REL-02")
def test_a_database_with_the_letters_of_a_language_is_refused(server: Server, tmp_path: Path) -> None:
    server.run(
        "DROP DATABASE IF EXISTS letters",
        "CREATE DATABASE letters OWNER madoguchi TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
    )
    app = create_app(settings_for(tmp_path, DATABASE_URL=server.url("letters")))
    with app.app_context(), pytest.raises(RuntimeError, match=r"createdb .* --locale=C"):
        db.session.execute(text("SELECT 1"))
