"""A comment is searchable within three seconds of its commit, by the real worker (REL-03 for its being a process)."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from flask import Flask

from app.config import Settings
from app.search import index
from app.search.engine import IndexUnusable
from app.search.query import AllOf, Has, Query
from app.search.reach import DESK_FIELDS
from tests.conftest import Given
from tests.factories.cases import comment, open_inquiry
from tests.factories.files import on_comment
from tests.ground_floor.processes import BIN, ROOT, environment, wait_until

WITHIN_SECONDS = 3.0
READ_WITHIN_SECONDS = 10.0
pytestmark = [pytest.mark.req("SEARCH-01"), pytest.mark.timeout(60)]


@pytest.fixture
def worker(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of the installation under test, started as the launcher starts it; it finds no index."""
    settings: Settings = app.config["SETTINGS"]
    folder = settings.data_dir
    environ = environment(folder, MADOGUCHI_SECRET_KEY=settings.secret_key)
    shutil.rmtree(index.folder(app))
    app.extensions["queue"].flush()
    polling = ["--workers", "1", "--delay", "0.1", "--max-delay", "0.5", "--quiet"]
    command = [str(BIN / "huey_consumer"), "app.worker.huey", *polling]
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    yield process
    process.kill()
    process.wait()
    app.extensions["queue"].flush()


def holds(app: Flask, query: Query) -> bool:
    with app.app_context():
        try:
            return index.current().engine.count(query) == 1
        except IndexUnusable:
            return False


def test_a_worker_builds_the_index_by_itself_and_feeds_it_within_seconds(
    app: Flask, given: Given, worker: subprocess.Popen[bytes]
) -> None:
    case = given(open_inquiry, details="VPN")
    wait_until(lambda: holds(app, Has("vpn", DESK_FIELDS)), seconds=40, what="an index made by the worker")

    given(comment, case, "traceroute")
    query = AllOf((Has("vpn", DESK_FIELDS), Has("traceroute", DESK_FIELDS)))
    wait_until(lambda: holds(app, query), seconds=WITHIN_SECONDS, what="the comment in the index")

    # A file is read beside it, and what it holds is found with the case after that.
    given(on_comment, case, name="trace.txt", content=b"tungsten")
    query = AllOf((Has("vpn", DESK_FIELDS), Has("tungsten", DESK_FIELDS)))
    wait_until(
        lambda: holds(app, query), seconds=READ_WITHIN_SECONDS, what="the text of the file in the index"
    )
    assert worker.poll() is None
