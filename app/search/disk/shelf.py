"""The folder of an index: generations are written beside each other, and one small file says which one stands.

``current`` names a folder and each of its files with size and SHA-256, under a SHA-256 of its own; it is replaced in
one step once everything that it names is on the disk. Files are immutable, and there are two copies of each
(``copies``). Readers take them whole into memory and believe none whose hash differs, so a damaged, cut or foreign
file is never parsed, and one that is damaged later harms nobody until the next generation is opened (F05).
"""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from app.search import locks
from app.search.disk.copies import Copies, Seen, Stamp, Told, put, stamp_of, verified
from app.search.disk.segments import Segment, open_segments
from app.search.disk.writing import Writing
from app.search.engine import IndexUnusable

log = structlog.get_logger(__name__)

# Raised when the fields of the index change; an index of another layout is made anew.
LAYOUT = 2
CURRENT = "current"
# How often a generation is opened again that was replaced while it was opened.
TRIES = 8

Manifest = dict[str, Told]


@dataclass(frozen=True, slots=True)
class Pointer:
    """What says which generation stands."""

    content: bytes
    folder: str
    manifest: Manifest


@dataclass(frozen=True)
class Generation:
    """An index at one moment, whole and verified."""

    pointer: Pointer
    files: Mapping[str, bytes]
    parts: list[tuple[Segment, frozenset[int]]]
    stamp: Stamp
    seen: Seen = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder of its files."""
        return self.pointer.folder

    @property
    def manifest(self) -> Manifest:
        """Its files, each with size and SHA-256."""
        return self.pointer.manifest

    @property
    def segments(self) -> dict[str, Segment]:
        """Its segments by name."""
        return {segment.name: segment for segment, _gone in self.parts}

    @property
    def written(self) -> dict[str, Told]:
        """All that makes it up, by the names that the shelf has for it."""
        content = self.pointer.content
        told = {CURRENT: (len(content), hashlib.sha256(content).hexdigest())}
        return told | {f"{self.folder}/{name}": each for name, each in self.manifest.items()}

    def content(self, name: str) -> bytes:
        """What was written under one of these names."""
        return self.pointer.content if name == CURRENT else self.files[name.removeprefix(f"{self.folder}/")]


class Shelf:
    """The folder of one index; the index of another ``owner`` is none of ours, wherever its files came from."""

    def __init__(self, root: Path, owner: str = "") -> None:
        self.root = root
        self._owner = owner
        self._copies = Copies(root)

    def stamp(self) -> Stamp:
        """What differs as soon as another generation stands.

        :raises OSError: if none does.
        """
        first, twin = self._copies.of(CURRENT)
        try:
            return stamp_of(first)
        except OSError:
            return stamp_of(twin)

    def open(self, before: Generation | None = None) -> Generation:
        """The generation that stands; what it has in common with the one opened ``before`` is not read again.

        A copy that is found damaged is written anew, if nobody else writes just now.

        :raises IndexUnusable: if there is none, or it is not what was written, in both places.
        """
        for attempt in range(TRIES):
            stamp = None
            try:
                stamp = self.stamp()
                opened = self._open(stamp, before)
            except Exception as fault:
                # Another generation may have taken its place meanwhile, and its files be gone.
                if attempt + 1 == TRIES or not self._moved_on(stamp):
                    raise IndexUnusable(f"{type(fault).__name__}: {fault}") from fault
            else:
                self._mend_first_copies(opened)
                return opened
        raise IndexUnusable("The index was replaced again and again while it was opened.")

    def _moved_on(self, stamp: Stamp | None) -> bool:
        with contextlib.suppress(OSError):
            return stamp is not None and self.stamp() != stamp
        return False

    def _open(self, stamp: Stamp, before: Generation | None) -> Generation:
        seen: Seen = {}
        pointer = self._read_pointer(seen)
        known = before if before is not None and before.folder == pointer.folder else None
        files = {}
        for name, told in pointer.manifest.items():
            place = f"{pointer.folder}/{name}"
            if known is not None and known.manifest.get(name) == told:
                files[name] = known.files[name]
                seen.update((path, known.seen[path]) for path in self._copies.of(place) if path in known.seen)
            else:
                files[name] = self._copies.read(place, partial(verified, told=told), seen)
        parts = open_segments(files, known.segments if known is not None else {})
        return Generation(pointer, files, parts, stamp, seen)

    def _mend_first_copies(self, opened: Generation) -> None:
        firsts = ((name, self._copies.of(name)[0]) for name in opened.written)
        damaged = [(name, path) for name, path in firsts if path not in opened.seen]
        if damaged:
            # Whoever asks has the answer; the worker's next look says it if the disk is full.
            with contextlib.suppress(OSError):
                self._mend(opened, damaged)

    def check(self, generation: Generation) -> None:
        """See whether the files of a generation are still what was written, in both places, and mend what is not.

        What was verified once is at hand in memory: whatever happens to the files, they can be written anew from it.

        :raises OSError: if they cannot be.
        """
        damaged = list(self._copies.damaged(generation.written, generation.seen))
        if damaged:
            self._mend(generation, damaged)

    def _mend(self, generation: Generation, damaged: Iterable[tuple[str, Path]]) -> None:
        """Write copies anew, unless somebody writes just now: then the next look does it."""
        with locks.tried(self.root, "writing") as is_our_turn:
            if is_our_turn and self.stamp() == generation.stamp:
                for name, path in damaged:
                    put(path, generation.content(name))
                    log.warning("search.copy_mended", file=str(path.relative_to(self.root)))

    def begin(self, generation: Generation) -> Writing:
        """Begin to write the generation after this one; whoever does holds the lock ``writing``."""
        self._copies.clear(generation.folder, keep=set(generation.manifest))
        return Writing(self.root / generation.folder, generation.files, generation.parts)

    def finish(self, generation: Generation, writing: Writing, *, is_night: bool = False) -> None:
        """Let the generation that was written after this one stand."""
        names = writing.finish(is_night=is_night)
        self._stand(generation.folder, names, generation.manifest)

    def begin_anew(self) -> tuple[str, Writing]:
        """Begin to write an index from nothing, in the folder that is named; its holder holds the lock ``building``."""
        folder = secrets.token_hex(8)
        (self.root / folder).mkdir(mode=0o700, parents=True)
        return folder, Writing(self.root / folder, {}, [])

    def finish_anew(self, folder: str, writing: Writing) -> None:
        """Let an index that was written from nothing stand in the place of the one that does."""
        names = writing.finish()
        with locks.held(self.root, "writing"):
            self._stand(folder, names, {})
        self.tidy()

    def _stand(self, folder: str, names: set[str], known: Manifest) -> None:
        manifest = {name: known[name] for name in names if name in known}
        manifest |= self._copies.double(folder, names - set(known))
        self._write_pointer(folder, manifest)
        self._copies.clear(folder, keep=names)

    def tidy(self) -> None:
        """Remove the folders that nothing stands in; nobody else may be building one."""
        try:
            standing = self._read_pointer({}).folder
        except IndexUnusable:
            standing = ""
        self._copies.tidy(standing)

    def _read_pointer(self, seen: Seen) -> Pointer:
        return self._copies.read(CURRENT, self._understood, seen)

    def _understood(self, path: Path) -> Pointer:
        content = path.read_bytes()
        digest, _, body = content.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise IndexUnusable("What names the index is not what was written.")
        told = json.loads(body)
        if (told["layout"], told["owner"]) != (LAYOUT, self._owner):
            raise IndexUnusable("The index is of another layout or of another installation.")
        manifest = {name: (size, digest) for name, (size, digest) in told["files"].items()}
        return Pointer(content, told["folder"], manifest)

    def _write_pointer(self, folder: str, manifest: Manifest) -> None:
        told = {"layout": LAYOUT, "owner": self._owner, "folder": folder, "files": manifest}
        body = json.dumps(told).encode()
        self._copies.write(CURRENT, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
