"""One browser and one desk per test process; every page is watched for complaints of the browser."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.desk import Desk, open_desk
from tests.browser.windows import PATIENCE_MS, Windows

CHROMIUM = Path("/usr/bin/chromium")
SIGNED_IN_FOR = 6 * 60.0
HERE = Path(__file__).parent
ONE_OF = 4

Visit = Callable[..., Page]
Look = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By day a test is run in one of four of its widths, languages and people, at night in all of them."""
    variants: dict[tuple[Path, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and item.path.parent == HERE:
            variants.setdefault((item.path, item.originalname), []).append(item)
    for several in variants.values():
        by_day = [item for item in several if item.get_closest_marker("nightly") is None]
        ordered = sorted(by_day, key=lambda item: tuple(item.callspec.indices.values()))
        for place, item in enumerate(ordered):
            if place % ONE_OF:
                item.add_marker("nightly")


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
def session_of(desk: Desk) -> Callable[[str], str]:
    """The session of each person, signed in now and then; tests that sign out sign in by themselves."""
    tokens: dict[str, tuple[str, float]] = {}

    def session_of(name: str) -> str:
        # What changes how somebody gets in asks for a proof that is not older than ten minutes.
        if name not in tokens or time.monotonic() - tokens[name][1] > SIGNED_IN_FOR:
            tokens[name] = desk.sign_in(name), time.monotonic()
        return tokens[name][0]

    return session_of


@pytest.fixture
def visit(chromium: Browser, desk: Desk, session_of: Callable[[str], str]) -> Iterator[Visit]:
    """A fresh window: ``visit("hanako", "/cs/cases", width=390)``; nobody is signed in without a name."""
    windows = Windows(chromium, desk, session_of)
    yield windows.open
    windows.close()


@pytest.fixture(scope="package")
def look(chromium: Browser, desk: Desk, session_of: Callable[[str], str]) -> Iterator[Look]:
    """The one window of a person, without motion, for tests that only look: ``look("alice", "/cs/")``."""
    windows = Windows(chromium, desk, session_of)
    pages: dict[tuple[str | None, str], Page] = {}

    def look_at(who: str | None, address: str, *, language: str = "ja", width: int = 1280) -> Page:
        if (who, language) not in pages:
            pages[who, language] = windows.open(who, language=language)
        page = pages[who, language]
        page.emulate_media(color_scheme="light", media="screen", reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        return page

    yield look_at
    windows.close()
