"""The turn of files: what is read and when, what it is added to, and that nobody waits for it (KB-08, SEC-45)."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import storage
from app.cases import documents as case_documents
from app.files import jobs as file_jobs
from app.files import scanner
from app.files.models import Scan, StoredFile
from app.knowledge.actions.writing import Content, write_version
from app.search import file_texts, index
from app.search.documents import Document, TextField
from app.search.feeding import feed
from app.search.file_texts import FILES_AT_ONCE, Reader, read_due
from app.search.models import FileText, Reading, SearchChange
from app.search.query import Has
from app.search.reach import DESK_FIELDS, OPEN_FIELDS
from app.search.sources import sources
from tests.conftest import Given, Stored
from tests.factories import cases, files, knowledge
from tests.factories.cases import case_of, open_inquiry

pytestmark = pytest.mark.req("SEARCH-01", "KB-08")
PATIENCE = 20


def attached(session: Session, name: str, content: bytes, *, scan: Scan = Scan.OFF) -> StoredFile:
    """A file that is there whole; the scanner has said ``scan`` of it."""
    token = files.on_case(session, open_inquiry(session), name=name, content=content)
    file = files.file_of(session, token)
    file.scan = scan
    session.flush()
    return file


def readings(session: Session) -> dict[str, tuple[Reading, str]]:
    rows = session.execute(
        select(StoredFile.name, FileText.reading, FileText.text).join(
            FileText, FileText.file_id == StoredFile.id
        )
    )
    return {name: (reading, text) for name, reading, text in rows}


def count(app: Flask, word: str, *, desk: bool = False) -> int:
    with app.app_context():
        return index.current().count(Has(word, DESK_FIELDS if desk else OPEN_FIELDS))


def document_of(session: Session, number: str) -> Document:
    (document,) = case_documents.documents(session, [case_of(session, number).id])
    return document


@pytest.fixture
def woken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was woken."""
    seen: list[str] = []
    for name in ("wake_index", "wake_reader"):
        monkeypatch.setitem(app.extensions, name, lambda name=name: seen.append(name))
    return seen


@pytest.mark.req("SEC-45")
def test_only_files_that_the_scanner_has_nothing_against_are_read_and_each_once(
    app: Flask, given: Given, stored: Stored
) -> None:
    off = given(attached, "a.txt", b"first")
    given(attached, "b.txt", b"second", scan=Scan.CLEAN)
    given(attached, "c.txt", b"third", scan=Scan.PENDING)
    given(attached, "d.txt", b"fourth", scan=Scan.BLOCKED)
    assert read_due(app) == 2
    taken = {"a.txt": (Reading.TAKEN, "first"), "b.txt": (Reading.TAKEN, "second")}
    assert stored(readings) == taken
    with app.app_context():
        storage.current().blob(off.scope, off.token).unlink()
    assert read_due(app) == 0
    assert stored(readings) == taken


@pytest.mark.req("SEC-45")
def test_a_verdict_that_comes_late_has_the_text_found_at_once(
    app: Flask, given: Given, stored: Stored, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without another act on the case, and without the night."""
    given(attached, "late.txt", b"wolfram", scan=Scan.PENDING)
    given(attached, "bad.txt", b"wolfram", scan=Scan.PENDING)
    feed(app)
    assert read_due(app) == 0
    woken.clear()
    monkeypatch.setattr(scanner, "scan", lambda *_: Scan.PENDING)
    assert file_jobs.scan_pending(app) == 0
    assert woken == [], "nothing is known yet"

    verdicts = iter((Scan.CLEAN, Scan.BLOCKED))
    monkeypatch.setattr(scanner, "scan", lambda *_: next(verdicts))
    assert file_jobs.scan_pending(app) == 2
    assert woken == ["wake_reader"]

    assert read_due(app) == 1
    assert woken == ["wake_reader", "wake_index"]
    assert feed(app) == 1
    assert count(app, "wolfram") == 1
    assert set(stored(readings)) == {"late.txt"}


def test_the_files_of_what_readers_see_are_read(app: Flask, given: Given, stored: Stored) -> None:
    def write(session: Session, names: list[str]) -> None:
        made = knowledge.article(session, is_published=False)
        for name in names:
            file = attached(session, f"{name}.txt", name.encode())
            content = Content(title="手順", body="本文", html="<p>本文</p>", files=[file])
            write_version(session, made, actor=knowledge.MAKER, language="ja", content=content)
            if name != "draft":
                knowledge.publish_all(session, made)

    def of_articles(session: Session) -> list[str]:
        pairs = sources()["article"].files().subquery()
        names = select(StoredFile.name).join(pairs, pairs.c.file_id == StoredFile.id)
        return list(session.scalars(names.order_by(StoredFile.id)))

    given(write, ["old", "new", "draft"])
    assert stored(of_articles) == ["new.txt"]
    given(write, ["draft"])
    assert stored(of_articles) == ["new.txt"], "nobody reads an article that was never published"
    read_due(app)
    article = sources()["article"]
    found = stored(lambda session: list(article.documents(session, article.ids_after(session, 0, 9))))
    assert [document.texts[TextField.FILES] for document in found] == ["new.txt\nnew"]


def test_a_record_is_found_at_once_and_what_its_file_holds_when_it_was_read(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that takes long: meanwhile comments on the same case and on another one are fed and found."""
    is_reading, may_end = threading.Event(), threading.Event()

    def slowly(*_: object, **__: object) -> tuple[Reading, str]:
        is_reading.set()
        assert may_end.wait(PATIENCE)
        return Reading.TAKEN, "wolfram"

    monkeypatch.setattr(file_texts, "text_of", slowly)
    number, other = given(open_inquiry, details="printer"), given(open_inquiry, details="scanner")
    given(files.on_comment, number, name="large.txt")
    reader = Reader(app)
    reader.begin()
    assert is_reading.wait(PATIENCE)

    for each in (number, other):
        given(cases.comment, each, "kobalt")
    assert feed(app) == 2
    assert count(app, "kobalt") == 2
    assert count(app, "large.txt") == 1
    assert count(app, "wolfram") == 0

    may_end.set()
    for thread in threading.enumerate():
        if thread.name == "files":
            thread.join(PATIENCE)
    assert feed(app) == 1
    assert count(app, "wolfram") == 1
    assert stored(lambda session: session.scalar(select(func.count()).select_from(SearchChange))) == 0


def test_whoever_asks_while_the_reader_reads_is_heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    reader = Reader(app)

    def read(_app: Flask) -> int:
        turns.append(threading.current_thread().name)
        if len(turns) == 1:
            reader.begin()
            raise OSError("no space left")
        return 0

    monkeypatch.setattr(file_texts, "read_due", read)
    reader.begin()
    for _ in range(3):
        for thread in threading.enumerate():
            if thread.name == "files":
                thread.join(PATIENCE)
    assert turns == ["files", "files"], "once for each time that somebody asked, in a thread of its own"


@pytest.mark.req("REL-03")
def test_a_file_that_cannot_be_dealt_with_holds_up_no_other(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number}.txt" for number in range(FILES_AT_ONCE + 2)]
    for name in names:
        given(attached, name, b"wolfram")

    def read(_path: Path, *, name: str, size: int) -> tuple[Reading, str]:
        if name in names[-2:]:
            raise OSError("no space left")
        return Reading.TAKEN, f"{size} bytes"

    with monkeypatch.context() as patched:
        patched.setattr(file_texts, "text_of", read)
        assert read_due(app) == FILES_AT_ONCE
        assert set(stored(readings)) == set(names[:-2])
    assert read_due(app) == 2, "the next turn has them"


def test_what_holds_no_text_changes_no_document(app: Flask, given: Given, stored: Stored) -> None:
    given(attached, "picture.png", files.picture())
    feed(app)
    assert read_due(app) == 1
    assert stored(readings) == {"picture.png": (Reading.NONE, "")}
    assert feed(app) == 0


@pytest.mark.req("SEC-28", "DESK-04")
def test_of_many_files_the_newest_are_found_and_the_desks_push_out_none_of_the_customers(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_documents, "MOST_OF_FILES", 10)
    monkeypatch.setattr(case_documents, "MOST_FILES", 2)
    number = given(open_inquiry)
    for name, content in (("1.txt", b"oldest"), ("2.txt", b"secondly"), ("3.txt", b"third")):
        given(files.on_comment, number, name=name, content=content)
    read_due(app)
    before = stored(lambda session: document_of(session, number))
    # Of the newest all, of the one before as much as there is room, of the oldest its name.
    assert before.texts[TextField.FILES] == "1.txt\n2.txt\n3.txt\nthird\nsecon"
    for name in ("4.txt", "5.txt", "6.txt"):
        given(files.on_note, number, name=name, content=b"desk only")
    read_due(app)
    after = stored(lambda session: document_of(session, number))
    assert after.texts[TextField.FILES] == before.texts[TextField.FILES]
    assert after.texts[TextField.NOTES].endswith("4.txt\n5.txt\n6.txt\ndesk only\nd")
