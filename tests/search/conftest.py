"""Every engine that there is, each with an index of its own for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.search.engine import Engine
from tests.postgresql.fixtures import server
from tests.postgresql.server import Server

__all__ = ["server"]

DATABASE = "search"
# Opens the test's index once more, as another process would.
OpenEngine = Callable[[], Engine]


@pytest.fixture(scope="session")
def search_database(server: Server) -> str:
    """The address of a database that holds nothing but an index."""
    server.make(DATABASE)
    return server.url(DATABASE)


@pytest.fixture(params=["whoosh", "postgresql"])
def open_engine(request: pytest.FixtureRequest) -> OpenEngine:
    """Opens an index that nobody has built yet, by each engine in its turn."""
    opens: OpenEngine = request.getfixturevalue(f"open_{request.param}")
    return opens


@pytest.fixture
def open_whoosh(tmp_path: Path) -> OpenEngine:
    """Opens an index in a folder of the test's own."""
    from app.search.whoosh_engine import WhooshEngine  # noqa: PLC0415 - each library is loaded for its own tests

    return lambda: WhooshEngine(tmp_path / "search")


@pytest.fixture
def open_postgresql(search_database: str) -> Iterator[OpenEngine]:
    """Opens an index in a database that holds no other."""
    from app.search.postgresql_engine import SCHEMA, PostgresqlEngine  # noqa: PLC0415 - likewise

    opened: list[PostgresqlEngine] = []

    def open_one() -> PostgresqlEngine:
        opened.append(PostgresqlEngine(search_database))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()
    with psycopg.connect(search_database, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())


@pytest.fixture
def engine(open_engine: OpenEngine) -> Engine:
    """An index that was built and holds nothing."""
    opened = open_engine()
    with opened.rebuild():
        pass
    return opened
