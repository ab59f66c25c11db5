"""Segments of an index in Whoosh's files, read from verified bytes; ``writing`` writes them.

Only its inverted index is used. Its files hold pickles, so nothing of them is opened before its SHA-256 was found
right (``shelf``); a refresh of its readers is never asked for, a new generation is opened anew. What is private to
it and used here is settled: 2.7.4 is the last version there will be (docs/decisions/0020).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from app.search.disk.keys import LONGEST_TERM, key_of
from app.search.disk.library import (
    TOC,
    RamStorage,
    TermNotFound,
    VarBytesColumn,
    W3Codec,
    byte_to_length,
    fields,
    formats,
)
from app.search.disk.order import holds
from app.search.documents import Tag, TextField

INDEX = "MAIN"
SUBJECT = "subject"
# Key and moment of a document.
ABOUT = "about"
# A column that ends with gaps is cut short by Whoosh and cannot be merged: each document has a value in each of them.
MARK = "mark"
# The words of a text in their order (``order``).
ORDER = "_order"
REMEMBERED_TERMS = 512

Postings = tuple[Sequence[int], Sequence[float]]
NO_POSTINGS: Postings = ((), ())
LENGTHS = tuple(byte_to_length(code) for code in range(256))


class Terms(fields.FieldType):  # type: ignore[misc]  # Whoosh ships no types.
    """A field of ready terms, with how often each is there and nothing else."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(formats.Existence(), None, scorable=scorable)

    def index(self, value: Iterable[str], **_options: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Each term as bytes, how often it is there, its weight, and no positions."""
        for term, times in Counter(value).items():
            yield key_of(term), times, float(times), b""


def _schema() -> Any:  # noqa: ANN401 - Whoosh ships no types
    schema = fields.Schema()
    for text in TextField:
        schema.add(text.value, Terms(scorable=True))
        schema.add(text.value + ORDER, fields.COLUMN(VarBytesColumn()))
    for tag in Tag:
        schema.add(tag_field(tag), Terms(scorable=False))
    schema.add(MARK, fields.STORED())
    schema.add(SUBJECT, Terms(scorable=False))
    schema.add(ABOUT, fields.COLUMN(VarBytesColumn()))
    return schema


def tag_field(tag: Tag) -> str:
    """The name of a tag's field."""
    return f"tag_{tag.value}"


SCHEMA = _schema()


class Segment:
    """A part of an index that never changes; which of its documents are gone is told by the generation.

    It may be asked by many threads: what reads Whoosh's files, whose cursors move, does so one at a time.
    """

    def __init__(self, storage: RamStorage, segment: Any) -> None:  # noqa: ANN401 - Whoosh ships no types
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._lock = threading.Lock()
        self._codec = W3Codec()
        self._terms = self._codec.terms_reader(storage, segment)
        self._per_document = self._codec.per_document_reader(storage, segment)
        self._storage, self._segment = storage, segment
        self._about: list[tuple[int, str]] | None = None
        self._lengths: dict[str, bytes] = {}
        self._orders: dict[str, Any] = {}
        remembering = lru_cache(REMEMBERED_TERMS)
        # In which documents a field has a term, and how often.
        self.postings: Callable[[str, bytes], Postings] = remembering(self._postings)
        # The same documents, as a set.
        self.holding: Callable[[str, bytes], frozenset[int]] = remembering(self._holding)
        # The documents whose field has each of the terms directly before the next one.
        self.following: Callable[[str, tuple[bytes, ...]], frozenset[int]] = remembering(self._following)

    def about(self, number: int) -> tuple[int, str]:
        """When a document was changed (microseconds since 1970), and its key."""
        if self._about is None:
            with self._lock:
                reader = self._per_document.column_reader(ABOUT, SCHEMA[ABOUT].column_type)
                self._about = [_about_from(reader[place]) for place in range(self.size)]
        return self._about[number]

    def lengths(self, field: str) -> bytes:
        """How long each document's field is, as codes of ``LENGTHS``."""
        if field not in self._lengths:
            name = W3Codec.column_filename(self._segment, f"_{field}_len")
            found = self._storage.files.get(name, b"")[: self.size]
            self._lengths[field] = found.ljust(self.size, b"\0")
        return self._lengths[field]

    def total_length(self, field: str) -> int:
        """How many tokens a field has in all documents together."""
        return int(self._per_document.field_length(field))

    def _following(self, field: str, keys: tuple[bytes, ...]) -> frozenset[int]:
        candidates = frozenset.intersection(*(self.holding(field, key) for key in set(keys)))
        if len(keys) == 1 or not candidates:
            return candidates
        order = self._order(field)
        return frozenset(number for number in candidates if holds(order[number], keys))

    def _order(self, field: str) -> Any:  # noqa: ANN401 - Whoosh ships no types
        if field not in self._orders:
            with self._lock:
                name = field + ORDER
                self._orders[field] = self._per_document.column_reader(name, SCHEMA[name].column_type)
        return self._orders[field]

    def beginning(self, field: str, prefix: bytes) -> Iterator[bytes]:
        """The keys of a field that begin so, in their order; of what is longer than a key there are none."""
        if len(prefix) > LONGEST_TERM:
            return
        with self._lock:
            found = self._terms.terms_from(field, prefix)
        for name, key in found:
            if name != field or not key.startswith(prefix):
                return
            yield key

    def beginning_among(self, field: str, prefix: bytes, documents: AbstractSet[int]) -> Iterator[bytes]:
        """The same, but only of terms that one of ``documents`` holds; these are looked up without being remembered."""
        return (
            key
            for key in self.beginning(field, prefix)
            if not documents.isdisjoint(self._postings(field, key)[0])
        )

    def _postings(self, field: str, key: bytes) -> Postings:
        with self._lock:
            try:
                info = self._terms.term_info(field, key)
            except TermNotFound:
                return NO_POSTINGS
            if info.is_inlined():
                ids, weights, _values = info.inlined_postings()
                return ids, weights
            return _all_of(self._terms.matcher(field, key, SCHEMA[field].format))

    def _holding(self, field: str, key: bytes) -> frozenset[int]:
        return frozenset(self.postings(field, key)[0])


def _all_of(matcher: Any) -> Postings:  # noqa: ANN401 - Whoosh ships no types
    # Block by block: the matcher's own steps, one document each, take ten times as long.
    ids: list[int] = []
    weights: list[float] = []
    while True:
        matcher._read_ids()  # noqa: SLF001 - see above
        matcher._read_weights()  # noqa: SLF001 - see above
        ids.extend(matcher._ids)  # noqa: SLF001 - see above
        weights.extend(matcher._weights)  # noqa: SLF001 - see above
        if matcher._lastblock:  # noqa: SLF001 - see above
            return ids, weights
        matcher._next_block()  # noqa: SLF001 - see above


def _about_from(raw: bytes) -> tuple[int, str]:
    moment, _, key = raw.partition(b" ")
    return int(moment), key.decode("utf-8", "surrogatepass")


def _storage_of(files: Mapping[str, bytes]) -> RamStorage:
    storage = RamStorage()
    storage.files = dict(files)
    return storage


def open_segments(
    files: Mapping[str, bytes], known: Mapping[str, Segment]
) -> list[tuple[Segment, frozenset[int]]]:
    """The segments that these files make up, each with the documents of it that are gone.

    :param known: segments opened before, by name; they are used again.
    """
    storage = _storage_of(files)
    opened = []
    for found in TOC.read(storage, INDEX, schema=SCHEMA).segments:
        segment = known.get(found.segment_id()) or Segment(storage, found)
        opened.append((segment, frozenset(found.deleted_docs())))
    return opened
