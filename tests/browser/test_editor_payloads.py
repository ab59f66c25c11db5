"""What the cleaner lets through, in a browser without any policy: nothing runs, nothing is asked for (SEC-33, M04)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from app.richtext import clean, for_mail, show
from tests.richtext.payloads import CANARY, known, mutations

PLACE = "https://trap.invalid/"
AT_ONCE = 120
MUTATIONS = 1_600
ALL = [*known(), *mutations(MUTATIONS)]
BATCHES = [ALL[start : start + AT_ONCE] for start in range(0, len(ALL), AT_ONCE)]
PROVOKE = """() => {
  const kinds = ["click", "mouseover", "focus", "pointerdown", "animationstart", "toggle", "error", "load"];
  for (const element of document.querySelectorAll("main *")) {
    for (const kind of kinds) element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
  }
  return window.calls ?? 0;
}"""


class Trap:
    """A page without a policy that counts what runs and what is asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self._html = ""
        page.add_init_script("window.calls = 0; window.pwned = () => { window.calls += 1; };")
        page.route("**/*", self._answer)
        # Links may be followed by whoever clicks them; here they must not lead the page away.
        page.add_init_script("document.addEventListener('click', (event) => event.preventDefault(), true);")
        page.add_init_script("document.addEventListener('submit', (event) => event.preventDefault(), true);")

    def _answer(self, route: Route) -> None:
        if route.request.url == PLACE:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
            return
        self.asked.append(route.request.url)
        route.abort()

    def run(self, texts: list[str]) -> int:
        """Show texts, do to them whatever people do, and return how often something ran."""
        shown = "".join(f"<div>{text}</div>" for text in texts)
        self._html = f"<!DOCTYPE html><title>x</title><main>{shown}</main>"
        self.page.goto(PLACE, wait_until="commit")
        self.page.wait_for_selector("main", state="attached")
        self.page.wait_for_timeout(50)
        return int(self.page.evaluate(PROVOKE))


@pytest.fixture
def trap(chromium: Browser) -> Iterator[Trap]:
    """A trap in a window of its own."""
    context = chromium.new_context()
    yield Trap(context.new_page())
    context.close()


@pytest.mark.req("SEC-33", "C42", "M04")
def test_nothing_of_two_thousand_payloads_runs_or_asks(trap: Trap) -> None:
    assert len(ALL) >= 2_000
    for batch in BATCHES:
        cleaned = [clean(payload) for payload in batch]
        ran = trap.run([str(show(text, lambda _token: None)) for text in cleaned])
        ran += trap.run([str(for_mail(text)) for text in cleaned])
        assert (ran, trap.asked) == (0, []), batch


@pytest.mark.req("SEC-33")
def test_the_trap_catches_what_is_not_cleaned(trap: Trap) -> None:
    """Otherwise the test above would prove nothing."""
    ran = trap.run([f'<img src="{CANARY}" onerror="pwned()">', "<svg onload=pwned()></svg>"])
    assert ran > 0
    assert trap.asked
