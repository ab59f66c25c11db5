"""A line: a few places, and those who wait for one, served in the order in which they came."""

from collections import deque
from threading import Lock


class Line:
    """Places for threads of this process; ``most`` limits how many may wait for one."""

    def __init__(self, places: int, *, most: int | None = None) -> None:
        self._free, self._most = places, most
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    def enter(self, *, timeout: float) -> bool:
        """Wait for a place, at most ``timeout`` seconds; ``False`` if there was none, or the line is too long."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if self._most is not None and len(self._waiting) >= self._most:
                return False
            turn = Lock()
            # Taken here and released by whoever leaves, who hands the place over by it.
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=timeout) or not self._gave_up(turn)

    def leave(self) -> None:
        """Hand the place to whoever has waited longest."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def waiting(self) -> int:
        """How many wait at the moment."""
        return len(self._waiting)

    def _gave_up(self, turn: Lock) -> bool:
        """Leave the line without a place; ``False`` if one was handed over in the last moment."""
        with self._lock:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True
