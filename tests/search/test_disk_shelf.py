"""The folder of an index: each harm to each of its files is noticed, and what stands stays until the next stands."""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search.disk.shelf import CURRENT, Shelf
from app.search.engine import IndexUnusable
from app.search.index import ASKED_EVERY, Watched
from app.search.query import EVERYTHING
from app.search.whoosh_engine import WhooshEngine
from tests.factories.index import analyzed, found, has, put

pytestmark = pytest.mark.req("F05", "M12")

OWNER = "this installation"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, in which a document was replaced."""
    folder = tmp_path_factory.mktemp("master") / "search"
    engine = WhooshEngine(folder, OWNER)
    with engine.rebuild() as writer:
        many = [analyzed(f"case:{number}", "printer jam", title="vpn") for number in range(8)]
        writer.replace([each.document.subject for each in many], many)
    put(engine, analyzed("case:3", "scanner"))
    return folder


@pytest.fixture
def folder(master: Path, tmp_path: Path) -> Path:
    """The test's own copy of it."""
    shutil.copytree(master, tmp_path / "search")
    return tmp_path / "search"


def opened(folder: Path) -> WhooshEngine:
    return WhooshEngine(folder, OWNER)


def kinds(folder: Path) -> dict[str, list[Path]]:
    """The files of a generation by the ends of their names."""
    by_kind: dict[str, list[Path]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder):
        by_kind.setdefault(path.suffix, []).append(path)
    return by_kind


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_one(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def flip_first(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def flip_last(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 128
    path.write_bytes(content)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARMS: list[Callable[[Path], None]] = [remove, empty, cut_one, lengthen, flip_first, flip_last, make_folder]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_harm_to_each_kind_of_file_is_noticed(folder: Path, harm: Callable[[Path], None]) -> None:
    assert len(kinds(folder)) >= 4, "hardly any kinds of files"
    for kind, paths in kinds(folder).items():
        path = max(paths, key=lambda each: each.stat().st_size)
        content = path.read_bytes()
        running = opened(folder)
        assert running.count(EVERYTHING) == 8

        harm(path)

        with pytest.raises(IndexUnusable):
            opened(folder).count(EVERYTHING)
        with pytest.raises(IndexUnusable):
            running.check()
        assert running.count(EVERYTHING) == 8, f"{kind}: what was verified is in memory"
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.write_bytes(content)
        assert opened(folder).count(has("printer")) == 7


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_harm_to_what_names_the_generation_is_noticed(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    harm(folder / CURRENT)
    with pytest.raises(IndexUnusable):
        opened(folder).check()
    with pytest.raises(IndexUnusable):
        put(opened(folder), analyzed("case:1", "half"))


@pytest.mark.parametrize(
    "change",
    [{"layout": 0}, {"owner": "another installation"}, {"owner": ""}, {"folder": "../other"}, {"files": []}],
    ids=str,
)
@pytest.mark.req("SEC-48")
def test_what_is_well_written_and_not_ours_is_not_opened(folder: Path, change: dict[str, object]) -> None:
    told = json.loads((folder / CURRENT).read_bytes().partition(b"\n")[2])
    body = json.dumps(told | change).encode()
    (folder / CURRENT).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    with pytest.raises(IndexUnusable):
        opened(folder).search(EVERYTHING, limit=1)


@pytest.mark.req("SEC-48")
def test_an_index_made_under_another_secret_is_made_anew_and_not_read(folder: Path) -> None:
    other = WhooshEngine(folder, "after the secret was changed")
    with pytest.raises(IndexUnusable, match="another installation"):
        other.count(EVERYTHING)
    with other.rebuild() as writer:
        writer.replace([("case", 9)], [analyzed("case:9", "new")])

    assert found(other, EVERYTHING) == {"case:9"}
    with pytest.raises(IndexUnusable):
        opened(folder).count(EVERYTHING)


@pytest.mark.parametrize("step", ["begin_anew", "finish_anew", "_stand", "_write_pointer"])
@pytest.mark.req("REL-03")
def test_a_rebuilding_that_is_cut_off_leaves_the_old_index_and_the_next_one_clears_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    engine = opened(folder)
    before = {path: path.read_bytes() for paths in kinds(folder).values() for path in paths}

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Shelf, step, killed)
        with pytest.raises(Killed), engine.rebuild() as writer:
            writer.replace([("case", 1)], [analyzed("case:1", "new")])

    for each in (engine, opened(folder)):
        assert each.count(has("printer")) == 7
        each.check()
    assert all(path.read_bytes() == content for path, content in before.items())

    with engine.rebuild() as writer:
        writer.replace([("case", 1)], [analyzed("case:1", "new")])
    assert found(opened(folder), EVERYTHING) == {"case:1"}
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [engine._current().folder]
    assert not (folder / f"{CURRENT}.part").exists()


def test_whoever_reads_meanwhile_sees_the_old_index_or_the_new_one_and_nothing_between(folder: Path) -> None:
    reader, builder = opened(folder), opened(folder)
    assert reader.count(EVERYTHING) == 8
    with builder.rebuild() as writer:
        writer.replace([("case", 1)], [analyzed("case:1", "new")])
        assert (reader.count(EVERYTHING), opened(folder).count(EVERYTHING)) == (8, 8)
        writer.replace([("case", 2)], [analyzed("case:2", "new")])
        assert reader.count(has("new")) == 0
    assert reader.count(has("new")) == reader.count(EVERYTHING) == 2


def test_merging_at_night_loses_nothing_and_makes_one_of_many(folder: Path) -> None:
    engine = opened(folder)
    for number in range(4):
        put(engine, analyzed(f"case:{number}", "scanner", title="merged"))
    engine.merge()

    assert len(engine._current().parts) == 1
    assert engine.count(EVERYTHING) == 8
    assert engine.count(has("scanner")) == engine.count(has("merged")) == 4
    assert engine.count(has("printer")) == 4
    opened(folder).check()


@pytest.mark.parametrize(("seconds", "times"), [(ASKED_EVERY - 0.01, 1), (ASKED_EVERY, 2)])
def test_mending_is_asked_for_no_more_often_than_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, times: int
) -> None:
    (folder / CURRENT).unlink()
    asked: list[float] = []
    now = [1_000.0]
    watched = Watched(opened(folder), lambda: asked.append(now[0]))
    monkeypatch.setattr("app.search.index.time.monotonic", lambda: now[0])

    for question in (lambda: watched.count(EVERYTHING), watched.check, lambda: watched.near("a", most=1)):
        with pytest.raises(IndexUnusable):
            question()
    assert asked == [1_000.0]

    now[0] += seconds
    with pytest.raises(IndexUnusable):
        watched.keys(EVERYTHING, most=1)
    assert len(asked) == times


def test_of_many_threads_that_find_it_unusable_one_asks(folder: Path) -> None:
    (folder / CURRENT).unlink()
    asked: list[int] = []
    watched = Watched(opened(folder), lambda: asked.append(1))
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        with pytest.raises(IndexUnusable):
            watched.search(EVERYTHING, limit=1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert asked == [1]
