"""Windows of the browser, each watched for what the browser complains about."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.browser.desk import SESSION_COOKIE, Desk
from tests.browser.people import PEOPLE

HEIGHTS = {1280: 900, 390: 844}
PATIENCE_MS = 15_000
# The browser says so of every refused post and missing page; what is wrong about it tests say themselves.
NOT_A_COMPLAINT = "Failed to load resource: the server responded with a status of 4"

Option = Any


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


class Windows:
    """Opens windows, and in the end closes them and reports what the browser complained about."""

    def __init__(self, chromium: Browser, desk: Desk, session_of: Callable[[str], str]) -> None:
        self._chromium, self._desk, self._session_of = chromium, desk, session_of
        self._opened: list[BrowserContext] = []
        self._watches: list[Watch] = []

    def open(
        self,
        who: str | None = None,
        address: str | None = None,
        *,
        language: str | None = None,
        width: int = 1280,
        token: str | None = None,
        is_watched: bool = True,
        **options: Option,
    ) -> Page:
        """Open a window of its own, signed in as ``who`` or with a session of one's own, at an address."""
        spoken = language or (PEOPLE[who].language if who else "ja")
        context = self._chromium.new_context(
            base_url=self._desk.url,
            locale={"ja": "ja-JP", "en": "en-US"}[spoken],
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._opened.append(context)
        if is_watched:
            self._watches.append(Watch(context))
        page = context.new_page()
        if who or token:
            give_session(page, token or self._session_of(who or ""))
        if address is not None:
            page.goto(address)
        return page

    def close(self) -> None:
        """Close all windows; fails if the browser complained in one of them."""
        complaints = [line for watch in self._watches for line in watch.complaints]
        for context in self._opened:
            context.close()
        assert not complaints, "the browser complained:\n" + "\n".join(complaints)


def give_session(page: Page, token: str) -> None:
    """Put a session's cookie into the browser; Playwright's own way cannot set __Host- cookies."""
    told = {"name": SESSION_COOKIE, "value": token, "url": "https://127.0.0.1/", "path": "/"}
    devtools = page.context.new_cdp_session(page)
    answer = devtools.send("Network.setCookie", {**told, "secure": True, "httpOnly": True, "sameSite": "Lax"})
    devtools.detach()
    assert answer["success"]
