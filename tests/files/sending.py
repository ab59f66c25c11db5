"""A client of the upload protocol, for tests."""

import base64
from dataclasses import dataclass

from tests.client import InspectingClient, Page

PART_TYPE = "application/offset+octet-stream"


@dataclass
class Sender:
    """Somebody's browser sending files by tus."""

    browser: InspectingClient
    base: str = "/cs/uploads"

    def __post_init__(self) -> None:
        self.token = self.browser.token()

    def announce(self, size: int | str, name: str | bytes = "log.txt") -> Page:
        raw = name.encode() if isinstance(name, str) else name
        about = f"filename {base64.b64encode(raw).decode()}"
        return self.ask("POST", self.base, {"Upload-Length": str(size), "Upload-Metadata": about})

    def begin(self, size: int, name: str = "log.txt") -> str:
        """Announce a file, and return its address."""
        page = self.announce(size, name)
        assert page.status == 201, page.text
        return page.location

    def part(self, address: str, content: bytes, offset: int | str, **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(
            "PATCH", address, {"Upload-Offset": str(offset), "Content-Type": PART_TYPE, **named}, content
        )

    def offset(self, address: str) -> int:
        page = self.ask("HEAD", address)
        assert page.status == 200
        return int(page.answer.headers["Upload-Offset"])

    def send(self, content: bytes, name: str = "log.txt") -> str:
        """Send a whole file in one part, and return its token."""
        address = self.begin(len(content), name)
        page = self.part(address, content, 0)
        assert page.status == 204, page.text
        return address.rsplit("/", 1)[1]

    def ask(
        self, method: str, address: str, headers: dict[str, str] | None = None, content: bytes = b""
    ) -> Page:
        sent = {"X-CSRFToken": self.token, "Tus-Resumable": "1.0.0", **(headers or {})}
        return self.browser.fetch(method, address, headers=sent, data=content)
