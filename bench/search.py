"""Measure the search on each of its engines: ``make bench``, or alone ``python -m bench.search 1000 10000 100000``.

Documents of about 800 signs are analyzed and indexed as the worker does it; then people ask. A question is parsed, put
to the index with the asker's rights in it, and answered as a page shows it: the first 20 hits, how many there are, how
many of each of six categories, and the excerpts of the 20. Printed are median and 95th percentile, of the hits alone
and of the whole. PostgreSQL is the one that ``BENCH_SEARCH_URL`` names, or one of the bench's own.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.search.documents import Tag, TextField
from app.search.engine import Engine
from app.search.excerpts import mark
from app.search.language import Parsed, parse
from app.search.postgresql_engine import PostgresqlEngine
from app.search.query import Query, Tagged, all_of
from app.search.reach import OPEN_FIELDS
from app.search.whoosh_engine import WhooshEngine
from bench import sentences
from tests.postgresql.server import programs, run_server

SIZES = (1_000, 10_000)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
SINGLE_WRITINGS = 30
SHOWN, WIDTH, BATCH = 20, 200, 100
# An agent, and a user of two customer numbers of which one has many cases.
AGENT = Tagged(Tag.READERS, frozenset({"desk", "d1"}))
USER = Tagged(Tag.READERS, frozenset({"s1", "s1h3", "n3", "n90"}))
CATEGORIES = tuple(Tagged(Tag.CATEGORY, frozenset({str(number)})) for number in range(sentences.CATEGORIES))


def main() -> None:
    """Measure each engine with each number of documents."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure("Whoosh", WhooshEngine(Path(folder) / "search"), size)
    with postgresql() as url:
        for size in sizes if url else ():
            engine = PostgresqlEngine(url)
            measure("PostgreSQL", engine, size)
            engine.close()


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a database for the index, or nothing."""
    given, found = os.environ.get("BENCH_SEARCH_URL", ""), programs()
    if given or found is None:
        if not given:
            print("PostgreSQL is not on this machine: apt-get install postgresql")
        yield given
        return
    with run_server(found) as server:
        server.make("bench")
        yield server.url("bench")


def measure(name: str, engine: Engine, size: int) -> None:
    """Build an index of ``size`` documents, write to it, ask it, and print what that took."""
    print(f"{name}, {size:,} documents")
    _build(engine, size)
    took = [_until_searchable(engine, size + number) for number in range(SINGLE_WRITINGS)]
    print(f"  one document searchable after {_figures(took)}")
    asked = list(sentences.questions(ROUNDS))
    for label, rights, typed in (
        ("one word", AGENT, [each.word for each in asked]),
        ("two words", AGENT, [each.words for each in asked]),
        ("phrase", AGENT, [each.phrase for each in asked]),
        ("one word, filtered", USER, [each.word for each in asked]),
        ("two words, filtered", USER, [each.words for each in asked]),
        ("phrase, filtered", USER, [each.phrase for each in asked]),
    ):
        _ask(engine, label, rights, typed)


def _build(engine: Engine, size: int) -> None:
    begun, writing = time.perf_counter(), 0.0
    with engine.rebuild() as writer:
        for first in range(0, size, BATCH):
            batch = list(sentences.documents(min(BATCH, size - first), first=first))
            writing -= time.perf_counter()
            writer.replace([each.document.subject for each in batch], batch)
            writing += time.perf_counter()
        writing -= time.perf_counter()
    writing += time.perf_counter()
    whole = time.perf_counter() - begun
    print(f"  indexed {size / whole:,.0f} a second with their analysis, {size / writing:,.0f} without")


def _until_searchable(engine: Engine, number: int) -> float:
    """How long after a change a question finds it, in milliseconds; its text is there before."""
    made = sentences.document(number)
    wanted = Tagged(Tag.NUMBER, frozenset(made.tags[Tag.NUMBER]))
    begun = time.perf_counter()
    with engine.writer() as writer:
        writer.replace([made.subject], [sentences.analyzed(made)])
    while not engine.count(wanted):
        time.sleep(0.001)
    return (time.perf_counter() - begun) * 1_000


def _ask(engine: Engine, label: str, rights: Query, typed: list[str]) -> None:
    hits: list[float] = []
    whole: list[float] = []
    found = 0
    for words in [*typed[:5], *typed]:
        begun = time.perf_counter()
        parsed = parse(words, fields=OPEN_FIELDS)
        if parsed.query is None:
            raise RuntimeError(f"Nothing is asked by {words}")
        query = all_of((parsed.query, rights))
        keys = [hit.key for hit in engine.search(query, limit=SHOWN)]
        hits.append((time.perf_counter() - begun) * 1_000)
        found += _rest_of_page(engine, query, parsed, keys)
        whole.append((time.perf_counter() - begun) * 1_000)
    # The first ones come to cold caches and are not counted.
    print(
        f"  {label:<20} hits {_figures(hits[5:])}   page {_figures(whole[5:])}   {found / len(whole):,.0f} found"
    )


def _rest_of_page(engine: Engine, query: Query, parsed: Parsed, keys: list[str]) -> int:
    total = engine.count(query)
    for category in CATEGORIES:
        engine.count(all_of((query, category)))
    for key in keys:
        text = sentences.document(int(key.partition(":")[2])).texts[TextField.TEXT]
        mark(text, parsed.sought, WIDTH)
    return total


def _figures(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    late = ordered[int(len(ordered) * 0.95)]
    return f"median {statistics.median(ordered):6.1f} ms, 95 % {late:6.1f} ms"


if __name__ == "__main__":
    main()
