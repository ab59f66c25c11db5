"""The folder of an index: harm to a file is noticed and mended, and what stands stays until the next one stands."""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search import locks
from app.search.disk import copies
from app.search.disk.copies import TWIN, Copies
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


def killed(*_: object, **__: object) -> None:
    raise Killed


def killed_between(both_copies: Copies, name: str, content: bytes) -> None:
    """End where the twin of what names the generation stands already."""
    copies.put(both_copies.of(name)[1], content)
    raise Killed


# Where a process may end that writes the index: the first two are met only by one that makes it anew.
STEPS = [
    ("shelf.Shelf.begin_anew", killed),
    ("shelf.Shelf.finish_anew", killed),
    ("shelf.Shelf._stand", killed),
    ("copies._copied", killed),
    ("copies.sync_folder", killed),
    ("shelf.Shelf._write_pointer", killed),
    ("copies.Copies.write", killed_between),
]
End = Callable[..., None]


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
    """The files of a generation by the ends of their names, as they lie in the first place."""
    by_kind: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and path.parent.name != TWIN:
            by_kind.setdefault(path.suffix, []).append(path)
    return by_kind


def both(folder: Path, path: Path) -> tuple[Path, Path]:
    """The two copies of a file."""
    return path, folder / TWIN / path.relative_to(folder)


def contents(folder: Path) -> dict[Path, bytes]:
    """All that is there, but for locks."""
    return {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"
    }


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
def test_each_harm_to_one_copy_of_each_kind_of_file_limits_nothing_and_is_mended(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    before = contents(folder)
    files = [max(paths, key=lambda each: each.stat().st_size) for paths in kinds(folder).values()]
    assert len(files) >= 4, "hardly any kinds of files"
    for first, twin in (both(folder, path) for path in (*files, folder / CURRENT)):
        # Whoever opens it finds the first copy damaged and writes it anew.
        harm(first)
        assert opened(folder).count(has("printer")) == 7, first
        assert contents(folder) == before, first

        # The twin is looked at by the worker, every minute.
        harm(twin)
        running = opened(folder)
        assert running.count(has("printer")) == 7, twin
        running.check()
        assert contents(folder) == before, twin


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_harm_to_both_copies_is_noticed(folder: Path, harm: Callable[[Path], None]) -> None:
    for paths in kinds(folder).values():
        path = max(paths, key=lambda each: each.stat().st_size)
        running = opened(folder)
        assert running.count(EVERYTHING) == 8

        for each in both(folder, path):
            harm(each)

        with pytest.raises(IndexUnusable):
            opened(folder).count(EVERYTHING)
        assert running.count(EVERYTHING) == 8, "what was verified is in memory"
        running.check()
        assert opened(folder).count(has("printer")) == 7, "what has it in memory writes it anew"


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_each_harm_to_both_copies_of_what_names_the_generation_is_noticed(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    for each in both(folder, folder / CURRENT):
        harm(each)
    with pytest.raises(IndexUnusable):
        opened(folder).check()
    with pytest.raises(IndexUnusable):
        put(opened(folder), analyzed("case:1", "half"))

    with opened(folder).rebuild() as writer:
        writer.replace([("case", 1)], [analyzed("case:1", "new")])
    assert found(opened(folder), EVERYTHING) == {"case:1"}


def test_an_index_of_which_only_one_half_is_left_is_whole_again_at_once(folder: Path) -> None:
    before = contents(folder)
    shutil.rmtree(folder / TWIN)
    opened(folder).check()
    assert contents(folder) == before, "as after an update from a version that knew no twins"

    for path in folder.iterdir():
        if path.name != TWIN:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert opened(folder).count(has("printer")) == 7
    assert contents(folder) == before


def test_nobody_mends_while_somebody_writes(folder: Path) -> None:
    first, _twin = both(folder, folder / CURRENT)
    content = first.read_bytes()
    first.unlink()
    with locks.held(folder, "writing"):
        running = opened(folder)
        assert running.count(has("printer")) == 7
        running.check()
        assert not first.exists()
    running.check()
    assert first.read_bytes() == content


def test_what_was_damaged_meanwhile_does_not_come_back_with_an_older_generation(folder: Path) -> None:
    """Who has the generation before in memory must not write it over the one that stands."""
    late = opened(folder)._current()
    put(opened(folder), analyzed("case:1", "later"))
    now = contents(folder)

    Shelf(folder, OWNER).check(late)

    assert contents(folder) == now
    (folder / CURRENT).unlink()
    Shelf(folder, OWNER).check(late)
    assert found(opened(folder), has("later")) == {"case:1"}


def test_a_writer_goes_on_from_what_it_has_verified(folder: Path) -> None:
    engine = opened(folder)
    assert engine.count(EVERYTHING) == 8
    shutil.rmtree(next(iter(kinds(folder).values()))[0].parent)
    put(engine, analyzed("case:8", "later"))

    fresh = opened(folder)
    assert fresh.count(EVERYTHING) == 9
    fresh.check()
    assert {path.name for path in (folder / engine._current().folder).iterdir()} == set(
        engine._current().manifest
    )


def test_a_disk_that_takes_nothing_is_told_by_the_check_and_limits_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (folder / CURRENT).unlink()
    monkeypatch.setattr("app.search.disk.shelf.put", full)
    engine = opened(folder)
    assert engine.count(has("printer")) == 7
    with pytest.raises(IndexUnusable, match="No space left"):
        engine.check()


@pytest.mark.parametrize(
    "change",
    [{"layout": 0}, {"owner": "another installation"}, {"owner": ""}, {"folder": "../other"}, {"files": []}],
    ids=str,
)
@pytest.mark.req("SEC-48")
def test_what_is_well_written_and_not_ours_is_not_opened(folder: Path, change: dict[str, object]) -> None:
    ours = (folder / CURRENT).read_bytes()
    body = json.dumps(json.loads(ours.partition(b"\n")[2]) | change).encode()
    for path in both(folder, folder / CURRENT):
        path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    with pytest.raises(IndexUnusable):
        opened(folder).search(EVERYTHING, limit=1)

    (folder / TWIN / CURRENT).write_bytes(ours)
    if set(change) & {"layout", "owner"}:
        assert opened(folder).count(has("printer")) == 7
        assert (folder / CURRENT).read_bytes() == ours


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


@pytest.mark.parametrize(("step", "end"), STEPS)
@pytest.mark.req("REL-03")
def test_a_rebuilding_that_is_cut_off_leaves_the_old_index_and_the_next_one_clears_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, end: End
) -> None:
    engine = opened(folder)
    before = contents(folder)

    with monkeypatch.context() as patched:
        patched.setattr(f"app.search.disk.{step}", end)
        with pytest.raises(Killed), engine.rebuild() as writer:
            writer.replace([("case", 1)], [analyzed("case:1", "new")])

    for each in (engine, opened(folder)):
        assert each.count(has("printer")) == 7
        each.check()
    assert all(path.read_bytes() == content for path, content in before.items())

    with engine.rebuild() as writer:
        writer.replace([("case", 1)], [analyzed("case:1", "new")])
    assert found(opened(folder), EVERYTHING) == {"case:1"}
    generation = engine._current()
    files = {folder / generation.folder / name for name in generation.manifest} | {folder / CURRENT}
    assert set(contents(folder)) == {each for path in files for each in both(folder, path)}
    assert {path.name for path in folder.rglob("*") if path.is_dir()} == {TWIN, generation.folder}


@pytest.mark.parametrize(("step", "end"), STEPS[2:])
@pytest.mark.req("REL-03")
def test_a_comment_whose_writing_is_cut_off_leaves_the_index_as_it_was_and_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, end: End
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(f"app.search.disk.{step}", end)
        with pytest.raises(Killed):
            put(opened(folder), analyzed("case:1", "lost"))

    engine = opened(folder)
    engine.check()
    assert (engine.count(has("printer")), engine.count(has("lost"))) == (7, 0)
    put(engine, analyzed("case:2", "kept"))
    engine.check()
    generation = engine._current()
    files = {folder / generation.folder / name for name in generation.manifest} | {folder / CURRENT}
    assert set(contents(folder)) == {each for path in files for each in both(folder, path)}
    assert all(len({path.read_bytes() for path in both(folder, each)}) == 1 for each in files)


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
    shutil.rmtree(folder)
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
    shutil.rmtree(folder)
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
