"""How every engine is written to: all at once or not at all, one after the other, and built anew beside its readers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread

import pytest

from app.search.documents import Tag
from app.search.engine import Engine, IndexUnusable, IndexWriter
from app.search.query import EVERYTHING, Tagged
from tests.factories.index import analyzed, found, has, put
from tests.search.conftest import OpenEngine


class Broken(Exception):
    """What goes wrong in the middle of a block."""


def break_off(opens: Callable[[], AbstractContextManager[IndexWriter]]) -> None:
    with opens() as writer:
        writer.replace([("case", 1)], [analyzed("case:2", "lost")])
        raise Broken


@pytest.mark.req("F05")
def test_an_index_that_nobody_built_says_so(open_engine: OpenEngine) -> None:
    engine = open_engine()
    for ask in (
        engine.check,
        lambda: engine.search(EVERYTHING, limit=1),
        lambda: engine.keys(EVERYTHING, most=1),
        lambda: engine.count(EVERYTHING),
        lambda: engine.near("server", most=1),
        lambda: put(engine, analyzed("case:1", "a")),
    ):
        with pytest.raises(IndexUnusable):
            ask()
    with engine.rebuild() as writer:
        writer.replace([], [analyzed("case:1", "a")])
    engine.check()
    assert found(engine, has("a")) == {"case:1"}
    assert found(open_engine(), has("a")) == {"case:1"}


@pytest.mark.req("SEARCH-01")
def test_all_documents_of_a_record_are_replaced_together(engine: Engine) -> None:
    put(
        engine,
        analyzed("article:1:ja", "old"),
        analyzed("article:1:en", "old"),
        analyzed("article:11:ja", "old"),
        analyzed("case:1", "old"),
    )
    put(engine, analyzed("article:1:ja", "new", language="ja"))
    assert found(engine, has("old")) == {"article:11:ja", "case:1"}
    assert found(engine, has("new")) == {"article:1:ja"}
    assert found(engine, Tagged(Tag.LANGUAGE, frozenset({"ja"}))) == {"article:1:ja"}
    put(engine, also=[("article", 1), ("case", 99)])
    assert found(engine, EVERYTHING) == {"article:11:ja", "case:1"}


@pytest.mark.req("SEARCH-01")
def test_within_one_block_the_last_one_holds(engine: Engine) -> None:
    with engine.writer() as writer:
        writer.replace([("case", 1), ("case", 2)], [analyzed("case:1", "first"), analyzed("case:2", "first")])
        writer.replace([("case", 1)], [analyzed("case:1", "second")])
        writer.replace([("case", 2)], [])
        writer.replace([], [])
    assert found(engine, EVERYTHING) == {"case:1"}
    assert found(engine, has("second")) == {"case:1"}


@pytest.mark.req("F05")
def test_what_breaks_off_changes_nothing(engine: Engine) -> None:
    put(engine, analyzed("case:1", "kept"))
    for opens in (engine.writer, engine.rebuild):
        with pytest.raises(Broken):
            break_off(opens)
        assert found(engine, EVERYTHING) == {"case:1"}
    engine.check()
    put(engine, analyzed("case:4", "written"))
    assert found(engine, EVERYTHING) == {"case:1", "case:4"}


@pytest.mark.req("F05")
def test_nothing_is_seen_before_the_block_ends(engine: Engine, open_engine: OpenEngine) -> None:
    other = open_engine()
    with engine.writer() as writer:
        writer.replace([("case", 1)], [analyzed("case:1", "a")])
        assert found(other, EVERYTHING) == set()
    assert found(other, EVERYTHING) == found(engine, EVERYTHING) == {"case:1"}


@pytest.mark.req("F05")
def test_an_index_built_anew_takes_the_place_of_the_old_one_at_once(
    engine: Engine, open_engine: OpenEngine
) -> None:
    put(engine, *(analyzed(f"case:{number}", "old") for number in range(20)))
    reader = open_engine()
    seen: list[tuple[int, int]] = []
    is_over = Event()

    def read_on() -> None:
        while not is_over.is_set():
            seen.append((reader.count(has("old")), len(reader.search(EVERYTHING, limit=50))))

    reading = Thread(target=read_on)
    reading.start()
    try:
        for _ in range(3):
            with engine.rebuild() as writer:
                writer.replace([], [analyzed(f"case:{number}", "old") for number in range(10)])
                writer.replace([], [analyzed(f"case:{number}", "old") for number in range(10, 20)])
    finally:
        is_over.set()
        reading.join(timeout=10)
    assert set(seen) <= {(20, 20)}
    with engine.rebuild() as writer:
        writer.replace([], [analyzed("case:99", "new")])
    assert found(reader, EVERYTHING) == found(engine, EVERYTHING) == {"case:99"}


@pytest.mark.req("F05")
def test_the_index_that_stands_is_written_while_another_one_is_built(
    engine: Engine, open_engine: OpenEngine
) -> None:
    other = open_engine()
    with engine.rebuild() as writer:
        writer.replace([], [analyzed("case:1", "new")])
        put(other, analyzed("case:2", "meanwhile"))
        assert found(engine, EVERYTHING) == {"case:2"}
    assert found(engine, EVERYTHING) == found(other, EVERYTHING) == {"case:1"}


@pytest.mark.req("F05")
def test_a_second_writer_waits_for_the_first(engine: Engine, open_engine: OpenEngine) -> None:
    order: list[str] = []
    problems: list[BaseException] = []
    other = open_engine()

    def write_next() -> None:
        try:
            with other.writer() as writer:
                order.append("second")
                writer.replace([("case", 1)], [analyzed("case:1", "second")])
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            problems.append(problem)

    waiting = Thread(target=write_next)
    with engine.writer() as writer:
        waiting.start()
        waiting.join(timeout=0.1)
        order.append("first")
        writer.replace([("case", 1)], [analyzed("case:1", "first")])
    waiting.join(timeout=20)
    assert problems == []
    assert order == ["first", "second"]
    assert found(engine, EVERYTHING) == found(other, has("second")) == {"case:1"}
