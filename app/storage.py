"""Blobs in the data folder: bytes come in part by part, stand whole before any row names them, go out as streams.

``incoming/<token>.part`` grows while a file arrives; whole, it is forced onto the disk, renamed to
``files/<scope>/<first two signs>/<token>``, and its folder is forced onto the disk too. Only then may a row say that
it is there (REL-07). Paths are put together from checked scopes and random tokens, never from what a person typed
(SEC-43). Why the standard library and no store for objects: docs/decisions/0012.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import Flask, current_app

TOKEN = re.compile(r"[0-9a-f]{32}")
SCOPE = re.compile(r"[a-z]{1,16}(-[0-9]{1,12})?")
PICTURE = ".picture"
# What is read and written at once, in bytes: large enough for speed, small enough for many at the same time.
CHUNK = 262_144
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Exception):
    """The disk has no room for what was to be written; nothing of it was kept."""


class Busy(Exception):
    """Another request is writing to the same upload."""


class Lost(Exception):
    """The disk holds fewer bytes of an upload than were taken; ``size`` says how many are there."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(frozen=True, slots=True)
class Storage:
    """The blobs of one installation; ``floor`` is the share of the disk, in percent, that stays free (SEC-42)."""

    root: Path
    floor: int = 5

    def prepare(self) -> None:
        """Make the folders, for the owner only."""
        for folder in (self._incoming, self._files):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def is_reachable(self) -> bool:
        """Tell whether files can be written."""
        return all(os.access(folder, os.W_OK | os.X_OK) for folder in (self._incoming, self._files))

    @property
    def _incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def _files(self) -> Path:
        return self.root / "files"

    def part(self, token: str) -> Path:
        """Where a file stands while it arrives."""
        return self._incoming / f"{_checked(TOKEN, token)}.part"

    def drawing(self, token: str) -> Path:
        """Where the picture of a file stands while it is drawn."""
        return self._incoming / f"{_checked(TOKEN, token)}{PICTURE}"

    def blob(self, scope: str, token: str) -> Path:
        """Where a whole file stands."""
        return self._files / _checked(SCOPE, scope) / _checked(TOKEN, token)[:2] / token

    def picture(self, scope: str, token: str) -> Path:
        """Where the picture of a whole file stands, if it has one."""
        blob = self.blob(scope, token)
        return blob.with_name(blob.name + PICTURE)

    def refuse_if_full(self, coming: int) -> None:
        """Look at the disk before ``coming`` bytes are written.

        :raises NoRoom: if less than the floor would stay free.
        """
        disk = shutil.disk_usage(self.root)
        if disk.free - coming < disk.total * self.floor // 100:
            raise NoRoom

    @contextlib.contextmanager
    def receiving(self, scope: str, token: str, *, taken: int) -> Iterator[BinaryIO]:
        """Hold the part of an upload of which ``taken`` bytes count; what lies behind them never counted.

        A blob whose row was not written, since the process was killed between the two, becomes a part again.

        :raises Busy: while another request holds it.
        :raises Lost: if the disk holds fewer bytes.
        """
        path, blob = self.part(token), self.blob(scope, token)
        if not path.exists() and blob.exists():
            blob.rename(path)
            self.picture(scope, token).unlink(missing_ok=True)
        is_new = not path.exists()
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            if is_new:
                _sync_folder(path.parent)
            size = os.fstat(part.fileno()).st_size
            if size < taken:
                raise Lost(size)
            yield part

    def append(self, part: BinaryIO, pieces: Iterable[bytes], *, taken: int) -> int:
        """Write pieces behind the ``taken`` bytes that count, onto the disk, and tell how many bytes they were.

        :raises NoRoom: if the disk is full; the part is as before then.
        """
        os.ftruncate(part.fileno(), taken)
        part.seek(taken)
        came = 0
        try:
            for piece in pieces:
                _write_all(part, piece)
                came += len(piece)
            os.fdatasync(part.fileno())
        except OSError as error:
            os.ftruncate(part.fileno(), taken)
            if error.errno in FULL:
                raise NoRoom from error
            raise
        return came

    def settle(self, scope: str, token: str) -> None:
        """Move a part that is whole, and its picture if one was drawn, to where they stay; both survive a power cut."""
        blob = self.blob(scope, token)
        folder = blob.parent
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for parent in (folder.parent, self._files):
                _sync_folder(parent)
        drawn = self.drawing(token)
        if drawn.exists():
            _sync(drawn)
            drawn.rename(self.picture(scope, token))
        part = self.part(token)
        _sync(part)
        part.rename(blob)
        _sync_folder(folder)

    def open(self, scope: str, token: str) -> BinaryIO:
        """Open a whole file for reading.

        :raises FileNotFoundError: if it is not there.
        """
        return self.blob(scope, token).open("rb")

    def remove(self, scope: str, token: str) -> None:
        """Take away whatever there is of a file; its row is gone already, or never was."""
        for path in (
            self.part(token),
            self.drawing(token),
            self.picture(scope, token),
            self.blob(scope, token),
        ):
            path.unlink(missing_ok=True)

    def tokens(self, *, older_than: float) -> Iterator[tuple[str, Path]]:
        """Every blob and part last written before a moment (seconds since 1970), with the token it belongs to."""
        for path in (*self._incoming.glob("*"), *self._files.glob("*/??/*")):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < older_than:
                    yield path.name.partition(".")[0], path


def init_app(app: Flask) -> None:
    """Make the storage of the installation."""
    settings = app.config["SETTINGS"]
    storage = Storage(settings.data_dir, settings.disk_floor)
    storage.prepare()
    app.extensions["storage"] = storage


def current() -> Storage:
    """The storage of the application at work."""
    found: Storage = current_app.extensions["storage"]
    return found


def read(path: Path, first: int, stop: int) -> Iterator[bytes]:
    """The bytes of a blob from ``first`` up to ``stop``, piece by piece."""
    with path.open("rb") as file:
        file.seek(first)
        while first < stop and (piece := file.read(min(CHUNK, stop - first))):
            first += len(piece)
            yield piece


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("A path is put together from tokens and scopes of ours only.")
    return value


def _write_all(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    _sync(folder)
