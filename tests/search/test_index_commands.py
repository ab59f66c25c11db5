"""The commands of the index, and what the worker's jobs do when nobody asks."""

import shutil
import threading

import pytest
from flask import Flask

from app.search import index
from app.search.feeding import feed
from app.search.query import EVERYTHING
from app.search.rebuilding import prepare, size
from tests.conftest import Given
from tests.factories import cases

pytestmark = pytest.mark.req("SEARCH-01")


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    ended = app.test_cli_runner().invoke(args=["search", *arguments])
    return ended.exit_code, ended.output


def count(app: Flask) -> int:
    with app.app_context():
        return index.current().count(EVERYTHING)


@pytest.mark.req("F05")
def test_a_missing_index_is_told_and_made_by_command(app: Flask, given: Given) -> None:
    given(cases.open_inquiry, details="printer")
    shutil.rmtree(index.folder(app))
    code, told = run(app, "check")
    assert code == 1
    assert "flask search rebuild" in told

    code, told = run(app, "rebuild")
    assert (code, told.splitlines()[-1]) == (0, "The index holds 1 records.")

    code, told = run(app, "check")
    assert (code, told) == (0, "The index is whole; 0 changes wait to be put into it.\n")
    assert count(app) == 1


def test_changes_that_wait_are_counted(app: Flask, given: Given) -> None:
    given(cases.open_inquiry, details="printer")
    assert "The index is whole; 0 changes" not in run(app, "check")[1]
    feed(app)
    assert run(app, "check")[1] == "The index is whole; 0 changes wait to be put into it.\n"


@pytest.mark.req("F05")
def test_an_index_that_cannot_be_written_is_told_in_words(app: Flask) -> None:
    folder = index.folder(app)
    shutil.rmtree(folder)
    folder.write_bytes(b"a file where the folder should be")
    try:
        code, told = run(app, "rebuild")
        assert code == 1
        assert "The index cannot be written" in told
    finally:
        folder.unlink()


def test_a_small_installation_has_its_index_before_the_first_page(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cases.open_inquiry, details="printer")
    shutil.rmtree(index.folder(app))
    monkeypatch.setattr("app.search.rebuilding.RECORDS_IN_SECONDS", size(app) - 1)
    prepare(app)
    assert not (index.folder(app) / "current").exists(), "a large one is the worker's"

    monkeypatch.setattr("app.search.rebuilding.RECORDS_IN_SECONDS", size(app))
    prepare(app)
    assert count(app) == 1


def test_the_jobs_are_registered_and_the_sweep_feeds(app: Flask, given: Given) -> None:
    given(cases.open_inquiry, details="printer")
    queue = app.extensions["queue"]
    registry = queue._registry
    by_name = {name.rsplit(".", 1)[-1]: task for name, task in registry._registry.items()}
    assert {"feed_index", "read_files", "mend_index", "sweep_index", "renew_index"} <= set(by_name)

    assert by_name["sweep_index"]().execute() == 1
    assert count(app) == 1
    for thread in threading.enumerate():
        if thread.name == "files":
            thread.join()
    queue.flush()


def test_an_act_wakes_the_worker_and_a_queue_out_of_reach_fails_no_act(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = app.extensions["queue"]
    queue.flush()
    given(cases.open_inquiry, details="printer")
    assert [task.name for task in queue.pending() if task.name == "feed_index"]
    queue.flush()

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(queue, "enqueue", full)
    case = given(cases.open_inquiry, details="scanner")
    assert feed(app) == 2
    assert case
