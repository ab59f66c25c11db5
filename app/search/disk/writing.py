"""The next generation of an index, written by Whoosh into a folder, on top of the one before or of nothing."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.search.analyzer import words_in
from app.search.disk.keys import key_of
from app.search.disk.library import (
    TOC,
    BufferFile,
    FileIndex,
    FileStorage,
    SegmentReader,
    SegmentWriter,
    W3Codec,
    W3Segment,
)
from app.search.disk.order import order_of
from app.search.disk.segments import (
    ABOUT,
    INDEX,
    MARK,
    ORDER,
    SCHEMA,
    SUBJECT,
    Segment,
    tag_field,
)
from app.search.documents import AnalyzedDocument, Subject, TextField

# Of segments up to so many documents are made larger ones with each commit; what is larger waits for the night.
MERGED_AT_ONCE = 150
# Where a segment's documents are taken out in part, so many of a hundred, it is written anew at night.
GONE_PERCENT = 20
SORTED_IN_MEMORY_MB = 64


class Codec(W3Codec):  # type: ignore[misc]  # Whoosh ships no types.
    """Whoosh's way to write, but for names: its own come from a generator that others may seed, and then repeat."""

    def new_segment(self, _storage: object, index: str) -> Any:  # noqa: ANN401 - Whoosh ships no types
        """A segment under a name that no other has."""
        return W3Segment(W3Codec(), index, segid=secrets.token_hex(8))


class Folder(FileStorage):  # type: ignore[misc]  # Whoosh ships no types.
    """Where a generation is written: what it builds on comes from verified memory, and nothing is deleted yet."""

    def __init__(self, path: Path, before: Mapping[str, bytes]) -> None:
        super().__init__(str(path), supports_mmap=False)
        self._before = before
        self._made: set[str] = set()

    def list(self) -> list[str]:
        """The files of the generation before, and those that were made since."""
        return [*self._before, *(self._made - set(self._before))]

    def create_file(self, name: str, **options: Any) -> Any:  # noqa: ANN401 - Whoosh ships no types
        """Make a file, over whatever a killed writer left under its name."""
        self._made.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as Whoosh calls it
        """Rename a file, over whatever a killed writer left under the new name."""
        (Path(self.folder) / oldname).replace(Path(self.folder) / newname)
        self._made.discard(oldname)
        self._made.add(newname)

    def open_file(self, name: str, **options: Any) -> Any:  # noqa: ANN401 - Whoosh ships no types
        """Open a file of the generation before, or one made since."""
        if name in self._before:
            return BufferFile(self._before[name], name=name)
        return super().open_file(name, **options)

    def delete_file(self, name: str) -> None:
        """Leave the file: the shelf clears away what no generation needs once the next one stands."""

    def file_exists(self, name: str) -> bool:
        """Tell whether the file is there."""
        return name in self._before or super().file_exists(name)

    def file_length(self, name: str) -> int:
        """The size of a file in bytes."""
        return len(self._before[name]) if name in self._before else int(super().file_length(name))


class Writing:
    """The next generation while it is written into ``path``; it begins with the files of the one before, or none."""

    def __init__(
        self, path: Path, before: Mapping[str, bytes], parts: Sequence[tuple[Segment, frozenset[int]]]
    ) -> None:
        folder = Folder(path, before)
        if not before:
            TOC.create(folder, SCHEMA, INDEX)
        self._writer = SegmentWriter(
            FileIndex(folder, SCHEMA, INDEX),
            _lk=False,
            compound=False,
            codec=Codec(),
            limitmb=SORTED_IN_MEMORY_MB,
        )
        self._parts = parts
        # Where the documents of a subject stand in the segment being written.
        self._new: dict[Subject, list[int]] = {}
        self._added = 0

    def replace(self, subjects: Iterable[Subject], documents: Iterable[AnalyzedDocument]) -> None:
        """Put ``documents`` in the place of everything that is there of ``subjects``."""
        for subject in set(subjects):
            self._take_out(subject)
        for analyzed in documents:
            self._new.setdefault(analyzed.document.subject, []).append(self._added)
            self._writer.add_document(**_row_of(analyzed))
            self._added += 1

    def _take_out(self, subject: Subject) -> None:
        key = key_of(_subject_term(subject))
        for (segment, _gone), target in zip(self._parts, self._writer.segments, strict=True):
            for number in segment.holding(SUBJECT, key):
                target.delete_document(number)
        for number in self._new.pop(subject, ()):
            self._writer.newsegment.delete_document(number)

    def finish(self, *, is_night: bool = False) -> set[str]:
        """Write the generation down; returns the names of the files that it consists of."""
        self._writer.commit(mergetype=_all_that_pay if is_night else _small_ones)
        toc = TOC._filename(INDEX, self._writer.generation)  # noqa: SLF001 - its name is needed nowhere else
        segments = [f"{each.segment_id()}." for each in TOC.read(self._writer.storage, INDEX).segments]
        of_segments = (name for name in self._writer.storage.list() if any(map(name.startswith, segments)))
        return {toc, *of_segments}

    def give_up(self) -> None:
        """Close everything; the shelf clears away what was written."""
        self._writer.cancel()


def _subject_term(subject: Subject) -> str:
    return f"{subject[0]}:{subject[1]}"


def _row_of(analyzed: AnalyzedDocument) -> dict[str, Any]:
    document = analyzed.document
    moment = int(document.moment.timestamp() * 1_000_000)
    row: dict[str, Any] = {
        MARK: 1,
        SUBJECT: [_subject_term(document.subject)],
        ABOUT: f"{moment} {document.key}".encode("utf-8", "surrogatepass"),
    }
    for tag, values in document.tags.items():
        row[tag_field(tag)] = values
    for field in TextField:
        tokens = analyzed.tokens.get(field, ())
        row[field.value] = [token.term for token in tokens]
        row[field.value + ORDER] = order_of(words_in(tokens))
    return row


def _small_ones(writer: Any, segments: list[Any]) -> list[Any]:  # noqa: ANN401 - Whoosh ships no types
    """Write the small segments anew together with what is added, as long as that is quick."""
    kept = [each for each in segments if each.doc_count()]
    small = sorted(
        (each for each in kept if each.doc_count() <= MERGED_AT_ONCE), key=lambda each: each.doc_count()
    )
    merged, total = [], writer.doc_count()
    for each in small:
        if each.doc_count() > 2 * total or total + each.doc_count() > 2 * MERGED_AT_ONCE:
            break
        merged.append(each)
        total += each.doc_count()
    return _merge(writer, kept, merged)


def _all_that_pay(writer: Any, segments: list[Any]) -> list[Any]:  # noqa: ANN401 - Whoosh ships no types
    """Make one segment of all but a large one that hardly anything was taken out of."""
    kept = sorted((each for each in segments if each.doc_count()), key=lambda each: each.doc_count())
    merged = kept[:-1]
    total = sum(each.doc_count() for each in merged)
    if kept and (
        kept[-1].deleted_count() * 100 > kept[-1].doc_count_all() * GONE_PERCENT
        or kept[-1].doc_count() < 4 * total
    ):
        merged = kept
    return _merge(writer, kept, merged if len(merged) > 1 or kept[-1:] == merged else [])


def _merge(writer: Any, kept: list[Any], merged: list[Any]) -> list[Any]:  # noqa: ANN401 - Whoosh ships no types
    for each in merged:
        writer.add_reader(SegmentReader(writer.storage, writer.schema, each))
    return [each for each in kept if each not in merged]
