"""How the desk's pages take to growth: each page at 1,000 cases and at 100,000, side by side (``make bench``).

Both servers run at the same time and are asked in turn, so that a change of the machine's speed hits both. What is
printed is the median time of a request alone, and how many times longer the big installation takes. A case has five
entries in its timeline.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pyotp

from bench.run import _cookies, _environment, _server

SMALL = int(os.environ.get("BENCH_SMALL", "1000"))
BIG = int(os.environ.get("BENCH_BIG", "100000"))
COMMENTS = 4
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
PORTS = (8793, 8794)
PASSWORD = "Madoguchi#2026"  # noqa: S105 - the demo world's, which is printed at every start
# The demo's agents have one app secret; it is padded as the product stores it (RFC 2104 pads keys with zeros).
APP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - likewise
CATEGORY = "category:is:service"
SUBJECT = "subject:contains:999"

PORTAL_PAGES = {
    "case list": "/cs/cases",
    "case list, action needed": "/cs/cases?view=action",
    "case list, page 40": "/cs/cases?page=40",
    "case list by subject": "/cs/cases?sort=subject",
    "case list, filtered by category": f"/cs/cases?f={CATEGORY}",
    "case list, filtered by text": f"/cs/cases?f={SUBJECT}",
    "case page": "/cs/cases/{case}",
}
CONSOLE_PAGES = {
    "desk: overview": "/console/",
    "desk: case list": "/console/cases/",
    "desk: unassigned": "/console/cases/?view=unassigned",
    "desk: mine": "/console/cases/?view=mine",
    "desk: filtered by category": f"/console/cases/?f={CATEGORY}",
    "desk: filtered by text": f"/console/cases/?f={SUBJECT}",
    "desk: case page": "/console/cases/{case}",
}


@dataclass
class Browser:
    """A person signed in at one of the two installations."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    case: str = ""

    def get(self, path: str) -> str:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> str:
        """Post a form with the token of the page before it."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        connection = HTTPConnection("127.0.0.1", self.port)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path.format(case=self.case), body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for pair in filter(None, _cookies(answer.headers.get_all("Set-Cookie") or []).split("; ")):
            name, _, value = pair.partition("=")
            self.cookies[name] = value
        if answer.status not in (HTTPStatus.OK, HTTPStatus.SEE_OTHER):
            raise SystemExit(f"{method} {path} answered {answer.status}")
        return text

    def token(self, page: str) -> str:
        """The form token of a page."""
        return value_of(page, "csrf_token")


def value_of(page: str, name: str) -> str:
    """The value of the first hidden field of that name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else ""


def main() -> None:
    """Fill two installations, start both, ask each page of both in turn, print."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        for size, port in zip((SMALL, BIG), PORTS, strict=True):
            environment = {
                **_environment(Path(folder) / str(size)),
                "MADOGUCHI_THROTTLE": "off",
                "BENCH": "1",
            }
            environment["MADOGUCHI_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
            _fill(environment, size)
            running.enter_context(_server("wsgi:app", port, environment, workers=1))
        print(
            f"{SMALL} and {BIG} cases x {COMMENTS + 1} entries, one request at a time, {ROUNDS} of each in turn"
        )
        customers = [sign_in_customer(port) for port in PORTS]
        agents = [sign_in_agent(port) for port in PORTS]
        for people, pages in ((customers, PORTAL_PAGES), (agents, CONSOLE_PAGES)):
            for name, path in pages.items():
                report(name, *(lambda person=person, path=path: person.get(path) for person in people))
        report("comment of a customer", *(poster(person, "/cs/cases/{case}", "") for person in customers))
        report("reply of an agent", *(poster(person, "/console/cases/{case}", "reply-") for person in agents))


def _fill(environment: dict[str, str], size: int) -> None:
    code = (
        "import sys; from app import create_app, migrate; from bench import world; app = create_app();"
        "migrate.init_app(app); world.fill(app, int(sys.argv[1]), int(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, str(size), str(COMMENTS)], env=environment, check=True)


def sign_in_customer(port: int) -> Browser:
    """Hanako, and an open case of hers."""
    browser = Browser(port)
    _sign_in(browser, "/cs/login", "hanako@sample.example.cs")
    browser.case = _open_case(browser, "/cs/cases?view=action&sort=number&page=2")
    return browser


def sign_in_agent(port: int) -> Browser:
    """The agent, with the code of the app, and an open case."""
    browser = Browser(port)
    _sign_in(browser, "/console/login", "agent@desk.example")
    page = browser.get("/console/login/app")
    code = pyotp.TOTP(APP_SECRET + "A" * 16).now()
    browser.post("/console/login/app", csrf_token=browser.token(page), code=code)
    browser.case = _open_case(browser, "/console/cases/?view=awaiting&sort=number&page=2")
    return browser


def _sign_in(browser: Browser, door: str, login_id: str) -> None:
    page = browser.get(door)
    fields = {"csrf_token": browser.token(page), "login_id": login_id, "password": PASSWORD, "next": ""}
    browser.post(door, **fields)


def _open_case(browser: Browser, path: str) -> str:
    found = re.search(r"CS\d{7}", browser.get(path))
    if found is None:
        raise SystemExit("the case list shows no case: sign-in failed?")
    return found.group()


def poster(browser: Browser, page_path: str, prefix: str) -> Callable[[], object]:
    """A post of a comment; the page with the form, which gives the one-time key, is fetched outside the time."""

    def prepare() -> Callable[[], object]:
        page = browser.get(page_path)
        fields = {
            "csrf_token": browser.token(page),
            f"{prefix}form_key": value_of(page, f"{prefix}form_key"),
            f"{prefix}body": "確認しました。次の手順をお知らせください。",
        }
        return lambda: browser.post(f"{page_path}/comments", **fields)

    return prepare


def report(name: str, small: Callable[[], object], big: Callable[[], object]) -> None:
    """Time both in turn and print the medians and how many times longer the big one takes."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for ask, taken in zip((small, big), times, strict=True):
            taken.append(_timed(ask))
    first, second = (statistics.median(taken) * 1_000 for taken in times)
    print(f"{name:<34} {first:7.1f} ms {second:7.1f} ms   x {second / first:.2f}", flush=True)


def _timed(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    prepared = ask()
    if callable(prepared):
        start = time.perf_counter()
        prepared()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
