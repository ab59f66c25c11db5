"""The index of this installation: which engine it is, and that somebody mends it when it cannot be asked."""

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import structlog
from flask import Flask, current_app

from app.config import Settings
from app.search.documents import TextField
from app.search.engine import Engine, Hit, IndexUnusable, IndexWriter
from app.search.query import EVERYTHING, Query
from app.search.whoosh_engine import WhooshEngine

log = structlog.get_logger(__name__)

Answered = TypeVar("Answered")

FOLDER = "search"
# A process that finds the index unusable says so to the worker no more often than this, in seconds.
ASKED_EVERY = 5.0


def init_app(app: Flask) -> None:
    """Make the engine that the settings name; nothing is opened before the first question."""
    app.extensions["search_index"] = Watched(_engine(app.config["SETTINGS"]), lambda: _ask_for_mending(app))


def current() -> "Watched":
    """The index of the application at work.

    Where it cannot be asked it raises :class:`~app.search.engine.IndexUnusable`, and the worker is asked to make it
    anew; whoever searches goes to the database meanwhile and says that the search is limited.
    """
    found: Watched = current_app.extensions["search_index"]
    return found


def folder(app: Flask) -> Path:
    """Where the search keeps what is no part of the database: the index, and the locks of those who work on it."""
    settings: Settings = app.config["SETTINGS"]
    return settings.data_dir / FOLDER


def _engine(settings: Settings) -> Engine:
    if settings.search_url == "postgresql":
        # Its library is loaded where it is used.
        from app.search.postgresql_engine import PostgresqlEngine  # noqa: PLC0415 - see above

        return PostgresqlEngine(settings.database)
    return WhooshEngine(settings.data_dir / FOLDER, _owner(settings))


def _owner(settings: Settings) -> str:
    """What tells this installation's index from any other's; it says nothing of the secret that it is made of."""
    return hashlib.sha256(b"search index of " + settings.secret_key.encode()).hexdigest()


class Watched:
    """An engine whose faults are told to those who mend it."""

    def __init__(self, engine: Engine, ask_for_mending: Callable[[], None]) -> None:
        self.engine = engine
        self._ask_for_mending = ask_for_mending
        self._asked_at = float("-inf")
        self._asking = threading.Lock()

    def search(self, query: Query, *, limit: int, offset: int = 0) -> Sequence[Hit]:
        """What fits, best first; of equal scores the newest first, then by key."""
        return self._told(lambda: self.engine.search(query, limit=limit, offset=offset))

    def keys(self, query: Query, *, most: int) -> Sequence[str]:
        """The keys of what fits, newest first, at most ``most``."""
        return self._told(lambda: self.engine.keys(query, most=most))

    def count(self, query: Query) -> int:
        """How many documents fit, exactly."""
        return self._told(lambda: self.engine.count(query))

    def near(
        self,
        term: str,
        *,
        most: int,
        within: Query = EVERYTHING,
        fields: Collection[TextField] = tuple(TextField),
    ) -> Sequence[str]:
        """Terms that these fields of what fits ``within`` hold and that are written much like ``term``."""
        return self._told(lambda: self.engine.near(term, most=most, within=within, fields=fields))

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """The one writer; a second one waits, whichever process it is in."""
        return self.engine.writer()

    def rebuild(self) -> AbstractContextManager[IndexWriter]:
        """A writer into an empty index that takes the place of this one when the block ends without a fault."""
        return self.engine.rebuild()

    def check(self) -> None:
        """See whether the index is there and whole; raises :class:`IndexUnusable` if it is not."""
        self._told(self.engine.check)

    def _told(self, question: Callable[[], Answered]) -> Answered:
        try:
            return question()
        except IndexUnusable as fault:
            self.tell(fault)
            raise

    def tell(self, fault: IndexUnusable) -> None:
        """Have the index mended; in a row of faults the first one tells for all."""
        with self._asking:
            now = time.monotonic()
            if now - self._asked_at < ASKED_EVERY:
                return
            self._asked_at = now
        log.warning("search.unusable", reason=str(fault))
        self._ask_for_mending()


def _ask_for_mending(app: Flask) -> None:
    """Tell the worker; a queue that cannot be reached costs a minute, since the sweep looks at the index too."""
    try:
        app.extensions["mend_index"]()
    except Exception:
        log.exception("queue.unreachable")
