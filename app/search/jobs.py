"""The worker's part in the search: feeds the index after each act, and sees that there is one."""

import threading
from collections.abc import Callable

import structlog
from flask import Flask
from huey import crontab

from app.search import index
from app.search.analyzer import tokens
from app.search.feeding import feed
from app.search.file_texts import Reader
from app.search.rebuilding import mend, reason_to_rebuild, rebuild, size
from app.search.whoosh_engine import WhooshEngine

log = structlog.get_logger(__name__)

# So many records are indexed within a minute or two.
RENEWED_AT_NIGHT = 20_000


def init_app(app: Flask) -> None:
    """Make the index of this process and register the jobs with the queue."""
    index.init_app(app)
    queue = app.extensions["queue"]
    caretaker, reader = Caretaker(app), Reader(app)

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def feed_index() -> int:
        records = feed(app)
        # Whatever changed may have brought files; they are read when the record itself is found already.
        if records:
            reader.begin()
        return records

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def read_files() -> None:
        reader.begin()

    @queue.task()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def mend_index() -> None:
        caretaker.mend()

    # Whatever woke nobody has its turn within a minute, and so has an index that nobody asked.
    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def sweep_index() -> int:
        records = feed(app)
        if reason_to_rebuild(app):
            caretaker.mend()
        reader.begin()
        return records

    # Half past three in the morning in Japan.
    @queue.periodic_task(crontab(hour="18", minute="37"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def renew_index() -> None:
        caretaker.renew()

    @queue.on_startup()  # type: ignore[untyped-decorator]  # Huey ships no types.
    def look_at_index() -> None:
        caretaker.mend()

    app.extensions["wake_index"] = _waking(feed_index)
    app.extensions["wake_reader"] = _waking(read_files)
    app.extensions["mend_index"] = mend_index


def _waking(task: Callable[[], object]) -> Callable[[], None]:
    """Puts a job into the queue. The act is committed by then, and the sweep of the next minute does the same."""

    def wake() -> None:
        try:
            task()
        except Exception:
            log.exception("queue.unreachable")

    return wake


class Caretaker:
    """What takes minutes is done in a thread beside the worker's own: mails do not wait for it.

    It ends with the process; what it had not finished is begun anew by the next one.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._at_work = threading.Lock()

    def mend(self) -> None:
        """Begin to make the index anew if that is needed."""
        self._begin(self._mend)

    def renew(self) -> None:
        """Begin to make the index anew, whatever it is like; a large one is only put in order."""
        self._begin(self._renew)

    def _begin(self, work: Callable[[], None]) -> None:
        if not self._at_work.acquire(blocking=False):
            return
        threading.Thread(target=self._do, args=(work,), name="search", daemon=True).start()

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            log.exception("search.mending_failed")
        finally:
            self._at_work.release()

    def _mend(self) -> None:
        if mend(self._app):
            feed(self._app)
        # The first text takes a second, while the dictionary is loaded: nobody's text is to be the first.
        tokens("窓口")

    def _renew(self) -> None:
        # An index older than the database, as after restoring a backup, looks whole: only this mends it.
        if size(self._app) <= RENEWED_AT_NIGHT:
            rebuild(self._app)
            return
        with self._app.app_context():
            engine = index.current().engine
        if isinstance(engine, WhooshEngine):
            engine.merge()
