"""A desk of several real processes on one database, and browsers that ask it over loopback."""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.extensions import db
from setup.serve import HOST, MEMORY, free_port, ready, server_command
from tests.conftest import TEST_ENVIRONMENT, settings_for

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
START_WITHIN = 60.0

Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """What a server said: its status, where it leads to, its page."""

    status: int
    location: str
    text: str
    headers: Sequence[tuple[str, str]] = ()
    took: float = 0.0


@dataclass
class Browser:
    """A browser at one of the processes; its cookies go along, whichever process it asks."""

    desk: "Desk"
    address: str
    process: int = 0
    cookies: dict[str, str] = field(default_factory=dict)

    def at(self, process: int) -> "Browser":
        """The same browser at another process: it shares its cookies with this one."""
        return Browser(self.desk, self.address, process, self.cookies)

    def copy(self, process: int) -> "Browser":
        """A second browser with the cookies that this one has now."""
        return Browser(self.desk, self.address, process, dict(self.cookies))

    def get(self, path: str) -> Answer:
        """Fetch a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        """Post a form with the token of this browser's own pages."""
        return self._ask("POST", path, {"csrf_token": self.token(path), **fields})

    def post_ready(self, path: str, fields: dict[str, str]) -> Answer:
        """Post fields as they are given, the token among them; for posts that must all arrive at once."""
        return self._ask("POST", path, fields)

    def token(self, path: str) -> str:
        """The form token of a page, or of the sign-in page where the address has no page."""
        for page in (path, f"/{path.split('/')[1]}/login"):
            found = TOKEN.search(self.get(page).text)
            if found:
                return found.group(1)
        raise AssertionError(f"{path} has no form token")

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> Answer:
        headers = {
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields)
        connection = http.client.HTTPConnection(HOST, self.desk.ports[self.process], timeout=60)
        start = time.perf_counter()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        took = time.perf_counter() - start
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return Answer(
            answer.status, answer.headers.get("Location", ""), text, tuple(answer.getheaders()), took
        )

    def _keep(self, given: list[str]) -> None:
        for line in given:
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


class Desk:
    """Server processes on one database, and an application of the test's own to look into it."""

    def __init__(self, folder: Path, processes: int, **changes: str) -> None:
        self.changes = {"MADOGUCHI_TRUSTED_PROXIES": "1", "MADOGUCHI_CHEAP_HASHES": "off", **changes}
        self.settings: Settings = settings_for(folder, **self.changes)
        self.app: Flask = create_app(self.settings)
        self.ports = [free_port() for _ in range(processes)]
        self._addresses = count(1)
        self._running = [self._start(port) for port in self.ports]

    def browser(self, process: int = 0) -> Browser:
        """A browser with an address of its own, which no other has."""
        number = next(self._addresses)
        return Browser(self, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", process)

    def do(self, act: Callable[[Session], Result]) -> Result:
        """Act in the database, behind the servers' backs."""
        with self.app.test_request_context():
            done = act(db.session)
            db.session.commit()
            db.session.expunge_all()
            return done

    def wait(self) -> None:
        """Wait until every process answers."""
        end = time.monotonic() + START_WITHIN
        for port, process in zip(self.ports, self._running, strict=True):
            while not ready(port):
                assert process.poll() is None, "a server has ended by itself"
                assert time.monotonic() < end, "a server did not start in time"
                time.sleep(0.05)

    def end(self) -> None:
        """Stop the processes that this desk has started."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(timeout=20)
        with self.app.app_context():
            db.engine.dispose()

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI")},
            **MEMORY,
            **TEST_ENVIRONMENT,
            "MADOGUCHI_DATA": str(self.settings.data_dir),
            **self.changes,
        }
        return subprocess.Popen(
            server_command(port),
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def desk_of_processes(folder: Path, master: Path, *, processes: int = 2, **changes: str) -> Iterator[Desk]:
    """Real server processes on a copy of a database."""
    shutil.copy(master, folder / "madoguchi.sqlite3")
    desk = Desk(folder, processes, **changes)
    try:
        desk.wait()
        yield desk
    finally:
        desk.end()


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """Start all acts together, each in a thread of its own, and return what each came to, in their order."""
    line = Barrier(len(acts), timeout=60)

    def run(act: Callable[[], Result]) -> Result:
        line.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def post_at_once(posts: Sequence[tuple[Browser, str, dict[str, str]]]) -> list[Answer]:
    """Post from all these browsers at the same moment: to which address, with which fields."""
    return at_once([partial(browser.post_ready, path, fields) for browser, path, fields in posts])
