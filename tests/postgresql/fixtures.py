"""The application on PostgreSQL, in place of the one on SQLite; all other fixtures of the suite work on top of it."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from app.extensions import db
from app.migrate import alembic
from tests import cast
from tests.conftest import settings_for
from tests.factories import search
from tests.postgresql.server import Server, programs, run_server

DATABASE, MASTER = "desk", "master"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this test process; without one the tests are skipped, or fail where nothing may be skipped."""
    found = programs()
    if found is None:
        reason = "There is no PostgreSQL on this machine: apt-get install postgresql"
        if any(os.environ.get(name, "") not in {"", "0"} for name in ("MADOGUCHI_REQUIRE_ALL", "CI")):
            pytest.fail(reason)
        pytest.skip(reason)
    with run_server(found) as running:
        yield running


@pytest.fixture(scope="session")
def installation(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of this test process; its database, migrated and with the cast in it, is kept as a master."""
    server.make(DATABASE)
    app = create_app(settings_for(tmp_path_factory.mktemp("data"), DATABASE_URL=server.url(DATABASE)))
    with app.app_context():
        alembic.upgrade()
        cast.build(db.session)
        db.session.commit()
        db.session.close()
        search.build_empty(app)
        db.engine.dispose()
    server.make(MASTER, template=DATABASE)
    return app


@pytest.fixture
def app(installation: Flask, server: Server) -> Iterator[Flask]:
    """The application on a fresh copy of the master."""
    server.make(DATABASE, template=MASTER)
    search.restore_empty(installation)
    yield installation
    with installation.app_context():
        db.engine.dispose()
