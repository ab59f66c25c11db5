"""What people see when something fails: a plain page in their language, and nothing of the inside (SEC-40, F06)."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.exceptions import default_exceptions

from app import clock
from app.accounts.models import AuthSession
from app.authz import open_to_all
from app.cases.models import Case
from app.config import Settings
from app.extensions import db
from tests.client import InspectingClient, Page
from tests.conftest import SignedIn, Stored

pytestmark = pytest.mark.req("SEC-40")

CANARY = "c4nary /srv/desk/app.py SELECT secret"
HOLD = """
import sys, pysqlite3
held = pysqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


def fault(app: Flask, error: Exception) -> Page:
    @app.get("/fault")
    @open_to_all("A view of this test.")
    def fail() -> str:
        raise error

    return InspectingClient(app, language="en").get("/fault")


@pytest.mark.req("SEC-55")
def test_a_fault_shows_an_incident_number_and_nothing_else(bare: Flask, log: io.StringIO) -> None:
    page = fault(bare, RuntimeError(CANARY))

    assert page.status == 500
    number = re.search(r"Incident number: ([0-9a-f]{8})", page.words())
    assert number is not None
    for part in (*CANARY.split(), "RuntimeError", "Traceback", "python"):
        assert part not in page.text
    [line] = log.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["incident"]) == ("request.failed", "error", number[1])
    assert "RuntimeError" in told["exception"]


@pytest.mark.req("SEC-55")
def test_what_people_type_stays_on_one_line_of_the_log(bare: Flask, log: io.StringIO) -> None:
    fault(bare, RuntimeError('x\r\n{"event": "forged"}\n\u2028y\0'))

    [line] = [line for line in log.getvalue().split("\n") if line]
    assert json.loads(line)["event"] == "request.failed"


def test_each_fault_has_a_number_of_its_own(bare: Flask) -> None:
    page, other = fault(bare, RuntimeError(CANARY)), InspectingClient(bare).get("/fault")
    assert page.words() != other.words()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_status_has_a_page_without_an_incident_number(bare: Flask, language: str) -> None:
    @bare.get("/status/<int:status>")
    @open_to_all("A view of this test.")
    def fail(status: int) -> str:
        raise default_exceptions[status]

    browser = InspectingClient(bare, language=language)
    for status in sorted(default_exceptions):
        page = browser.get(f"/status/{status}")
        assert (page.status, page.language) == (status, language)
        assert page.words(page.one("h1"))
        assert not re.search(r"[0-9a-f]{8}", page.words())


@contextmanager
def writer_holds(database: Path) -> Iterator[None]:
    """Another process that has begun to write and does not end."""
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()


@pytest.mark.req("REL-01")
def test_while_another_writes_on_and_on_reading_goes_on_and_writing_is_asked_to_wait(
    app: Flask, signed_in: SignedIn, stored: Stored
) -> None:
    settings: Settings = app.config["SETTINGS"]
    browser = signed_in("hanako")
    fields = {
        **browser.get("/cs/inquiries/new").form("/cs/inquiries/new"),
        "category": "service",
        "details": "本文",
    }
    with app.app_context():
        # Their stamps are due, which must not hold up a reader.
        db.session.execute(update(AuthSession).values(last_seen_at=clock.now() - timedelta(minutes=5)))
        db.session.commit()
    with writer_holds(settings.data_dir / "madoguchi.sqlite3"):
        for path in ("/cs/", "/cs/cases", "/cs/inquiries/new", "/readyz"):
            assert browser.get(path).status == 200
        page = browser.post("/cs/inquiries/new", fields)
        assert page.status == 503
        assert page.answer.headers["Retry-After"] == "5"
        assert "incident" not in page.text
    assert stored(lambda session: session.query(Case).count()) == 0

    again = browser.post("/cs/inquiries/new", fields)
    assert again.location == "/cs/cases/CS0000001", "the same form goes through afterwards"


def test_an_unknown_address_and_method_are_pages_too(client: InspectingClient) -> None:
    assert client.get("/no/such/page").status == 404
    assert client.fetch("DELETE", "/cs/login").status in {400, 405}
    assert client.fetch("PUT", "/healthz", headers={"Accept-Language": "en"}).status in {400, 405}


def test_an_error_page_is_the_same_for_the_same_error(client: InspectingClient) -> None:
    assert client.get("/no/such/page").text == client.get("/no/such/other").text
