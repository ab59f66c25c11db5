"""Who looks after the index: the commands and their codes, what /readyz says of each state, settings."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.search import index, locks
from app.search.disk.copies import Copies
from app.search.engine import IndexUnusable
from app.search.feeding import feed
from app.search.query import EVERYTHING
from app.search.rebuilding import MADE_BY, mend, reason_to_rebuild
from app.search.whoosh_engine import WhooshEngine
from tests.client import InspectingClient
from tests.conftest import Given
from tests.factories import cases

pytestmark = pytest.mark.req("F05", "SEARCH-01")


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    ended = app.test_cli_runner().invoke(args=["search", *arguments])
    return ended.exit_code, ended.output


def lose_pointer(folder: Path) -> None:
    for path in Copies(folder).of("current"):
        path.unlink()


def spoil_pointer(folder: Path) -> None:
    for path in Copies(folder).of("current"):
        path.write_bytes(b"{}")


def lose_all(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_generations(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def forget_analyzer(folder: Path) -> None:
    for path in Copies(folder).of(MADE_BY):
        path.unlink()


def garble_analyzer(folder: Path) -> None:
    for path in Copies(folder).of(MADE_BY):
        path.write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    ("harm", "is_ready"),
    [
        (lose_pointer, False),
        (spoil_pointer, False),
        (lose_all, False),
        (lose_generations, False),
        # Such an index answers until the new one stands.
        (forget_analyzer, True),
        (garble_analyzer, True),
    ],
)
@pytest.mark.req("SEC-57")
def test_each_state_is_told_by_page_and_command_and_mended(
    app: Flask, given: Given, client: InspectingClient, harm: Callable[[Path], None], *, is_ready: bool
) -> None:
    given(cases.open_inquiry, details="printer")
    feed(app)
    harm(index.folder(app))
    index.init_app(app)

    page = client.get("/readyz")
    assert page.status == (200 if is_ready else 503)
    assert ("index" in page.answer.get_data(as_text=True)) is not is_ready
    assert client.get("/healthz").status == 200, "the process itself is well"
    code, told = run(app, "check")
    assert code == 1
    assert told.startswith("Error: The index must be made anew: ")
    assert told.endswith("Run: flask search rebuild\n")

    assert run(app, "rebuild")[0] == 0
    assert client.get("/readyz").status == 200
    assert run(app, "check") == (0, "The index is whole; 0 changes wait to be put into it.\n")
    assert mend(app) is False


@pytest.mark.parametrize("name", ["current", MADE_BY])
@pytest.mark.parametrize("which", [0, 1], ids=["first", "twin"])
@pytest.mark.req("M12", "SEC-57")
def test_of_one_copy_nobody_hears_but_the_check_which_mends_it(
    app: Flask, client: InspectingClient, name: str, which: int
) -> None:
    before = Copies(index.folder(app)).of(name)[which].read_bytes()
    for harm in (Path.unlink, lambda path: path.write_bytes(b"\xff"), lambda path: path.write_bytes(b"")):
        damaged = Copies(index.folder(app)).of(name)[which]
        harm(damaged)
        index.init_app(app)
        assert client.get("/readyz").status == 200
        assert run(app, "check")[0] == 0
        assert damaged.read_bytes() == before


def test_a_check_of_a_whole_index_changes_nothing_and_a_missing_one_is_not_made_by_it(app: Flask) -> None:
    before = {path.name for path in index.folder(app).rglob("*")}
    run(app, "check")
    assert {path.name for path in index.folder(app).rglob("*")} == before
    lose_pointer(index.folder(app))
    assert [run(app, "check")[0] for _ in range(2)] == [1, 1]


def test_nobody_mends_what_somebody_is_making_anew(app: Flask) -> None:
    lose_pointer(index.folder(app))
    with locks.held(index.folder(app), "rebuilding"):
        assert mend(app) is False
    assert reason_to_rebuild(app) != ""
    assert mend(app) is True
    assert reason_to_rebuild(app) == ""


@pytest.mark.req("SEC-48")
def test_another_secret_means_another_index(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    other = index._engine(replace(settings, secret_key="another secret of this installation"))
    same = index._engine(settings)
    assert isinstance(same, WhooshEngine)
    assert same.count(EVERYTHING) == 0
    with pytest.raises(IndexUnusable, match="another installation"):
        other.count(EVERYTHING)
    pointer = (index.folder(app) / "current").read_text()
    assert settings.secret_key not in pointer, "the index says nothing of the secret"
