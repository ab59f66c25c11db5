"""What slices hand to the index: documents with texts to be found and tags to be picked by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.search.analyzer import Token

# Type and id of the record that documents belong to; all of its documents are replaced together.
Subject = tuple[str, int]


class TextField(StrEnum):
    """A text of a document, by how much a word in it says; who may look into which one says ``app.search.reach``."""

    TITLE = "title"
    TEXT = "text"
    # The names and the texts of files.
    FILES = "files"
    # What the desk alone reads: internal notes, and the files that came with them.
    NOTES = "notes"


class Tag(StrEnum):
    """What documents are picked by; each document has a set of values for each."""

    KIND = "kind"
    # Who may find the document (``app.search.reach``). A document without a value is found by nobody (SEC-49).
    READERS = "readers"
    # The contract holder whose document it is, for the count of FILTER-09.
    HOLDER = "holder"
    SERVICE = "service"
    # The number that people read aloud, such as CS0067414 or KB0010932.
    NUMBER = "number"
    LANGUAGE = "language"
    BASE = "base"
    CATEGORY = "category"
    AUTHOR = "author"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found: a case, or an article in one language.

    ``key`` names it in the installation, ``case:17`` or ``article:17:ja``; ``moment`` is when it was last changed.
    """

    key: str
    subject: Subject
    texts: Mapping[TextField, str]
    tags: Mapping[Tag, frozenset[str]]
    moment: datetime


@dataclass(frozen=True, slots=True)
class AnalyzedDocument:
    """A document as engines take it: texts as tokens of the one analyzer."""

    document: Document
    tokens: Mapping[TextField, Sequence[Token]] = field(default_factory=dict)
