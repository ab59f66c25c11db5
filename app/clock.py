"""The one clock: every stamp and every rule about time asks here, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """Return the current moment, aware, in UTC (REL-10)."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` for the block; used by the demo world and by tests of boundaries."""
    if moment.tzinfo is None:
        raise ValueError("The clock takes aware moments only.")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
