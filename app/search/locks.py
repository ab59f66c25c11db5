"""Locks between the processes of an installation: files in the folder of the search, free again when a holder dies."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock; whoever comes second, thread or process, waits."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def tried(folder: Path, name: str) -> Iterator[bool]:
    """Hold a lock unless somebody else holds it; tells whether it is held."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_ours = False
        else:
            is_ours = True
        yield is_ours


def is_held(folder: Path, name: str) -> bool:
    """Tell whether somebody holds a lock at this moment."""
    with tried(folder, name) as is_ours:
        return not is_ours
