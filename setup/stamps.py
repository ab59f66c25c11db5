"""What has been done already: a step is skipped while its inputs have the fingerprint it left behind."""

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from setup.places import CACHE
from setup.talk import say


def digest(files: Iterable[Path], *words: str) -> str:
    """A sha256 over names, contents and further words; a missing file counts as such."""
    sha = hashlib.sha256()
    for word in words:
        sha.update(word.encode() + b"\0")
    for file in sorted(files):
        sha.update(str(file).encode() + b"\0")
        sha.update(file.read_bytes() if file.is_file() else b"(missing)")
    return sha.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """The fingerprint a finished step left; `products` are what it must have made to count as done."""

    name: str
    fingerprint: str
    products: tuple[Path, ...] = ()
    folder: Path = CACHE / "stamps"

    @property
    def file(self) -> Path:
        """Where the fingerprint is kept."""
        return self.folder / self.name

    def fresh(self) -> bool:
        """Whether the step was done with just these inputs and its products are still there."""
        if not all(product.exists() for product in self.products):
            return False
        return self.file.is_file() and self.file.read_text() == self.fingerprint

    def clear(self) -> None:
        """Forget the step before it starts anew, so that a half-done one is never taken for done."""
        self.file.unlink(missing_ok=True)

    def mark(self) -> None:
        """Remember the step as done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.fingerprint)


@contextmanager
def only_one(lock: Path) -> Iterator[int]:
    """Hold the lock file while several launchers start from one checkout; gives its descriptor.

    Steps inherit the descriptor, so a launcher that was killed leaves the lock to the step that it started.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is under way in this checkout; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()
