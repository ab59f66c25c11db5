"""Names of files: shown as given, but for what misleads a reader or a path (SEC-43)."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from app.files.names import HIDDEN, NAMELESS, clean_name
from app.files.serving import disposition
from app.files.sizes import size_in_words
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, files
from tests.files.sending import Sender

RTL, LRI, NUL = "\u202e", "\u2066", "\0"
CORPUS = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
    ("/etc/passwd", "passwd"),
    ("C:\\Users\\hanako\\log.txt", "log.txt"),
    ("..", NAMELESS),
    ("", NAMELESS),
    (" . ", NAMELESS),
    ("folder/", NAMELESS),
    (f"a{NUL}b.txt", "ab.txt"),
    (f"invoice{RTL}fdp.exe", "invoicefdp.exe"),
    (f"{LRI}log.txt\u2069", "log.txt"),
    ("line\r\nSet-Cookie: a=b.txt", "lineSet-Cookie: a=b.txt"),
    ("tab\there.txt", "tabhere.txt"),
    ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
    ('say "hello"; x.txt', 'say "hello"; x.txt'),
    ("it's 100%.txt", "it's 100%.txt"),
    ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ("議事録 2026年11月.pdf", "議事録 2026年11月.pdf"),
    ("神\ufa19.txt", "神\ufa19.txt"),
    ("👩\u200d💻 notes 🎉.md", "👩\u200d💻 notes 🎉.md"),
    ("a" * 300 + ".txt", "a" * 251 + ".txt"),
    ("あ" * 100 + ".txt", "あ" * 100 + ".txt"),
    ("a" * 300, "a" * 255),
    ("a." + "b" * 300, "a." + "b" * 253),
    ("trailing. . .", "trailing"),
    (".htaccess", ".htaccess"),
    ("\ud800half.txt", "half.txt"),
]


@pytest.mark.req("SEC-43", "C22")
@pytest.mark.parametrize(("typed", "shown"), CORPUS)
def test_names_are_cleaned(typed: str, shown: str) -> None:
    assert clean_name(typed) == shown


@pytest.mark.req("SEC-43")
@for_all(st.text(max_size=400))
def test_whatever_is_typed_becomes_a_name(typed: str) -> None:
    name = clean_name(typed)
    assert 0 < len(name) <= 255
    assert "/" not in name
    assert "\\" not in name
    assert not HIDDEN.search(name)
    assert name.strip(". ")
    assert clean_name(name) == name


@pytest.mark.req("SEC-43", "C22")
@for_all(st.text(max_size=300))
def test_the_header_of_a_download_holds_the_name_and_nothing_else(typed: str) -> None:
    name = clean_name(typed)
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    found = re.fullmatch(
        r"attachment; filename=\"([^\"\\;]+)\"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)", header
    )
    assert found
    assert unquote(found.group(2)) == name
    assert not found.group(1).startswith(".")


@pytest.mark.req("SEC-43", "C22")
def test_the_corpus_travels_through_form_page_and_download(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(cases.open_inquiry)
    hanako = signed_in("hanako")
    sender = Sender(hanako)
    chosen = [
        (typed, shown) for typed, shown in CORPUS if typed.isprintable() and not typed.startswith("\ud800")
    ]
    for typed, shown in chosen[:15]:
        sender.send(typed.encode() or b"x", typed)
        (upload,) = stored(files.uploads)
        assert upload.name == shown
        path = f"/cs/cases/{number}/files"
        form = hanako.get(f"/cs/cases/{number}").form(path)
        assert hanako.post(path, {**form, "uploads": upload.token}).status == 303
        page = hanako.get(f"/cs/cases/{number}")
        assert shown in [item.text for item in page.styled("a", "as-typed")]
        got = hanako.get(f"{path}/{upload.token}")
        assert got.answer.mimetype == "application/octet-stream"
        assert got.answer.headers["Content-Disposition"] == disposition(shown)
        assert got.answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.req("CASE-09")
@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (133_222, "130.1 KB"), (1_048_575, "1 MB"),
     (2_147_483_648, "2 GB"), (20 * 1024**3, "20 GB"), (5 * 1024**4, "5 TB"), (9_999 * 1024**4, "9999 TB")],
)  # fmt: skip
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_in_words(size) == words
