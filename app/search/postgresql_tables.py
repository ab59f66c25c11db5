"""The tables of the index in PostgreSQL, and how terms, phrases and tags are written into them.

They lie in a schema of their own, are made by the index itself and hold nothing that is not found elsewhere: neither
the application's models nor its migrations know of them.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from app.search.analyzer import Word, pairs, words_in
from app.search.documents import AnalyzedDocument, Tag, TextField

# Counted up when the tables change: an index of another making is not there then, and is built anew.
LAYOUT = 2
# The letter that stands before a field's terms; those of the server for its weights, the heaviest one first.
LETTERS = {TextField.TITLE: "A", TextField.TEXT: "B", TextField.FILES: "C", TextField.NOTES: "D"}
# A longer term is cut and gets a sum, which makes it just as long: entries of the server's index end at 2,700 bytes.
LONGEST, KEPT = 165, 100
# No term holds these: they part the two terms of a pair, and what is left of a long term from its sum.
BETWEEN, CUT = "\x1f", "\x1e"
# In the order of a text: what stands before a word, before a part at its beginning, and before one at its end.
WORD, BEGINS, ENDS = "\x1f", "\x1d", "\x1c"
# What a document's rank looks at: of a field so many terms, of up to so many signs (a vector has its limit at 1 MB).
RANKED_TERMS, RANKED_SIGNS = 1_000, 60
TITLE_TERMS = 60
# Terms that are looked for when something was misspelt, by their length.
SHORTEST_NEAR, LONGEST_NEAR = 3, 24

METADATA = MetaData()
_plain_text = Text(collation="C")

DOCUMENTS = Table(
    f"document_{LAYOUT}",
    METADATA,
    Column("key", _plain_text, primary_key=True),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("moment", DateTime(timezone=True), nullable=False),
    # Short, so that it stays in the row: the first step of the order reads it of every document found.
    Column("title", ARRAY(Text), nullable=False),
    Column("words", ARRAY(Text), nullable=False),
    Column("pairs", ARRAY(Text), nullable=False),
    # The words in their order: whether a phrase of three words and more, of which all pairs are there, is in one piece.
    Column("running", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("ranked", TSVECTOR, nullable=False),
)
TERMS = Table(
    f"term_{LAYOUT}",
    METADATA,
    Column("letter", Text, primary_key=True),
    Column("term", _plain_text, primary_key=True),
    Column("nearby", ARRAY(Text)),
)
# Without a list of what is still to be sorted in, a question takes as long after a writing as before.
_gin: dict[str, Any] = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
BY_SUBJECT = Index(f"subject_{LAYOUT}", DOCUMENTS.c.subject_type, DOCUMENTS.c.subject_id)
INDEXES = (
    Index(f"found_{LAYOUT}", DOCUMENTS.c.words, DOCUMENTS.c.pairs, DOCUMENTS.c.tags, **_gin),
    Index(f"newest_{LAYOUT}", DOCUMENTS.c.moment.desc(), DOCUMENTS.c.key),
    Index(f"near_{LAYOUT}", TERMS.c.nearby, **_gin),
)


def storable(term: str) -> str:
    """A term as the server can hold it: without NUL and halves of signs, and not longer than its index takes."""
    clean = term.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
    if len(clean) <= LONGEST:
        return clean
    return clean[:KEPT] + CUT + hashlib.sha256(clean.encode()).hexdigest()


def word_in(term: str, fields: Iterable[TextField]) -> list[str]:
    """The entries by which documents that hold the term in one of the fields are found."""
    kept = storable(term)
    return [LETTERS[field] + kept for field in fields]


def pairs_in(terms: Iterable[tuple[str, str]], field: TextField) -> list[str]:
    """The entries of terms of which the second one stands directly after the first one in a field."""
    return [LETTERS[field] + storable(first) + BETWEEN + storable(second) for first, second in terms]


def running(words: Iterable[Word], field: TextField) -> str:
    """The words of a field in their order, each with the parts that stand in for it on one side."""
    letter = LETTERS[field]
    said = (
        [(WORD, word.term), *((BEGINS, part) for part in word.begins), *((ENDS, part) for part in word.ends)]
        for word in words
    )
    return "".join(sign + letter + storable(term) for each in said for sign, term in each) + WORD


def in_one_piece(terms: Sequence[str], field: TextField) -> str:
    """The pattern of a phrase in such an order: parts may be its first term and its last one, no other."""
    first, *middle, last = (re.escape(entry) for term in terms for entry in word_in(term, [field]))
    parts = f"(?:[{BEGINS}{ENDS}][^{WORD}]*)?"
    between = "".join(f"{WORD}{each}{parts}" for each in middle)
    return f"[{WORD}{ENDS}]{first}{parts}{between}{WORD}(?:[^{WORD}]*{BEGINS})?{last}[{WORD}{BEGINS}{ENDS}]"


def tagged_with(tag: Tag, values: Iterable[str]) -> list[str]:
    """The entries of a tag's values."""
    return [storable(f"{tag}:{value}") for value in values]


def nearby(term: str) -> list[str]:
    """The term with none or one of its signs left out; whatever shares one of these is written much alike."""
    if not SHORTEST_NEAR <= len(term) <= LONGEST_NEAR:
        return []
    return sorted({term, *(term[:index] + term[index + 1 :] for index in range(len(term)))})


def quoted(term: str) -> str:
    """A term as a literal of the server's vectors and their queries."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def row_of(analyzed: AnalyzedDocument) -> dict[str, Any]:
    """A document as a row."""
    terms = {field: [token.term for token in tokens] for field, tokens in analyzed.tokens.items()}
    words = {field: words_in(tokens) for field, tokens in analyzed.tokens.items()}
    document = analyzed.document
    kind, number = document.subject
    return {
        "key": document.key,
        "subject_type": kind,
        "subject_id": number,
        "moment": document.moment,
        "title": list(dict.fromkeys(storable(term) for term in terms.get(TextField.TITLE, ())))[:TITLE_TERMS],
        "words": sorted(
            {entry for field, said in terms.items() for term in said for entry in word_in(term, [field])}
        ),
        "pairs": sorted({entry for field, said in words.items() for entry in _pairs_of(said, field)}),
        "running": "".join(running(said, field) for field, said in words.items()),
        "tags": sorted(
            {entry for tag, values in document.tags.items() for entry in tagged_with(tag, values)}
        ),
        "ranked": _vector(terms),
    }


def _pairs_of(words: Sequence[Word], field: TextField) -> list[str]:
    return pairs_in(((one, other) for _place, one, other in pairs(words)), field)


def _vector(terms: dict[TextField, list[str]]) -> str:
    places: dict[str, list[str]] = {}
    position = 0
    for field, letter in LETTERS.items():
        for term in islice(terms.get(field, ()), RANKED_TERMS):
            position += 1
            if term and len(term) <= RANKED_SIGNS:
                places.setdefault(storable(term), []).append(f"{position}{letter}")
    return " ".join(f"{quoted(term)}:{','.join(found)}" for term, found in places.items())
