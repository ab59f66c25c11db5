"""A package index on loopback, as a company runs one: with a page per project, and a password if it likes."""

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

WHEEL_NAME = "uv-1.2.3-py3-none-any.whl"


def wheel_with_program(text: bytes) -> bytes:
    """A wheel that brings one program."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("uv/__init__.py", b"")
        archive.writestr("uv-1.2.3.data/scripts/uv", text)
    return made.getvalue()


@dataclass(frozen=True)
class Index:
    """The index and the wheel it offers."""

    address: str
    wheel: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.wheel).hexdigest()

    @property
    def locked_url(self) -> str:
        """The address as the lock has it, which the machine may not reach."""
        return f"https://files.invalid/packages/ab/{WHEEL_NAME}"

    def environ(self, credentials: str = "") -> dict[str, str]:
        return {
            "PIP_INDEX_URL": f"http://{credentials}{self.address}/simple/",
            "PIP_CONFIG_FILE": "/dev/null",
        }


@pytest.fixture(params=["open", "private"])
def index(request: pytest.FixtureRequest) -> Iterator[Index]:
    wheel = wheel_with_program(b"#!/bin/sh\necho it is me\n")
    wanted = "Basic " + base64.b64encode(b"user:p@ss").decode() if request.param == "private" else None
    answers = {
        "/simple/uv/": f'<a href="../../files/{WHEEL_NAME}#sha256=0">{WHEEL_NAME}</a>'.encode(),
        f"/files/{WHEEL_NAME}": wheel,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if wanted and self.headers["Authorization"] != wanted:
                self.send_error(401)
            elif self.path in answers:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answers[self.path])
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing into the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Index(f"127.0.0.1:{server.server_port}", wheel)
    server.shutdown()
    server.server_close()
