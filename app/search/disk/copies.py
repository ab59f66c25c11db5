"""The files of an index, each of them twice: in its folder, and under the same name in the folder ``twin`` there (M12).

Where one copy is not what was written, the other one is read, and the damaged one is written anew. Only what is damaged
in both places is lost.
"""

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.search.engine import IndexUnusable

TWIN = "twin"
HASHED_EVERY_SECONDS = 3600.0
FORCED_AT_ONCE = 16

# Size and SHA-256 of a file.
Told = tuple[int, str]
# What differs as soon as a file is another one.
Stamp = tuple[int, int, int]
# When a copy was last seen to be what was written, and how it looked then.
Seen = dict[Path, tuple[float, Stamp]]
Content = TypeVar("Content")


class Copies:
    """Both copies of the files in a folder; their names are relative to it, such as ``3f9c/MAIN_1.toc``."""

    def __init__(self, root: Path) -> None:
        self._roots = (root, root / TWIN)

    def of(self, name: str) -> tuple[Path, Path]:
        """Where a file lies: the first copy, which is the right one where both are whole and differ, and its twin."""
        first, twin = self._roots
        return first / name, twin / name

    def read(self, name: str, understood: Callable[[Path], Content], seen: Seen) -> Content:
        """What ``understood`` makes of the first copy that it does not refuse, which is noted as ``seen``.

        :raises IndexUnusable: if it refuses both.
        """
        faults: list[Exception] = []
        for path in self.of(name):
            try:
                looks = stamp_of(path)
                content = understood(path)
            except Exception as fault:  # noqa: BLE001 - whatever is wrong with one copy, there is another
                faults.append(fault)
            else:
                seen[path] = (time.monotonic(), looks)
                return content
        raise IndexUnusable(f"{name}: {faults[0]}") from faults[0]

    def damaged(self, written: Mapping[str, Told], seen: Seen) -> Iterator[tuple[str, Path]]:
        """The copies that are not what was written: seen by size and time, every hour and at first sight by hash."""
        for name, told in written.items():
            for path in self.of(name):
                if not _is_still(path, told, seen):
                    yield name, path

    def write(self, name: str, content: bytes) -> None:
        """Put ``content`` into both copies; the first one last, so that what it tells of is there twice by then."""
        for path in reversed(self.of(name)):
            put(path, content)

    def double(self, folder: str, names: Iterable[str]) -> dict[str, Told]:
        """Force the new files of a folder onto the disk, with a copy of each; returns what is told of them."""
        ordered = sorted(names)
        here, there = self.of(folder)
        there.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Each file waits for the disk: together they wait no longer than one of them.
        with ThreadPoolExecutor(FORCED_AT_ONCE) as threads:
            copied = threads.map(
                _copied, (here / name for name in ordered), (there / name for name in ordered)
            )
            told = dict(zip(ordered, threads.map(_forced, (here / name for name in ordered)), strict=True))
            list(copied)
        sync_folder(there)
        sync_folder(here)
        return told

    def clear(self, folder: str, keep: AbstractSet[str]) -> None:
        """Remove what a killed writer left in a folder, or what the generation before needed."""
        for place in self.of(folder):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in place.iterdir():
                if path.name not in keep:
                    _remove(path)

    def tidy(self, standing: str) -> None:
        """Remove all folders but one."""
        for root in self._roots:
            with contextlib.suppress(FileNotFoundError):
                for path in root.iterdir():
                    if path.is_dir() and path.name not in {standing, TWIN}:
                        shutil.rmtree(path, ignore_errors=True)


def stamp_of(path: Path) -> Stamp:
    """What differs as soon as it is another file, as far as its size and time tell."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def told_of(path: Path) -> Told:
    """The size and SHA-256 of a file."""
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()


def verified(path: Path, told: Told) -> bytes:
    """The content of a file.

    :raises IndexUnusable: if it is not what was told.
    """
    size, digest = told
    if path.stat().st_size != size:
        raise IndexUnusable(f"{path.name} has another size than was written.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise IndexUnusable(f"{path.name} is not what was written.")
    return content


def put(path: Path, content: bytes) -> None:
    """Write a file in one step, over whatever lies there; one writer at a time."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.is_dir():
        shutil.rmtree(path)
    half.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_still(path: Path, told: Told, seen: Seen) -> bool:
    now = time.monotonic()
    at, looked = seen.get(path, (now, None))
    try:
        looks = stamp_of(path)
        if looks == looked and now - at <= HASHED_EVERY_SECONDS:
            return True
        if told_of(path) != told:
            return False
    except OSError:
        return False
    seen[path] = (now, looks)
    return True


def _forced(path: Path) -> Told:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return told_of(path)


def _copied(path: Path, twin: Path) -> None:
    shutil.copyfile(path, twin)
    with twin.open("rb") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
