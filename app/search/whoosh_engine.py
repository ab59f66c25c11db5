"""The default engine: Whoosh's inverted index in the data folder."""

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from app.search import locks
from app.search.disk.evaluating import Evaluation
from app.search.disk.shelf import Generation, Shelf
from app.search.disk.spelling import near
from app.search.disk.writing import Writing
from app.search.documents import AnalyzedDocument, Subject, TextField
from app.search.engine import Hit, IndexUnusable, IndexWriter
from app.search.query import EVERYTHING, Query


class WhooshEngine:
    """An index in ``folder``, for any number of threads and processes; one of them writes at a time.

    Of the installation ``owner``: an index that another one has made is not opened. Whatever goes wrong in reading
    or writing it is told as :class:`IndexUnusable`.
    """

    def __init__(self, folder: Path, owner: str = "") -> None:
        self._shelf = Shelf(folder, owner)
        self._opening = threading.Lock()
        self._generation: Generation | None = None

    def search(self, query: Query, *, limit: int, offset: int = 0) -> Sequence[Hit]:
        """What fits, best first; of equal scores the newest first, then by key."""
        with _told_as_unusable():
            best = self._ask(query).best(offset + limit)
            return [Hit(key, score) for key, score in best[offset:]]

    def keys(self, query: Query, *, most: int) -> Sequence[str]:
        """The keys of what fits, newest first, at most ``most``."""
        with _told_as_unusable():
            return self._ask(query).newest(most)

    def count(self, query: Query) -> int:
        """How many documents fit, exactly."""
        with _told_as_unusable():
            return sum(len(numbers) for numbers in self._ask(query).found())

    def near(
        self,
        term: str,
        *,
        most: int,
        within: Query = EVERYTHING,
        fields: Collection[TextField] = tuple(TextField),
    ) -> Sequence[str]:
        """Terms written much like ``term``, nearest first, of those equally near the more frequent ones."""
        with _told_as_unusable():
            asked = self._ask(within)
            shelves = zip((segment for segment, _gone in asked.parts), asked.found(), strict=True)
            return near(term, shelves, most=most, fields=fields)

    @contextlib.contextmanager
    def writer(self) -> Iterator[IndexWriter]:
        """The one writer; a second one waits, whichever process it is in."""
        with self._writing(is_night=False) as writing:
            yield writing

    def merge(self) -> None:
        """Make few segments of many, which takes a minute for ten thousand documents; writers wait meanwhile."""
        with self._writing(is_night=True):
            pass

    @contextlib.contextmanager
    def rebuild(self) -> Iterator[IndexWriter]:
        """A writer into an empty index that takes the place of this one when the block ends without a fault."""
        with contextlib.ExitStack() as stack:
            with _told_as_unusable():
                stack.enter_context(locks.held(self._shelf.root, "building"))
                self._shelf.tidy()
                folder, writing = self._shelf.begin_anew()
            with _given_up_on_a_fault(writing):
                yield _Writer(writing)
            with _told_as_unusable(), _given_up_on_a_fault(writing):
                self._shelf.finish_anew(folder, writing)

    def check(self) -> None:
        """See whether the index is there and whole; raises :class:`IndexUnusable` if it is not."""
        with _told_as_unusable():
            self._shelf.check(self._current())

    def _ask(self, query: Query) -> Evaluation:
        return Evaluation(self._current().parts, query)

    def _current(self) -> Generation:
        found = self._generation
        if found is not None and found.stamp == self._shelf.stamp():
            return found
        with self._opening:
            if self._generation is None or self._generation.stamp != self._shelf.stamp():
                self._generation = self._shelf.open(self._generation)
            return self._generation

    @contextlib.contextmanager
    def _writing(self, *, is_night: bool) -> Iterator[IndexWriter]:
        with contextlib.ExitStack() as stack:
            with _told_as_unusable():
                stack.enter_context(locks.held(self._shelf.root, "writing"))
                generation = self._current()
                writing = self._shelf.begin(generation)
            with _given_up_on_a_fault(writing):
                yield _Writer(writing)
            with _told_as_unusable(), _given_up_on_a_fault(writing):
                self._shelf.finish(generation, writing, is_night=is_night)


class _Writer:
    """What a block writes through."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    def replace(self, subjects: Iterable[Subject], documents: Iterable[AnalyzedDocument]) -> None:
        """Put ``documents`` in the place of everything that the index holds of ``subjects``."""
        # What making the documents raises is the caller's own.
        ready = list(documents)
        with _told_as_unusable():
            self._writing.replace(subjects, ready)


@contextlib.contextmanager
def _given_up_on_a_fault(writing: Writing) -> Iterator[None]:
    try:
        yield
    except BaseException:
        # What was written is cleared away with the next turn, whether or not it can be closed now.
        with contextlib.suppress(Exception):
            writing.give_up()
        raise


@contextlib.contextmanager
def _told_as_unusable() -> Iterator[None]:
    """Whatever Whoosh and the disk raise is one thing to those who ask."""
    try:
        yield
    except IndexUnusable:
        raise
    except Exception as fault:
        raise IndexUnusable(f"{type(fault).__name__}: {fault}") from fault
