"""The folder of an index: generations are written beside each other, and one small file says which one stands.

``current`` names a folder and each of its files with size and SHA-256, under a SHA-256 of its own; it is replaced in
one step once everything that it names is on the disk. Files are immutable. Readers take them whole into memory and
believe none whose hash differs, so a damaged, cut or foreign file is never parsed, and one that is damaged later
harms nobody until the next generation is opened (F05).
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.search import locks
from app.search.disk.segments import Segment, open_segments
from app.search.disk.writing import Writing
from app.search.engine import IndexUnusable

# Raised when the fields of the index change; an index of another layout is made anew.
LAYOUT = 1
CURRENT = "current"
# How often a generation is opened again that was replaced while it was opened.
TRIES = 8
HASHED_EVERY_SECONDS = 3600.0
FORCED_AT_ONCE = 8

# Size and SHA-256 of each file.
Manifest = dict[str, tuple[int, str]]
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Generation:
    """An index at one moment, whole and verified."""

    folder: str
    manifest: Manifest
    files: Mapping[str, bytes]
    parts: list[tuple[Segment, frozenset[int]]]
    stamp: Stamp
    # When each file was last seen to be what it should be, and how it looked then.
    seen: dict[str, tuple[float, Stamp]] = field(default_factory=dict)

    @property
    def segments(self) -> dict[str, Segment]:
        """Its segments by name."""
        return {segment.name: segment for segment, _gone in self.parts}


class Shelf:
    """The folder of one index; the index of another ``owner`` is none of ours, wherever its files came from."""

    def __init__(self, root: Path, owner: str = "") -> None:
        self.root = root
        self._owner = owner

    def stamp(self) -> Stamp:
        """What differs as soon as another generation stands.

        :raises OSError: if none does.
        """
        return _stamp(self.root / CURRENT)

    def open(self, before: Generation | None = None) -> Generation:
        """The generation that stands; what it has in common with the one opened ``before`` is not read again.

        :raises IndexUnusable: if there is none, or it is not what was written.
        """
        for attempt in range(TRIES):
            stamp = None
            try:
                stamp = self.stamp()
                return self._open(stamp, before)
            except Exception as fault:
                # Another generation may have taken its place meanwhile, and its files be gone.
                if attempt + 1 == TRIES or not self._moved_on(stamp):
                    raise IndexUnusable(f"{type(fault).__name__}: {fault}") from fault
        raise IndexUnusable("The index was replaced again and again while it was opened.")

    def _moved_on(self, stamp: Stamp | None) -> bool:
        with contextlib.suppress(OSError):
            return stamp is not None and self.stamp() != stamp
        return False

    def _open(self, stamp: Stamp, before: Generation | None) -> Generation:
        folder, manifest = self._read_pointer()
        known = before if before is not None and before.folder == folder else None
        files, seen = {}, {}
        for name, (size, digest) in manifest.items():
            if known is not None and known.manifest.get(name) == (size, digest):
                files[name], seen[name] = known.files[name], known.seen[name]
            else:
                path = self.root / folder / name
                seen[name] = (time.monotonic(), _stamp(path))
                files[name] = _verified(path, size, digest)
        parts = open_segments(files, known.segments if known is not None else {})
        return Generation(folder, manifest, files, parts, stamp, seen)

    def check(self, generation: Generation) -> None:
        """See whether the files of a generation are still what was written: at once by size and time, hourly by hash.

        :raises IndexUnusable: if one is not.
        """
        now = time.monotonic()
        for name, (size, digest) in generation.manifest.items():
            path = self.root / generation.folder / name
            at, looked = generation.seen[name]
            try:
                looks = _stamp(path)
                if looks != looked or now - at > HASHED_EVERY_SECONDS:
                    _verified(path, size, digest)
                    generation.seen[name] = (now, looks)
            except (OSError, IndexUnusable) as fault:
                raise IndexUnusable(f"{name}: {fault}") from fault

    def begin(self, generation: Generation) -> Writing:
        """Begin to write the generation after this one; whoever does holds the lock ``writing``."""
        _clear(self.root / generation.folder, keep=set(generation.manifest))
        return Writing(self.root / generation.folder, generation.files, generation.parts)

    def finish(self, generation: Generation, writing: Writing, *, is_night: bool = False) -> None:
        """Let the generation that was written after this one stand."""
        names = writing.finish(is_night=is_night)
        manifest = self._stand(generation.folder, names, generation.manifest)
        _clear(self.root / generation.folder, keep=set(manifest))

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

    def _stand(self, folder: str, names: set[str], known: Manifest) -> Manifest:
        manifest = {name: known[name] for name in names if name in known}
        new = sorted(names - set(known))
        # Each file waits for the disk: together they wait no longer than one of them.
        with ThreadPoolExecutor(FORCED_AT_ONCE) as threads:
            manifest.update(
                zip(new, threads.map(_forced, (self.root / folder / name for name in new)), strict=True)
            )
        _sync_folder(self.root / folder)
        self._write_pointer(folder, manifest)
        return manifest

    def tidy(self) -> None:
        """Remove the folders that nothing stands in; nobody else may be building one."""
        try:
            standing = self._read_pointer()[0]
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it names no folder to be kept
            standing = ""
        for path in self.root.iterdir():
            if path.is_dir() and path.name != standing:
                shutil.rmtree(path, ignore_errors=True)

    def _read_pointer(self) -> tuple[str, Manifest]:
        digest, _, body = (self.root / CURRENT).read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise IndexUnusable("What names the index is not what was written.")
        told = json.loads(body)
        if (told["layout"], told["owner"]) != (LAYOUT, self._owner):
            raise IndexUnusable("The index is of another layout or of another installation.")
        return told["folder"], {name: (size, digest) for name, (size, digest) in told["files"].items()}

    def _write_pointer(self, folder: str, manifest: Manifest) -> None:
        told = {"layout": LAYOUT, "owner": self._owner, "folder": folder, "files": manifest}
        body = json.dumps(told).encode()
        half = self.root / f"{CURRENT}.part"
        with half.open("wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self.root / CURRENT)
        _sync_folder(self.root)


def _stamp(path: Path) -> Stamp:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _verified(path: Path, size: int, digest: str) -> bytes:
    if path.stat().st_size != size:
        raise IndexUnusable(f"{path.name} has another size than was written.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise IndexUnusable(f"{path.name} is not what was written.")
    return content


def _forced(path: Path) -> tuple[int, str]:
    """Force a file onto the disk; returns its size and SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(folder: Path, keep: set[str]) -> None:
    """Remove what a killed writer left, or what the generation before needed."""
    for path in folder.iterdir():
        if path.name not in keep:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
