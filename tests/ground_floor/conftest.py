"""Installations of the ground floor's own tests: empty but for the tables, each in a folder of its own."""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, logs
from app.config import Settings
from app.extensions import db
from app.migrate import alembic
from tests.conftest import settings_for
from tests.ground_floor.smtp import Server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, to be copied."""
    os.environ.pop("FLASK_DEBUG", None)
    folder = tmp_path_factory.mktemp("empty")
    app = create_app(settings_for(folder))
    with app.app_context():
        alembic.upgrade()
        db.engine.dispose()
    return folder / "madoguchi.sqlite3"


@pytest.fixture
def settings(migrated: Path, tmp_path: Path) -> Settings:
    """Settings of an installation whose database is empty."""
    shutil.copy(migrated, tmp_path / "madoguchi.sqlite3")
    return settings_for(tmp_path, MADOGUCHI_SMTP_TIMEOUT="1")


@pytest.fixture
def bare(settings: Settings) -> Iterator[Flask]:
    """An application without any data; a test may mount routes of its own on it."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def smtp() -> Iterator[Server]:
    """A mail server that accepts, until it is told otherwise."""
    server = Server()
    yield server
    server.end()


@pytest.fixture
def log(bare: Flask) -> Iterator[io.StringIO]:
    """What the application writes to its log, as much as it does in production."""
    before, written = sys.stderr, io.StringIO()
    sys.stderr = written
    settings: Settings = bare.config["SETTINGS"]
    logs.configure(replace(settings, testing=False))
    yield written
    sys.stderr = before
    logs.configure(settings)
