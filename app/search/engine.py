"""What an index can do, whichever engine stands behind it; Whoosh by default, PostgreSQL where a lot is kept."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from app.search.documents import AnalyzedDocument, Subject, TextField
from app.search.query import EVERYTHING, Query


class IndexUnusable(Exception):
    """The index is not there, damaged, or of another making; the database answers instead (F05)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, and how well it fits; scores compare within one answer only."""

    key: str
    score: float


class IndexWriter(Protocol):
    """Changes to an index; they are seen all together, or not at all, when the block that it is open in ends."""

    def replace(self, subjects: Iterable[Subject], documents: Iterable[AnalyzedDocument]) -> None:
        """Put ``documents`` in the place of everything that the index holds of ``subjects``."""


class Engine(Protocol):
    """One index. Every method raises :class:`IndexUnusable` where the index cannot be asked or written."""

    def search(self, query: Query, *, limit: int, offset: int = 0) -> Sequence[Hit]:
        """What fits, best first; of equal scores the newest first, then by key."""

    def keys(self, query: Query, *, most: int) -> Sequence[str]:
        """The keys of what fits, newest first, at most ``most``."""

    def count(self, query: Query) -> int:
        """How many documents fit, exactly."""

    def near(
        self,
        term: str,
        *,
        most: int,
        within: Query = EVERYTHING,
        fields: Collection[TextField] = tuple(TextField),
    ) -> Sequence[str]:
        """Terms written much like ``term``, the more frequent ones first.

        Only terms that these fields of a document that fits ``within`` hold take a place among them, so that the answer
        says nothing of other documents.
        """

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """The one writer; a second one waits, whichever process it is in."""

    def rebuild(self) -> AbstractContextManager[IndexWriter]:
        """A writer into an empty index that takes the place of this one when the block ends without a fault."""

    def check(self) -> None:
        """See whether the index is there and whole; raises :class:`IndexUnusable` if it is not."""
