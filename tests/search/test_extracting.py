"""Texts out of files: of every kind that offices send, never at the price of the machine (KB-08, SEC-45)."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pytest
import xlsxwriter
from flask import Flask
from flask_babel import force_locale
from fpdf import FPDF

from app.search import extracting
from app.search.extracting import LARGEST, reading, text_of
from app.search.extracting.reading import Ended, Sink, decoded
from app.search.models import Reading
from tests.factories import files

SENTENCE = "ログインできません。サーバーの設定をご確認ください。ABC"


def text_in(tmp_path: Path, name: str, content: bytes) -> tuple[Reading, str]:
    path = tmp_path / "0123"
    path.write_bytes(content)
    return text_of(path, name=name, size=len(content))


def word_file() -> bytes:
    file, made = io.BytesIO(), docx.Document()
    made.add_paragraph("サーバーの設定")
    made.add_table(1, 1).cell(0, 0).text = "表の中"
    made.save(file)
    return file.getvalue()


def slides() -> bytes:
    file, made = io.BytesIO(), pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = "障害の報告"
    slide.notes_slide.notes_text_frame.text = "話すこと"
    made.save(file)
    return file.getvalue()


def table() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet("アカウント")
        sheet.write(0, 0, "種別")
        sheet.write(40, 3, 42)
    return file.getvalue()


def pdf(owner_password: str = "", user_password: str = "") -> bytes:
    made = FPDF()
    if owner_password:
        made.set_encryption(owner_password, user_password)
    made.add_page()
    made.set_font("Helvetica")
    made.cell(text="Hello bucket")
    return bytes(made.output())


def package(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def with_part(content: bytes, name: str, part: Callable[[bytes], bytes]) -> bytes:
    """An Office file with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as before:
        parts = {entry: before.read(entry) for entry in before.namelist()}
    return package({**parts, name: part(parts[name])})


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("手順.docx", word_file, "サーバーの設定\n表の中"),
        ("報告.PPTX", slides, "障害の報告\n話すこと"),
        ("一覧.xlsx", table, "アカウント\n種別\n42"),
        ("guide.pdf", pdf, "Hello bucket"),
        # Every viewer opens it without a password.
        ("owner.pdf", lambda: pdf(owner_password="o"), "Hello bucket"),
    ],
)
def test_the_text_of_office_files_is_taken(
    tmp_path: Path, name: str, make: Callable[[], bytes], expected: str
) -> None:
    assert text_in(tmp_path, name, make()) == (Reading.TAKEN, expected)


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932", "euc_jp", "iso2022_jp"],
)
def test_japanese_text_is_read_in_each_of_its_encodings(encoding: str) -> None:
    assert decoded(SENTENCE.encode(encoding)) == SENTENCE


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02\x03" * 20, b"\xff\xff\x80\x81\xa0\xfd", b"MZ\x90\x00\x03\x00\x00\x00\x04\xff" * 9],
)
def test_bytes_that_are_no_text_are_unreadable(content: bytes) -> None:
    with pytest.raises(Ended) as ended:
        decoded(content)
    assert ended.value.status == reading.UNREADABLE


@pytest.mark.req("KB-08")
def test_half_a_character_at_the_end_of_what_is_read_does_no_harm() -> None:
    for encoding in ("utf-8", "utf-16-le", "cp932", "euc_jp"):
        assert decoded(SENTENCE.encode(encoding) + "あ".encode(encoding)[:1]) == SENTENCE


@pytest.mark.req("KB-08", "SEC-45")
def test_plain_files_and_markup(tmp_path: Path) -> None:
    page = "<title>題</title><script>secret()</script><style>p{}</style><p>本&amp;文</p>"
    for name, content, expected in (
        ("a.html", page, "題\n本&文"),
        ("a.log", "one\x07\n\n two ", "one\ntwo"),
        ("a.json", '{"a": "本文"}', '{"a": "本文"}'),
        ("a.csv", "", ""),
    ):
        assert text_in(tmp_path, name, content.encode()) == (Reading.TAKEN, expected)


@pytest.mark.req("SEC-45")
def test_entities_are_never_unfolded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{at + 1} "{f"&l{at};" * 10}">' for at in range(9))
    document_type = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    began = time.perf_counter()
    came, text = text_in(
        tmp_path, "a.xml", f"<?xml version='1.0'?>{document_type}<x>hi &l9; &f;</x>".encode()
    )
    assert came is Reading.TAKEN
    assert "lol" not in text
    assert "root" not in text
    for make, name, part in (
        (word_file, "a.docx", "word/document.xml"),
        (table, "a.xlsx", "xl/worksheets/sheet1.xml"),
        (slides, "a.pptx", "ppt/slides/slide1.xml"),
    ):
        bad = with_part(make(), part, lambda xml: xml.replace(b"?>", b"?>" + document_type.encode(), 1))
        assert text_in(tmp_path, name, bad) == (Reading.UNREADABLE, "")
    assert time.perf_counter() - began < 5


@pytest.mark.req("SEC-45")
def test_a_bomb_is_too_large_at_once(tmp_path: Path) -> None:
    bomb = package({"word/document.xml": b"\0" * 20_000_000})
    began = time.perf_counter()
    assert text_in(tmp_path, "bomb.docx", bomb) == (Reading.TOO_LARGE, "")
    assert time.perf_counter() - began < 1.5


@pytest.mark.req("SEC-45")
@pytest.mark.parametrize(
    ("limit", "value"), [("MOST_UNPACKED", 99_999), ("MOST_ENTRIES", 99), ("MOST_RATIO", 2)]
)
def test_each_limit_of_packages_holds(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    content = package({f"{at}.bin": bytes(range(250)) * 4 for at in range(100)})
    monkeypatch.setattr(reading, "RATIO_FROM", 999)
    reading._check_package(io.BytesIO(content), content[:1024])
    monkeypatch.setattr(reading, limit, value)
    with pytest.raises(Ended) as ended:
        reading._check_package(io.BytesIO(content), content[:1024])
    assert ended.value.status == reading.TOO_LARGE


@pytest.mark.req("KB-08")
@pytest.mark.parametrize(
    ("name", "content", "came"),
    [
        ("secret.pdf", pdf(owner_password="o", user_password="u"), Reading.ENCRYPTED),
        ("secret.docx", reading.OLE + b"\0" * 600 + reading.ENCRYPTED_PACKAGE, Reading.ENCRYPTED),
        ("old.docx", reading.OLE + b"\0" * 600, Reading.UNREADABLE),
        ("broken.pdf", b"%PDF-1.4 broken", Reading.UNREADABLE),
        ("broken.docx", b"PK broken", Reading.UNREADABLE),
        ("other.xlsx", package({"a.txt": b"x"}), Reading.UNREADABLE),
        ("picture.png", files.picture(), Reading.NONE),
        ("program", b"\x7fELF", Reading.NONE),
        ("old.xls", reading.OLE, Reading.NONE),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, came: Reading) -> None:
    assert text_in(tmp_path, name, content) == (came, "")


@pytest.mark.req("SEC-45")
def test_limits_end_what_takes_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "0123"
    assert text_of(path, name="a.txt", size=LARGEST + 1) == (Reading.TOO_LARGE, "")
    content = word_file()
    path.write_bytes(content)
    monkeypatch.setattr(extracting, "MOST_MEMORY", 24 * 1024**2)
    assert text_of(path, name="a.docx", size=len(content))[0] is not Reading.TAKEN
    monkeypatch.undo()
    monkeypatch.setattr(extracting, "LONGEST_WAIT", 0.01)
    assert text_of(path, name="a.docx", size=len(content)) == (Reading.TOO_LARGE, "")


@pytest.mark.req("KB-08")
def test_of_a_long_text_the_beginning_is_taken(tmp_path: Path) -> None:
    came, text = text_in(tmp_path, "a.log", ("あ" * 99 + "\n").encode() * 5_000)
    assert came is Reading.TAKEN
    assert reading.MOST_TEXT - 3 <= len(text.encode()) <= reading.MOST_TEXT


@pytest.mark.req("SEC-45")
def test_a_sink_stops_those_who_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = Sink()
    assert not sink.is_full
    monkeypatch.setattr(reading, "SOFT_SECONDS", -1)
    assert sink.is_full


@pytest.mark.req("KB-08")
def test_what_came_of_reading_is_said_in_both_languages(app: Flask) -> None:
    for language in ("ja", "en"):
        with app.test_request_context(), force_locale(language):
            labels = {each.label for each in Reading}
        assert len(labels) == len(Reading)
