"""One browser and one desk per test process; every page is watched for complaints of the browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.browser.desk import SESSION_COOKIE, Desk, open_desk
from tests.browser.people import PEOPLE

CHROMIUM = Path("/usr/bin/chromium")
HEIGHTS = {1280: 900, 390: 844}
PATIENCE_MS = 15_000
# The browser says so of every refused post and missing page; what is wrong about it tests say themselves.
NOT_A_COMPLAINT = "Failed to load resource: the server responded with a status of 4"

Option = Any
Visit = Callable[..., Page]


# Not for the whole session: while Playwright is open, no other test of this process could use Flask.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests are skipped, or fail where nothing may be skipped."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk"
        if any(os.environ.get(name, "") not in {"", "0"} for name in ("MADOGUCHI_REQUIRE_ALL", "CI")):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The running desk of this test process, with the demo world; tests open cases of their own in it."""
    base = tmp_path_factory.getbasetemp()
    # Under xdist all processes share the folder above their own, and with it the prepared world.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with open_desk(base / "desk", shared / "prepared-desk") as opened:
        yield opened


@pytest.fixture(scope="session")
def sessions(desk: Desk) -> Callable[[str], str]:
    """The session of each person, signed in once; tests that sign out sign in by themselves."""
    tokens: dict[str, str] = {}

    def session_of(name: str) -> str:
        if name not in tokens:
            tokens[name] = desk.sign_in(name)
        return tokens[name]

    return session_of


class Watch:
    """Collects what the browser complains about: faults of scripts, refusals of the policy, lost files."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(NOT_A_COMPLAINT):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _answered(self, answer: Response) -> None:
        is_file = answer.request.resource_type not in {"document", "fetch", "xhr"}
        if answer.status >= (400 if is_file else 500):
            self.complaints.append(f"{answer.status} {answer.url}")


def give_session(page: Page, token: str) -> None:
    """Put a session's cookie into the browser; Playwright's own way cannot set __Host- cookies."""
    told = {"name": SESSION_COOKIE, "value": token, "url": "https://127.0.0.1/", "path": "/"}
    devtools = page.context.new_cdp_session(page)
    answer = devtools.send("Network.setCookie", {**told, "secure": True, "httpOnly": True, "sameSite": "Lax"})
    devtools.detach()
    assert answer["success"]


@pytest.fixture
def visit(chromium: Browser, desk: Desk, sessions: Callable[[str], str]) -> Iterator[Visit]:
    """A fresh window: ``visit("hanako", "/cs/cases", width=390)``; nobody is signed in without a name."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_window(
        who: str | None = None,
        address: str | None = None,
        *,
        language: str | None = None,
        width: int = 1280,
        token: str | None = None,
        **options: Option,
    ) -> Page:
        spoken = language or (PEOPLE[who].language if who else "ja")
        context = chromium.new_context(
            base_url=desk.url,
            locale={"ja": "ja-JP", "en": "en-US"}[spoken],
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        opened.append((context, Watch(context)))
        page = context.new_page()
        if who or token:
            give_session(page, token or sessions(who or ""))
        if address is not None:
            page.goto(address)
        return page

    yield open_window
    complaints = [line for _, watch in opened for line in watch.complaints]
    for context, _ in opened:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)
