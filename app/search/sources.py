"""Where documents come from: each slice registers the type of its records and a module that makes their documents."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import SelectBase
from sqlalchemy.orm import Session

from app.search.documents import Document


class Source(Protocol):
    """The functions of a slice's ``documents.py``."""

    def documents(self, session: Session, ids: Sequence[int]) -> Iterable[Document]:
        """The documents of these records; one that is gone, or is to be found by nobody, has none."""

    def files(self) -> SelectBase:
        """Which files' texts are to be found: ``file_id`` with the ``record_id`` of what it belongs to.

        Documents hold of them what has been read by then (:class:`~app.search.models.FileText`).
        """

    def ids_after(self, session: Session, last: int, limit: int) -> Sequence[int]:
        """The next ids of records in rising order, for building the index anew."""

    def count(self, session: Session) -> int:
        """How many records there are, for the progress of a rebuilding."""


_sources: dict[str, Source] = {}


def register_source(subject_type: str, source: Source) -> None:
    """Let changes of ``subject_type``, as the journal calls it, be indexed by ``source``."""
    _sources[subject_type] = source


def sources() -> dict[str, Source]:
    """All sources by the type of their records."""
    return dict(_sources)
