"""What the index in PostgreSQL has to do with its server: its own schema, its own turn, its own connections."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app.db import impatient, reset_reading, set_reading
from app.extensions import db
from app.migrate import alembic
from app.search import postgresql_queries
from app.search.engine import IndexUnusable
from app.search.postgresql_engine import LAST, NEXT, SCHEMA, PostgresqlEngine
from app.search.postgresql_tables import DOCUMENTS, TERMS
from app.search.query import EVERYTHING
from tests.factories.index import analyzed, best_first, found, has, put
from tests.postgresql.fixtures import DATABASE
from tests.postgresql.server import Server

SCHEMAS = f"SELECT nspname FROM pg_namespace WHERE nspname LIKE '{SCHEMA}%'"


@pytest.fixture
def engine(app: Flask, server: Server) -> Iterator[PostgresqlEngine]:
    """An empty index beside the tables of the application."""
    assert app.config["SETTINGS"].database == server.url(DATABASE)
    made = PostgresqlEngine(app.config["SETTINGS"].database)
    with made.rebuild():
        pass
    yield made
    made.close()


@pytest.mark.req("REL-09")
def test_migrations_know_nothing_of_the_index(app: Flask, engine: PostgresqlEngine, server: Server) -> None:
    put(engine, analyzed("case:1", "printer"))
    with psycopg.connect(server.url(DATABASE)) as connection:
        named = connection.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename LIKE 'document_%'"
        ).fetchall()
    with app.app_context():
        assert alembic.compare_metadata() == []
    assert named == [(SCHEMA,)]


@pytest.mark.req("F05")
def test_who_indexes_keeps_no_writer_of_the_application_waiting(app: Flask, engine: PostgresqlEngine) -> None:
    with engine.writer() as writer, app.app_context():
        writer.replace([], [analyzed("case:1", "printer")])
        with db.sessionmaker() as session, impatient():
            session.execute(text("UPDATE contract_holder SET name = name || '!'"))
            # And the other way round: the index is written while somebody else has the application's turn.
            writer.replace([], [analyzed("case:2", "printer")])
            session.commit()
    assert found(engine, has("printer")) == {"case:1", "case:2"}


@pytest.mark.req("F05")
def test_a_page_that_only_reads_may_ask_and_sees_what_was_indexed_meanwhile(
    app: Flask, engine: PostgresqlEngine
) -> None:
    with app.app_context():
        token = set_reading(True)
        db.session.execute(text("SELECT 1"))
        assert engine.count(EVERYTHING) == 0
        put(engine, analyzed("case:1", "printer"))
        assert engine.count(EVERYTHING) == 1
        db.session.rollback()
        reset_reading(token)


def _write_and_lose_the_connection(engine: PostgresqlEngine, server: Server) -> None:
    with engine.writer() as writer:
        _end_connections(server)
        writer.replace([], [analyzed("case:2", "printer")])


@pytest.mark.req("F05")
def test_a_lost_connection_is_replaced(engine: PostgresqlEngine, server: Server) -> None:
    put(engine, analyzed("case:1", "printer"))
    with pytest.raises(IndexUnusable):
        _write_and_lose_the_connection(engine, server)
    _end_connections(server)
    assert found(engine, EVERYTHING) == {"case:1"}


def _end_connections(server: Server) -> None:
    server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madoguchi search'"
    )


@pytest.mark.req("F05")
def test_an_index_that_lost_its_tables_or_is_of_another_making_is_built_anew(
    engine: PostgresqlEngine, server: Server
) -> None:
    put(engine, analyzed("case:1", "printer"))
    for harm in (
        f"DROP TABLE {SCHEMA}.{TERMS.name}",
        f"ALTER TABLE {SCHEMA}.{DOCUMENTS.name} RENAME TO document_0",
        f"ALTER TABLE {SCHEMA}.{DOCUMENTS.name} DROP COLUMN tags",
        f"DROP SCHEMA {SCHEMA} CASCADE",
    ):
        with psycopg.connect(server.url(DATABASE), autocommit=True) as connection:
            connection.execute(harm.encode())
        with pytest.raises(IndexUnusable):
            engine.check()
        with engine.rebuild() as writer:
            writer.replace([], [analyzed("case:1", "printer")])
        engine.check()
        assert found(engine, has("printer")) == {"case:1"}


@pytest.mark.req("F05")
def test_nothing_is_left_of_indexes_before(engine: PostgresqlEngine, server: Server) -> None:
    with psycopg.connect(server.url(DATABASE), autocommit=True) as connection:
        for schema in (NEXT, LAST):
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        with engine.rebuild() as writer:
            writer.replace([], [analyzed("case:1", "printer")])
        assert [row[0] for row in connection.execute(SCHEMAS.encode())] == [SCHEMA]


@pytest.mark.req("SEARCH-02")
def test_pages_of_hits_go_on_where_the_last_one_ended(
    engine: PostgresqlEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many are looked at closely, the rest follows them in the order of their age."""
    monkeypatch.setattr(postgresql_queries, "LOOKED_AT", 6)
    many = [analyzed(f"case:{number}", "printer " * (number % 3 + 1), day=number) for number in range(12)]
    put(engine, *many, analyzed("case:99", title="printer"))
    whole = best_first(engine, has("printer"))
    assert len(set(whole)) == 13
    assert whole[0] == "case:99"
    paged = [
        hit.key for offset in range(0, 13, 2) for hit in engine.search(has("printer"), limit=2, offset=offset)
    ]
    assert paged == whole


@pytest.mark.req("SEC-43")
def test_a_text_larger_than_the_server_ranks_is_found_to_its_end(engine: PostgresqlEngine) -> None:
    wide = [f"{number}".rjust(60, "漢") for number in range(4_100)]
    put(engine, analyzed("case:1", wide, title=wide, files=wide, notes=wide))
    assert best_first(engine, has(wide[-1])) == ["case:1"]
    assert best_first(engine, has(wide[0])) == ["case:1"]
