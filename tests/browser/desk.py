"""A desk of real processes for the browser: server, worker and mailbox on a folder of their own."""

import fcntl
import html
import http.client
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask

from app import create_app
from app.config import read_settings
from app.extensions import db
from setup import serve
from setup.children import Children
from tests.browser.people import PASSWORD, PEOPLE, add_people
from tests.browser.scenes import set_scenes
from tests.cast import app_code_of

Answer = TypeVar("Answer")
# Whatever a factory takes.
Argument = Any

SCENES = "scenes.json"
PRIVACY_URL = "https://operator.example/privacy"
SESSION_COOKIE = "__Host-madoguchi"
READY_WITHIN = 60.0


@dataclass(frozen=True)
class Desk:
    """A running desk: its address, and its installation opened by the test process as well."""

    url: str
    app: Flask
    # Numbers of cases to look at only, such as scenes["ja:closed"].
    scenes: dict[str, str] = field(default_factory=dict)

    def given(self, factory: Callable[..., Answer], *args: Argument, **options: Argument) -> Answer:
        """What is there before the test's own act, made through the actions and committed."""

        def make() -> Answer:
            with self.app.test_request_context():
                made = factory(db.session, *args, **options)
                db.session.commit()
                return made

        return _aside(make)

    def sign_in(self, name: str) -> str:
        """Sign a person in over HTTP as the forms do, an agent with the code of the app; the session's token."""
        person = PEOPLE[name]
        address = f"/{person.door}/login"
        cookies = self._send(address, {"login_id": person.login_id, "password": PASSWORD}, {})
        if SESSION_COOKIE not in cookies:
            cookies = self._send(f"{address}/method", {"method": "app"}, cookies)
            code = self.given(app_code_of, person.login_id)
            cookies = self._send(f"{address}/app", {"code": code}, cookies)
        assert SESSION_COOKIE in cookies, f"{name} was not let in"
        return cookies[SESSION_COOKIE]

    def _send(self, address: str, fields: dict[str, str], cookies: dict[str, str]) -> dict[str, str]:
        """Fill and send the form of an address; the browser's cookies afterwards."""
        page, received = self._request("GET", address, cookies=cookies)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, f"no form at {address}"
        held = {**cookies, **received}
        _, received = self._request(
            "POST", address, urlencode({**fields, "csrf_token": html.unescape(token[1])}), held
        )
        return {**held, **received}

    def _request(
        self, method: str, address: str, body: str = "", cookies: dict[str, str] | None = None
    ) -> tuple[str, dict[str, str]]:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.url,
        }
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        received: SimpleCookie = SimpleCookie()
        for line in answer.headers.get_all("Set-Cookie", []):
            received.load(line)
        connection.close()
        return text, {name: morsel.value for name, morsel in received.items()}


@contextmanager
def open_desk(folder: Path, prepared: Path, *, host: str = serve.HOST) -> Iterator[Desk]:
    """Run a desk in ``folder``, on a copy of the world that the first test process makes in ``prepared``.

    :param host: the name under which people reach it; it listens on the loopback in any case.
    """
    port = serve.free_port()
    url = f"http://{host}:{port}"
    settings = serve.Desk(port, folder, demo=True)
    mailbox = serve.free_port()
    environ = serve.environment(_clean_environment(mailbox) | {"MADOGUCHI_PUBLIC_URL": url}, settings)
    _copy_prepared(prepared, folder, environ)
    with Children(environ) as children:
        children.start("mailbox", serve.mailbox_command(mailbox))
        children.start("server", serve.server_command(port))
        children.start("worker", serve.worker_command())
        app = _aside(create_app, read_settings(environ))
        while not serve.ready(port):
            children.check()
            assert children.age() < READY_WITHIN, "the desk was not ready in time"
            time.sleep(0.05)
        yield Desk(url, app, json.loads((folder / SCENES).read_text()))
        _aside(_let_go, app)


def _clean_environment(mailbox: int) -> dict[str, str]:
    ours = ("MADOGUCHI", "FLASK", "DATABASE_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "MADOGUCHI_TESTING": "on",
        "MADOGUCHI_CHEAP_HASHES": "on",
        "MADOGUCHI_SECRET_KEY": "a secret of the browser tests, long enough",
        "MADOGUCHI_PRIVACY_URL": PRIVACY_URL,
        "MADOGUCHI_SMTP_URL": f"smtp://{serve.HOST}:{mailbox}",
    }


def _copy_prepared(prepared: Path, folder: Path, environ: dict[str, str]) -> None:
    prepared.parent.mkdir(parents=True, exist_ok=True)
    with prepared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            half = prepared.with_suffix(".part")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            here = {**environ, "MADOGUCHI_DATA": str(half)}
            serve.flask(here, "prepare", "--demo")
            app = _aside(create_app, read_settings(here))
            Desk("", app).given(add_people)
            scenes = Desk("", app).given(set_scenes)
            (half / SCENES).write_text(json.dumps(scenes))
            _aside(_let_go, app)
            half.rename(prepared)
    shutil.copytree(prepared, folder, dirs_exist_ok=True)


def _let_go(app: Flask) -> None:
    """Close the database, so that its file is whole."""
    with app.app_context():
        db.engine.dispose()


def _aside(work: Callable[..., Answer], *args: Argument) -> Answer:
    """Do something in a thread of its own: on this one Flask would meet the event loop of Playwright."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args).result()
