"""Writing a pack as it leaves: a ZIP onto a stream that cannot be rewound, of any size, holding one piece at a time."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from app.cases.evidence.verify import FORMAT, MANIFEST, SUMS

# A regular file that everybody may read, as Unix archives say it.
MODE = 0o100644 << 16
UNIX = 3
# From such a size on an entry needs the longer form of lengths.
LONG = 0xFFFFFFFF - 65_536


class Damaged(Exception):
    """A file on the disk is not the one that came in; the pack ends there, and cannot be opened."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a pack: its name, its bytes piece by piece, and its size; ``sha256`` if it is known beforehand."""

    name: str
    pieces: Callable[[], Iterable[bytes]]
    size: int
    sha256: str | None = None


class _Sink:
    """What the archive is written to: it hands on what came in, and cannot be rewound."""

    def __init__(self) -> None:
        self._came: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._came.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def take(self) -> bytes:
        """What came since the last time."""
        came, self._came = b"".join(self._came), []
        return came


def stream(parts: Iterable[Part], about: Mapping[str, str], *, made_at: datetime) -> Iterator[bytes]:
    """The ZIP, piece by piece: the parts in their order, then the manifest over them in two forms.

    :param about: what the manifest says of the pack beside its parts.
    :raises Damaged: in the middle, if a part is not what was known of it.
    """
    sink = _Sink()
    done: list[tuple[str, str, int]] = []
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # It needs write and flush alone.
        for part in parts:
            for _piece in _put(archive, part, made_at, done):
                yield sink.take()
        manifest = _manifest(about, done)
        sums = "".join(f"{sha256}  {name}\n" for name, sha256, _size in [*done, _summed(MANIFEST, manifest)])
        for name, told in ((MANIFEST, manifest), (SUMS, sums.encode())):
            archive.writestr(_info(name, made_at), told)
    yield sink.take()


def fixed(name: str, told: bytes) -> Part:
    """A part whose bytes are there already."""
    return Part(name, lambda: (told,), len(told))


def _put(archive: ZipFile, part: Part, made_at: datetime, done: list[tuple[str, str, int]]) -> Iterator[None]:
    digest, size = hashlib.sha256(), 0
    with archive.open(_info(part.name, made_at), "w", force_zip64=part.size >= LONG) as entry:
        for piece in part.pieces():
            digest.update(piece)
            size += len(piece)
            entry.write(piece)
            yield None
    if size != part.size or part.sha256 not in {None, digest.hexdigest()}:
        raise Damaged(part.name)
    done.append((part.name, digest.hexdigest(), size))
    yield None


def _info(name: str, made_at: datetime) -> ZipInfo:
    moment = made_at.astimezone(UTC)
    info = ZipInfo(name, (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    info.create_system, info.external_attr = UNIX, MODE
    return info


def _manifest(about: Mapping[str, str], done: Iterable[tuple[str, str, int]]) -> bytes:
    parts = [{"name": name, "sha256": sha256, "size": size} for name, sha256, size in done]
    told = {"format": FORMAT, **about, "parts": parts}
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _summed(name: str, told: bytes) -> tuple[str, str, int]:
    return name, hashlib.sha256(told).hexdigest(), len(told)
