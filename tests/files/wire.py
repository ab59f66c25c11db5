"""Somebody's browser at a real server, down to the bytes of its requests."""

import base64
import http.client
import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from flask import g, request

from app.accounts import session as sessions
from app.accounts.session import COOKIE
from app.accounts.sign_in import Door
from app.extensions import db
from setup.serve import HOST
from tests import cast
from tests.factories.servers import Browser, Desk
from tests.files.sending import PART_TYPE


@dataclass
class Wire:
    """A signed-in browser that sends files."""

    browser: Browser
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What goes along with each request."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        return {
            "X-Forwarded-For": self.browser.address,
            "X-Forwarded-Proto": "https",
            "Cookie": cookies,
            "X-CSRFToken": self.token,
            "HX-Request": "true",
            "Tus-Resumable": "1.0.0",
        }

    def connect(self) -> HTTPConnection:
        """A connection to the server."""
        return HTTPConnection(HOST, self.browser.desk.ports[0], timeout=120)

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | Iterable[bytes] = b"",
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request and its whole answer."""
        with closing(self.connect()) as connection:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            answer: HTTPResponse = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def begin(self, size: int, name: str = "log.bin") -> str:
        """Announce a file, and return its address."""
        about = f"filename {base64.b64encode(name.encode()).decode()}"
        told = {"Upload-Length": str(size), "Upload-Metadata": about}
        status, headers, text = self.ask("POST", "/cs/uploads", told)
        assert status == 201, text
        return headers["Location"]

    def part(self, address: str, content: bytes, offset: int) -> int:
        """Send a part, and return the status."""
        told = {"Upload-Offset": str(offset), "Content-Type": PART_TYPE}
        return self.ask("PATCH", address, told, content)[0]

    def offset(self, address: str) -> int:
        """Where the server says the next part begins."""
        status, headers, _body = self.ask("HEAD", address)
        assert status == 200
        return int(headers["Upload-Offset"])

    def open_part(self, address: str, offset: int, length: int) -> socket.socket:
        """Begin a part of ``length`` bytes and send none of them yet."""
        line = socket.create_connection((HOST, self.browser.desk.ports[0]), timeout=60)
        told = {
            **self.headers,
            "Host": "desk.test",
            "Upload-Offset": str(offset),
            "Content-Type": PART_TYPE,
            "Content-Length": str(length),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        line.sendall(f"PATCH {address} HTTP/1.1\r\n{head}\r\n".encode())
        return line


def enter(desk: Desk, name: str) -> Wire:
    """Be signed in as a member of the cast."""
    browser = desk.browser()
    with desk.app.test_request_context(base_url="https://desk.test"):
        user = cast.person(db.session, name)
        sessions.establish(db.session, user=user, door=Door(user.realm, "tests"), incoming=request)
        browser.cookies[COOKIE] = g.cookies_given[COOKIE].value
        db.session.commit()
    return Wire(browser, browser.token("/cs/login"))


def memory_of(process: int) -> int:
    """The bytes of memory that a process and its children hold."""
    return sum(_field(one, "VmRSS") for one in family(process))


def peak_of(process: int) -> int:
    """The most bytes that a process and its children have held so far."""
    return sum(_field(one, "VmHWM") for one in family(process))


def family(process: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in family(int(child)))]


def _field(process: int, name: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
