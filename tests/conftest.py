"""Fixtures of all tests: one application per test process, and for every test a fresh copy of the cast's database."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings, read_settings
from app.extensions import alembic, db
from tests import cast
from tests.client import InspectingClient

TEST_ENVIRONMENT = {
    "MADOGUCHI_SECRET_KEY": "a secret of the test suite, long enough",
    "MADOGUCHI_TESTING": "on",
    "MADOGUCHI_CHEAP_HASHES": "on",
    "MADOGUCHI_PUBLIC_URL": "https://desk.test",
}


def settings_for(folder: Path, **changes: str) -> Settings:
    """Settings of an installation in ``folder``; ``changes`` are environment variables."""
    return read_settings({**TEST_ENVIRONMENT, "MADOGUCHI_DATA": str(folder), **changes})


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
        db.engine.dispose()
    database = _database(app)
    shutil.copy(database, database.with_suffix(".master"))
    return app


@pytest.fixture
def app(installation: Flask) -> Iterator[Flask]:
    """The application on a fresh copy of the cast's database."""
    database = _database(installation)
    for leftover in (f"{database}-wal", f"{database}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copy(database.with_suffix(".master"), database)
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


def _database(app: Flask) -> Path:
    settings: Settings = app.config["SETTINGS"]
    return settings.data_dir / "madoguchi.sqlite3"
