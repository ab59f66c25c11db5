"""Places for uploads: whoever sends slowly holds a thread of the server, so only so many may at once (F09)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# Of the 192 threads of a server (setup/serve.py); pages always find others.
MOST = 64
MOST_OF_ONE = 8

_lock = Lock()
_taken: Counter[int | None] = Counter()


class AllTaken(Exception):
    """No place is free; the upload goes on in a moment."""


@contextmanager
def place(user_id: int | None) -> Iterator[None]:
    """Hold a place while the bytes of one request come in.

    :raises AllTaken: if too many others do, or too many of the same user.
    """
    with _lock:
        if _taken.total() >= MOST or _taken[user_id] >= MOST_OF_ONE:
            raise AllTaken
        _taken[user_id] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[user_id] -= 1
            if not _taken[user_id]:
                del _taken[user_id]
