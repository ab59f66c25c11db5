"""What becomes of a whole file: hashed, compared with its name, scanned, drawn anew (SEC-45)."""

import dataclasses
import io
import struct
import zlib
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image

from app import storage
from app.files import jobs, scanner
from app.files.kinds import OTHER, kind_of
from app.files.models import Scan, Upload
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, files
from tests.files.clamd import EICAR, LARGEST, clamd
from tests.files.sending import Sender


@pytest.fixture
def sender(signed_in: SignedIn) -> Sender:
    return Sender(signed_in("hanako"))


@pytest.fixture
def scanning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with clamd() as address:
        _use(app, monkeypatch, address)
        yield


def _use(app: Flask, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    settings = dataclasses.replace(app.config["SETTINGS"], clamd=address)
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def sent(stored: Stored) -> Upload:
    upload = stored(files.uploads)[-1]
    assert isinstance(upload, Upload)
    return upload


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    header = struct.pack("!LLBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.req("SEC-45", "SEC-43")
@pytest.mark.parametrize(
    ("kind", "name", "media_type"),
    [
        ("PNG", "shot.png", "image/png"),
        ("PNG", "SHOT.PNG", "image/png"),
        ("JPEG", "photo.jpeg", "image/jpeg"),
        ("GIF", "moving.gif", "image/gif"),
        ("WEBP", "new.webp", "image/webp"),
    ],
)
def test_a_picture_is_drawn_anew_beside_the_file(
    sender: Sender, stored: Stored, kind: str, name: str, media_type: str
) -> None:
    original = files.picture(kind)
    token = sender.send(original, name)
    upload = sent(stored)
    assert (upload.media_type, upload.picture_type) == (media_type, "image/webp")
    kept = stored(lambda _s: storage.current().blob(upload.scope, token).read_bytes())
    assert kept == original
    page = sender.browser.get(f"/cs/uploads/{token}/picture")
    assert page.status == 200
    assert page.answer.mimetype == "image/webp"
    drawn = Image.open(io.BytesIO(page.answer.get_data()))
    assert drawn.size == (40, 30)


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.picture("PNG"), "shot.jpg"),
        (files.picture("PNG"), "shot.txt"),
        (files.picture("PNG"), "shot"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "shot.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "shot.svg"),
        (b"<!doctype html><script>alert(1)</script>", "page.gif"),
        (b"\x89PNG\r\n\x1a\n broken", "shot.png"),
        (b"GIF89a<script>alert(1)</script>", "shot.gif"),
        (bomb(60_000, 60_000), "bomb.png"),
        (bomb(10_000, 5_001), "bomb.png"),
    ],
)
def test_what_is_no_sound_picture_stays_bytes(
    sender: Sender, stored: Stored, content: bytes, name: str
) -> None:
    token = sender.send(content, name)
    upload = sent(stored)
    assert upload.is_whole
    assert upload.picture_type is None
    assert sender.browser.get(f"/cs/uploads/{token}/picture").status == 404


@pytest.mark.req("SEC-45")
def test_nothing_of_a_photo_is_shown_but_what_can_be_seen(sender: Sender) -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "35.6586N 139.7454E"
    exif[0x0112] = 6
    Image.new("RGB", (40, 30)).save(file, "JPEG", exif=exif)
    token = sender.send(file.getvalue() + b"<script>behind the end</script>", "photo.jpg")
    drawn = sender.browser.get(f"/cs/uploads/{token}/picture").answer.get_data()
    assert b"35.6586N" not in drawn
    assert b"script" not in drawn
    # The camera lay on its side.
    assert Image.open(io.BytesIO(drawn)).size == (30, 40)


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "report.pdf", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "report.docx", OTHER),
        (b"MZ\x90\x00" + b"\0" * 60, "report.pdf", OTHER),
        (b"plain words", "notes.txt", OTHER),
    ],
)
def test_first_bytes_and_ending_must_agree(app: Flask, content: bytes, name: str, kind: str) -> None:
    path = app.config["SETTINGS"].data_dir / "looked_at"
    path.write_bytes(content)
    assert kind_of(path, name) == kind


@pytest.mark.req("SEC-45")
@pytest.mark.usefixtures("scanning")
def test_a_clean_file_is_told_clean(sender: Sender, stored: Stored) -> None:
    sender.send(b"plain words")
    assert sent(stored).scan is Scan.CLEAN


@pytest.mark.req("SEC-45")
@pytest.mark.usefixtures("scanning")
def test_a_blocked_file_gets_nowhere(sender: Sender, stored: Stored, given: Given) -> None:
    number = given(cases.open_inquiry)
    address = sender.begin(len(EICAR), "invoice.pdf")
    page = sender.part(address, EICAR, 0)
    assert page.status == 422
    assert "invoice.pdf" in page.text
    assert "ウイルスチェック" in page.text
    assert sent(stored).scan is Scan.BLOCKED
    path = f"/cs/cases/{number}"
    form = sender.browser.get(path)
    refused = sender.browser.submit(form, f"{path}/comments", body="送ります。", uploads=sent(stored).token)
    assert refused.status == 422
    assert "invoice.pdf" in refused.error_at("uploads")
    assert stored(files.count_files) == 0


@pytest.mark.req("SEC-45")
@pytest.mark.usefixtures("scanning")
def test_the_plain_form_names_a_blocked_file(sender: Sender, stored: Stored, given: Given) -> None:
    path = f"/cs/cases/{given(cases.open_inquiry)}"
    form = sender.browser.get(path).form(f"{path}/comments")
    fields = {**form, "body": "送ります。", "files": (io.BytesIO(EICAR), "invoice.pdf")}
    page = sender.browser.post(f"{path}/comments", fields, content_type="multipart/form-data")
    assert page.status == 422
    assert "invoice.pdf" in page.error_at("uploads")
    assert stored(files.count_files) == 0


@pytest.mark.req("SEC-45")
@pytest.mark.usefixtures("scanning")
def test_what_is_too_large_for_the_scanner_is_told_unscanned(sender: Sender, stored: Stored) -> None:
    sender.send(b"x" * (LARGEST + 300_000))
    assert sent(stored).scan is Scan.OFF


@pytest.mark.req("SEC-45")
def test_nobody_gets_a_file_before_the_scanner_has_spoken(
    app: Flask, given: Given, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(app, monkeypatch, "tcp://127.0.0.1:1")
    number = given(cases.open_inquiry)
    tokens = [given(files.on_case, number, name="good.txt"), given(files.on_case, number, content=EICAR)]
    hanako = signed_in("hanako")
    addresses = [f"/cs/cases/{number}/files/{token}" for token in tokens]
    page = hanako.get(f"/cs/cases/{number}")
    assert not [link for link in page.all("a") if "/files/" in link.get("href", "")]
    assert "ウイルスチェック中" in page.words()
    assert [hanako.get(address).status for address in addresses] == [409, 409]
    assert jobs.scan_pending(app) == 0
    with clamd() as scanner_address:
        _use(app, monkeypatch, scanner_address)
        assert jobs.scan_pending(app) == 2
    assert [hanako.get(address).status for address in addresses] == [200, 403]
    assert "ウイルスチェックで検出" in hanako.get(f"/cs/cases/{number}").words()


def test_an_answer_that_is_none_leaves_the_file_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    path = app.config["SETTINGS"].data_dir / "looked_at"
    path.write_bytes(b"x")
    monkeypatch.setattr(scanner, "_ask", lambda *_: "UNKNOWN COMMAND")
    assert scanner.scan(path, "tcp://127.0.0.1:1") is Scan.PENDING


def test_a_socket_file_is_asked_as_well(app: Flask) -> None:
    path = app.config["SETTINGS"].data_dir / "looked_at"
    path.write_bytes(b"x")
    assert scanner.scan(path, f"unix://{path}") is Scan.PENDING
