"""What is special to the default engine: files that never change, generations, killed writers, many segments."""

import os
import random
import signal
import sys
import threading
from pathlib import Path
from subprocess import Popen

import pytest

from app.search import locks
from app.search.disk.copies import Seen
from app.search.disk.keys import BETWEEN, LONGEST_TERM, key_of, term_of
from app.search.disk.shelf import LAYOUT, Shelf
from app.search.disk.spelling import distance
from app.search.engine import IndexUnusable
from app.search.query import EVERYTHING, Adjacent, Begins, Has
from app.search.whoosh_engine import WhooshEngine
from tests.factories.index import ALL_FIELDS, analyzed, found, put
from tests.ground_floor.processes import ROOT, environment, run_python

pytestmark = pytest.mark.req("SEARCH-01")

WRITES_FOR_EVER = """
import sys
from pathlib import Path
from app.search.whoosh_engine import WhooshEngine
from tests.factories.index import analyzed
engine = WhooshEngine(Path(sys.argv[1]))
with engine.writer() as writer:
    writer.replace([("case", 1)], [analyzed("case:1", "half")])
    writer._writing._writer.commit()
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "search"


@pytest.fixture
def engine(folder: Path) -> WhooshEngine:
    """An empty index."""
    made = WhooshEngine(folder)
    with made.rebuild():
        pass
    return made


def files(folder: Path) -> dict[str, bytes]:
    """The files of the index, but for the one that names the generation, and locks."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent not in {folder, folder / "twin"}
    }


def segments(engine: WhooshEngine) -> int:
    return len(engine._current().parts)


@pytest.mark.req("F05")
def test_files_of_a_generation_never_change_and_no_other_stays(engine: WhooshEngine, folder: Path) -> None:
    seen: dict[str, bytes] = {}
    for number in range(6):
        put(engine, analyzed(f"case:{number}", f"word w{number}"))
        now = files(folder)
        assert all(now[name] == content for name, content in seen.items() if name in now)
        assert set(now) == {
            f"{place}{engine._current().folder}/{name}"
            for name in engine._current().manifest
            for place in ("", "twin/")
        }, "a file that no generation names"
        seen = now


@pytest.mark.req("F05", "REL-03")
@pytest.mark.timeout(60)
def test_a_killed_writer_leaves_the_generation_before(engine: WhooshEngine, folder: Path) -> None:
    put(engine, analyzed("case:1", "whole"), analyzed("case:2", "other"))
    command = [sys.executable, "-c", WRITES_FOR_EVER, str(folder)]
    with Popen(command, cwd=ROOT, env=environment(folder.parent), stdin=-1, stdout=-1, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "written"
        assert locks.is_held(folder, "writing"), "a second writer would not wait"
        os.kill(writer.pid, signal.SIGKILL)

    fresh = WhooshEngine(folder)
    assert found(fresh, Has("whole", ALL_FIELDS)) == {"case:1"}
    assert found(fresh, Has("half", ALL_FIELDS)) == set()
    put(fresh, analyzed("case:1", "later"))
    assert found(engine, EVERYTHING) == {"case:1", "case:2"}
    assert found(engine, Has("whole", ALL_FIELDS)) == set()


def test_readers_go_on_while_others_write_and_rebuild(engine: WhooshEngine, folder: Path) -> None:
    put(engine, analyzed("case:0", "steady"))
    over = threading.Event()
    faults: list[Exception] = []

    def read() -> None:
        reader = WhooshEngine(folder)
        while not over.wait(0.01):
            try:
                assert found(reader, Has("steady", ALL_FIELDS)) == {"case:0"}
            except Exception as fault:  # noqa: BLE001 - whatever it is, the test tells of it
                faults.append(fault)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    for number in range(1, 9):
        put(engine, analyzed(f"case:{number}", "moving"))
        if number % 4 == 0:
            with engine.rebuild() as writer:
                writer.replace([], [analyzed("case:0", "steady")])
    over.set()
    for each in readers:
        each.join()
    assert faults == []


def test_many_small_commits_stay_few_segments_and_lose_nothing(engine: WhooshEngine) -> None:
    chance = random.Random(3)  # noqa: S311 - the same commits each time
    expected: dict[str, str] = {}
    for _ in range(40):
        number, word = chance.randrange(15), f"w{chance.randrange(5)}"
        put(engine, analyzed(f"case:{number}", f"first {word} last"))
        expected[f"case:{number}"] = word
    assert segments(engine) <= 6
    engine.merge()
    assert segments(engine) <= 2
    assert found(engine, EVERYTHING) == set(expected)
    for word in set(expected.values()):
        holding = {key for key, its in expected.items() if its == word}
        assert found(engine, Adjacent(("first", word, "last"), ALL_FIELDS)) == holding


def test_an_index_of_another_installation_or_layout_is_not_opened(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(engine, analyzed("case:1", "word"))
    with pytest.raises(IndexUnusable, match="another installation"):
        WhooshEngine(folder, "somebody else").count(EVERYTHING)
    monkeypatch.setattr("app.search.disk.shelf.LAYOUT", LAYOUT + 1)
    with pytest.raises(IndexUnusable, match="another layout"):
        WhooshEngine(folder).count(EVERYTHING)


@pytest.mark.req("SEC-48")
def test_nothing_of_a_file_is_parsed_before_its_hash_is_right(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files hold pickles: a pickle that somebody has put there must not be opened."""
    put(engine, analyzed("case:1", "word"))
    for path in folder.rglob("*.toc"):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    opened: list[object] = []
    monkeypatch.setattr("app.search.disk.shelf.open_segments", lambda *told: opened.append(told))

    with pytest.raises(IndexUnusable):
        WhooshEngine(folder).count(EVERYTHING)
    assert opened == []


def test_hashes_are_looked_at_again_after_an_hour(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may rot without its size or time telling of it."""
    put(engine, analyzed("case:1", "word"))
    engine.check()
    path = next(folder.glob("twin/*/*.trm"))
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    engine.check()
    assert path.read_bytes() != content

    monkeypatch.setattr("app.search.disk.copies.HASHED_EVERY_SECONDS", 0.0)
    engine.check()
    assert path.read_bytes() == content


def test_a_generation_replaced_while_it_is_opened_is_opened_anew(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(engine, analyzed("case:1", "word"))
    read = Shelf._read_pointer
    times: list[int] = []

    def replaced_meanwhile(shelf: Shelf, seen: Seen) -> object:
        told = read(shelf, seen)
        if not times:
            times.append(1)
            with engine.rebuild() as writer:
                writer.replace([], [analyzed("case:2", "word")])
        return told

    fresh = WhooshEngine(folder)
    monkeypatch.setattr(Shelf, "_read_pointer", replaced_meanwhile)
    assert found(fresh, EVERYTHING) == {"case:2"}


def test_terms_as_keys_are_told_apart_and_begin_as_they_are_written() -> None:
    odd = ["", "a", "\x1e", "\x1f", "\x1e0", "\x1e1", "\x1f0", "a\x1fb", "\ud800", "x" * 300, "x" * 301]
    keys = [key_of(term) for term in odd]
    assert len(set(keys)) == len(odd)
    assert not any(BETWEEN in key for key in keys)
    assert [term_of(key) for key in keys[:-2]] == odd[:-2]
    assert [term_of(key) for key in keys[-2:]] == [None, None]
    assert all(len(key) <= LONGEST_TERM + 64 for key in keys)


@pytest.mark.parametrize(
    ("first", "second", "away"),
    [("sabre", "sabre", 0), ("sabre", "saber", 1), ("vpn", "vpm", 1), ("vpn", "vp", 1), ("vpn", "dns", 2)],
)
def test_how_far_words_are_apart(first: str, second: str, away: int) -> None:
    assert distance(first, second, 1) == distance(second, first, 1) == away


@pytest.mark.req("SEARCH-01")
def test_a_wildcard_and_a_guess_end_in_time_however_many_words_there_are(engine: WhooshEngine) -> None:
    words = [f"x{number:05d}" for number in range(20_000)]
    put(engine, analyzed("case:1", words), analyzed("case:2", ["x00001"]), analyzed("case:3", ["x19999"]))
    assert found(engine, Begins("x", ALL_FIELDS)) == {"case:1", "case:2"}
    assert "x00001" in engine.near("x00007", most=5)
    assert engine.near("日本", most=5) == []


def test_a_server_loads_neither_dictionary_nor_whoosh_files_before_it_is_asked(tmp_path: Path) -> None:
    code = (
        "import sys, wsgi\n"
        "assert 'sudachipy' not in sys.modules\n"
        "with wsgi.app.test_client() as client: client.get('/healthz')\n"
        "assert 'sudachipy' not in sys.modules\n"
        "assert wsgi.app.extensions['search_index'].engine._generation is None\n"
    )
    ended = run_python(code, environment(tmp_path))
    assert ended.returncode == 0, ended.stderr
