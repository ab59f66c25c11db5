"""An open case page as its script sees it: where it asks what is new, and how far it has been told."""

from tests.client import InspectingClient, Page

SENT = {"HX-Request": "true"}


class OpenPage:
    """A case page that somebody has open."""

    def __init__(self, client: InspectingClient, address: str) -> None:
        self.client = client
        self.page = client.get(address)
        assert self.page.status == 200
        self.url, self.query, self.reader = _told(self.page)
        self.sign = _sign(self.page)

    def ask(self) -> Page:
        """Ask what is new, and take it in, as the script does."""
        present = "" if self.sign is None else f"&present={self.sign}"
        answer = self.client.get(f"{self.url}?{self.query}{present}", headers=SENT)
        if answer.status == 200:
            self.query = _told(answer, self.query)[1]
            self.sign = _sign(answer)
        return answer


def region(page: Page, name: str) -> str:
    """The words of a part of the page that follows its case."""
    return next(page.words(item) for item in _all(page) if item.get("data-live") == name)


def entries(page: Page) -> list[str]:
    """The words of the timeline's entries, newest first."""
    return [page.words(item) for item in page.all("li") if item.get("data-entry")]


def _told(page: Page, before: str = "") -> tuple[str, str, str]:
    found = [item for item in page.all("div") if item.get("data-live-url-value")]
    if not found:
        return "", before, ""
    names = ("url", "query", "reader")
    url, query, reader = (str(found[0].get(f"data-live-{name}-value")) for name in names)
    return url, query, reader


def _sign(page: Page) -> str | None:
    return next((item.get("data-sign") for item in _all(page) if item.get("data-live") == "presence"), None)


def _all(page: Page) -> list:  # type: ignore[type-arg]  # html5lib's trees carry no types.
    return [item for tag in ("div", "section") for item in page.all(tag)]
