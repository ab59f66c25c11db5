"""Installations with the demo switched on: one empty, one with the world in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.demo.prepare import prepare_demo
from app.extensions import db
from app.migrate import alembic
from tests.client import InspectingClient
from tests.conftest import settings_for


def open_demo(folder: Path) -> Flask:
    """An installation with the demo on and a migrated, empty database."""
    os.environ.pop("FLASK_DEBUG", None)
    app = create_app(settings_for(folder, MADOGUCHI_DEMO="on"))
    with app.app_context():
        alembic.upgrade()
    return app


def close(app: Flask) -> None:
    """Let go of the database, so that its file is whole."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def demo_installation(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application behind :func:`empty_demo`, made and migrated once."""
    app = open_demo(tmp_path_factory.mktemp("empty-demo"))
    close(app)
    database = database_of(app)
    shutil.copy(database, database.with_suffix(".master"))
    return app


@pytest.fixture
def empty_demo(demo_installation: Flask) -> Iterator[Flask]:
    """The demo before its world is loaded."""
    database = database_of(demo_installation)
    for leftover in (f"{database}-wal", f"{database}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copy(database.with_suffix(".master"), database)
    yield demo_installation
    close(demo_installation)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with its world; for tests that change nothing."""
    app = open_demo(tmp_path_factory.mktemp("demo"))
    with app.app_context():
        prepare_demo(db.session, app.config["SETTINGS"])
        db.session.commit()
    yield app
    close(app)


@pytest.fixture
def world(demo: Flask) -> Iterator[Session]:
    """A session on the loaded world."""
    with demo.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def visitor(empty_demo: Flask) -> InspectingClient:
    """Somebody with a Japanese browser who looks at the empty demo."""
    return InspectingClient(empty_demo, language="ja")


def database_of(app: Flask) -> Path:
    """The file that holds an installation's data."""
    folder: Path = app.config["SETTINGS"].data_dir
    return folder / "madoguchi.sqlite3"
