"""Fixtures of all tests: one application per process, and for each test a fresh copy of the database."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings, read_settings
from app.extensions import db
from app.migrate import alembic
from tests import cast
from tests.client import InspectingClient
from tests.factories import search
from tests.factories.database import contents
from tests.factories.mails import SentMail, queued_mails

Answer = TypeVar("Answer")
# Whatever a factory takes.
Argument = Any
Given = Callable[..., Any]
Stored = Callable[[Callable[[Session], Any]], Any]
SignedIn = Callable[..., InspectingClient]
Outbox = Callable[[], list[SentMail]]
Untouched = Callable[[], AbstractContextManager[None]]

# Pages are parsed into many small objects that soon go by themselves; the collector need not look after each of them.
gc.set_threshold(100_000, 20, 20)

TEST_ENVIRONMENT = {
    "MADOGUCHI_SECRET_KEY": "a secret of the test suite, long enough",
    "MADOGUCHI_TESTING": "on",
    "MADOGUCHI_CHEAP_HASHES": "on",
    "MADOGUCHI_PUBLIC_URL": "https://desk.test",
}


def settings_for(folder: Path, **changes: str) -> Settings:
    """Settings of an installation in ``folder``; ``changes`` are environment variables."""
    return read_settings({**TEST_ENVIRONMENT, "MADOGUCHI_DATA": str(folder), **changes})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the browser together and first: browser and desk are then opened once, not for each file."""
    items.sort(key=lambda item: "/browser/" not in item.nodeid)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of this test process, its database migrated and the cast built in."""
    os.environ.pop("FLASK_DEBUG", None)
    app = create_app(settings_for(tmp_path_factory.mktemp("data")))
    with app.app_context():
        alembic.upgrade()
        cast.build(db.session)
        db.session.commit()
        db.session.close()
        search.build_empty(app)
        db.engine.dispose()
    database = _database(app)
    shutil.copy(database, database.with_suffix(".master"))
    return app


@pytest.fixture
def app(installation: Flask) -> Iterator[Flask]:
    """The application on a fresh copy of the cast's database."""
    database = _database(installation)
    # A new file, not new bytes in the old one: a connection that a test left open must not see this test's.
    for leftover in (database, f"{database}-wal", f"{database}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copy(database.with_suffix(".master"), database)
    search.restore_empty(installation)
    yield installation
    with installation.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the application, in an application context without a request."""
    with app.test_request_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A browser's stand-in that inspects every page it fetches; nobody is signed in."""
    return InspectingClient(app)


@pytest.fixture
def given(app: Flask) -> Given:
    """What is there before the test's own act: ``given(factory, …)`` runs a factory and commits."""

    def make(factory: Callable[..., Answer], *args: Argument, **options: Argument) -> Answer:
        with app.test_request_context():
            made = factory(db.session, *args, **options)
            db.session.commit()
            return made

    return make


@pytest.fixture
def stored(app: Flask) -> Stored:
    """Look into the database after an act: ``stored(lambda session: …)``."""

    def look(question: Callable[[Session], Answer]) -> Answer:
        with app.test_request_context():
            answer = question(db.session)
            # Rows that the answer holds stay readable when the transaction has ended.
            db.session.expunge_all()
            db.session.rollback()
            return answer

    return look


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """A browser of its own for each person: ``signed_in("hanako")``."""

    def sign_in(name: str, *, language: str | None = None) -> InspectingClient:
        return InspectingClient(app, language=language).enter(name)

    return sign_in


@pytest.fixture
def outbox(stored: Stored) -> Outbox:
    """The mails queued since the last look: ``outbox()``."""
    seen: set[int] = set()

    def look() -> list[SentMail]:
        new = [mail for mail in stored(queued_mails) if mail.id not in seen]
        seen.update(mail.id for mail in new)
        return new

    return look


@pytest.fixture
def untouched(stored: Stored) -> Untouched:
    """Prove that nothing was written: ``with untouched(): …``."""

    @contextmanager
    def watch() -> Iterator[None]:
        before = stored(contents)
        yield
        after = stored(contents)
        changed = [table for table, rows in after.items() if rows != before[table]]
        assert not changed, f"written to: {changed}"

    return watch


def _database(app: Flask) -> Path:
    settings: Settings = app.config["SETTINGS"]
    return settings.data_dir / "madoguchi.sqlite3"


if os.environ.get("MADOGUCHI_TESTS_ON") == "postgresql":
    # The same tests with PostgreSQL below (docs/postgresql.md): its fixtures take the places of those above.
    on_postgresql = import_module("tests.postgresql.fixtures")
    server = on_postgresql.server
    installation, app = on_postgresql.installation, on_postgresql.app
