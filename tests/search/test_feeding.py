"""What changed comes into the index: once, whole, by one feeder, and without what cannot be indexed in the way."""

import threading
from collections.abc import Iterable, Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases import documents as case_documents
from app.cases.models import Case
from app.extensions import db
from app.search import index, locks, sources
from app.search.changes import note
from app.search.disk.copies import Copies
from app.search.documents import Document, Tag
from app.search.feeding import MOST_ATTEMPTS, NOTES_AT_ONCE, feed
from app.search.models import SearchChange
from app.search.query import EVERYTHING, Has, Query, Tagged
from app.search.reach import DESK_FIELDS, OPEN_FIELDS
from app.search.rebuilding import rebuild
from tests.conftest import Given, Stored
from tests.factories import cases

pytestmark = pytest.mark.req("SEARCH-01")


def count(app: Flask, query: Query = EVERYTHING) -> int:
    with app.app_context():
        return index.current().count(query)


def notes(stored: Stored) -> int:
    return int(stored(lambda session: session.scalar(select(func.count()).select_from(SearchChange))))


def attempts(stored: Stored) -> list[int]:
    return list(stored(lambda session: session.scalars(select(SearchChange.attempts)).all()))


def fail_for(monkeypatch: pytest.MonkeyPatch, bad: int) -> None:
    """Let one record be such that no document can be made of it."""

    class Failing:
        def __getattr__(self, name: str) -> object:
            return getattr(case_documents, name)

        def documents(self, session: Session, ids: Sequence[int]) -> Iterable[Document]:
            if bad in ids:
                raise ValueError("a text that nobody thought of")
            return case_documents.documents(session, ids)

    monkeypatch.setitem(sources._sources, Case.subject_type, Failing())


def test_nothing_of_a_rolled_back_act_is_noted(app: Flask, stored: Stored) -> None:
    with app.test_request_context():
        cases.open_inquiry(db.session, details="printer")
        db.session.rollback()

    assert notes(stored) == 0
    assert feed(app) == 0


@pytest.mark.req("DESK-04")
def test_an_act_is_noted_and_fed_and_the_note_goes(app: Flask, given: Given, stored: Stored) -> None:
    case = given(cases.open_inquiry, details="printer")
    given(cases.note, case, "suspicious")
    assert notes(stored) > 0
    assert count(app) == 0

    assert feed(app) == 1

    assert notes(stored) == 0
    assert count(app, Has("printer", OPEN_FIELDS)) == 1
    assert count(app, Has("suspicious", OPEN_FIELDS)) == 0
    assert count(app, Has("suspicious", DESK_FIELDS)) == 1
    assert feed(app) == 0


def test_a_later_act_replaces_what_was_there(app: Flask, given: Given) -> None:
    case = given(cases.open_inquiry, details="printer")
    feed(app)
    given(cases.comment, case, "scanner")

    assert feed(app) == 1

    assert count(app) == 1
    assert count(app, Tagged(Tag.NUMBER, frozenset({case}))) == 1
    assert count(app, Has("scanner", OPEN_FIELDS)) == 1


def test_what_no_kind_of_record_is_known_for_leaves_no_trace(
    app: Flask, given: Given, stored: Stored
) -> None:
    given(note, "unknown", 17)
    given(note, Case.subject_type, 987_654)

    assert feed(app) == 2

    assert notes(stored) == count(app) == 0


def test_more_notes_than_a_batch_are_taken_out_in_one_run(app: Flask, given: Given, stored: Stored) -> None:
    case = given(cases.open_inquiry, details="printer")

    def many(session: Session) -> None:
        row = cases.case_of(session, case)
        session.add_all(
            SearchChange(subject_type=Case.subject_type, subject_id=row.id) for _ in range(NOTES_AT_ONCE + 5)
        )

    given(many)
    feed(app)
    assert notes(stored) == 0
    assert count(app) == 1


@pytest.mark.req("REL-03")
def test_killed_between_index_and_notes_it_is_put_in_again_and_nothing_is_there_twice(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cases.open_inquiry, details="printer")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.search.feeding._settle", killed)
        with pytest.raises(KeyboardInterrupt):
            feed(app)
    assert notes(stored) > 0
    assert count(app) == 1

    assert feed(app) == 1
    assert notes(stored) == 0
    assert count(app) == 1


@pytest.mark.req("REL-03")
def test_a_record_that_cannot_be_indexed_holds_up_no_other_and_is_set_aside(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = given(cases.open_inquiry, details="bad"), given(cases.open_inquiry, details="good")
    bad_id = int(stored(lambda session: cases.case_of(session, bad).id))
    fail_for(monkeypatch, bad_id)

    assert feed(app) == 1
    assert count(app, Tagged(Tag.NUMBER, frozenset({good}))) == count(app) == 1
    assert set(attempts(stored)) == {1}

    for _ in range(MOST_ATTEMPTS):
        feed(app)
    assert set(attempts(stored)) == {MOST_ATTEMPTS}

    # With the fault gone, a rebuilding has it in the index, and the notes set aside go with it.
    monkeypatch.undo()
    rebuild(app)
    assert count(app) == 2
    assert notes(stored) == 0


@pytest.mark.req("F05")
def test_without_an_index_the_notes_wait(app: Flask, given: Given, stored: Stored) -> None:
    given(cases.open_inquiry, details="printer")
    before = notes(stored)
    for path in Copies(index.folder(app)).of("current"):
        path.unlink()

    assert feed(app) == 0
    assert notes(stored) == before
    assert set(attempts(stored)) == {0}


def test_while_the_index_is_made_anew_notes_are_followed_and_kept(
    app: Flask, given: Given, stored: Stored
) -> None:
    given(cases.open_inquiry, details="printer")
    with locks.held(index.folder(app), "rebuilding"):
        assert feed(app) == 1
        assert count(app) == 1
        assert feed(app) == 0, "a note was followed twice"
        given(cases.open_inquiry, details="scanner")
        assert feed(app) == 1
        assert notes(stored) >= 2
    assert feed(app) == 2
    assert notes(stored) == 0
    assert count(app) == 2


def test_what_happens_while_the_index_is_made_anew_is_in_the_new_one(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cases.open_inquiry, details="printer")
    read = case_documents.documents
    late: list[str] = []

    def read_and_be_late(session: Session, ids: Sequence[int]) -> Iterable[Document]:
        found = list(read(session, ids))
        session.rollback()
        if not late:
            # The act, and its feeding into the old index, come after the new one has read the case.
            late.append("")
            act = threading.Thread(target=lambda: (given(cases.open_inquiry, details="scanner"), feed(app)))
            act.start()
            act.join()
        return found

    monkeypatch.setattr(case_documents, "documents", read_and_be_late)
    rebuild(app)
    feed(app)
    assert count(app, Has("scanner", OPEN_FIELDS)) == 1
    assert count(app) == 2


@pytest.mark.req("REL-05")
def test_two_feeders_at_once_are_one_after_the_other(app: Flask, given: Given, stored: Stored) -> None:
    given(cases.open_inquiry, details="printer")
    fed: list[int] = []
    feeders = [threading.Thread(target=lambda: fed.append(feed(app))) for _ in range(3)]
    for each in feeders:
        each.start()
    for each in feeders:
        each.join()

    assert sorted(fed) == [0, 0, 1]
    assert notes(stored) == 0
    assert count(app) == 1
