"""What an act notes for the index: with its own transaction, once for each record, and nothing that was taken back."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import outbox
from app.cases.models import Case
from app.extensions import db
from app.search.changes import NOTED, note
from app.search.feeding import feed
from app.search.models import SearchChange
from tests.conftest import Given, Stored
from tests.factories import cases

pytestmark = pytest.mark.req("SEARCH-01")


@pytest.fixture
def woken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each waking of the worker, with how many notes others saw at that moment."""
    seen: list[int] = []

    def wake() -> None:
        with db.sessionmaker() as session:
            seen.append(len(session.scalars(select(SearchChange.id)).all()))

    monkeypatch.setitem(app.extensions, "wake_index", wake)
    return seen


def subjects(stored: Stored) -> list[tuple[str, int]]:
    rows = stored(lambda session: session.scalars(select(SearchChange).order_by(SearchChange.id)).all())
    return [(row.subject_type, row.subject_id) for row in rows]


def id_of(stored: Stored, number: str) -> int:
    return int(stored(lambda session: cases.case_of(session, number).id))


def test_an_act_of_many_events_notes_its_record_once(given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry, details="printer")
    given(lambda session: [session.delete(row) for row in session.scalars(select(SearchChange))])

    given(cases.comments, number, ["one", "two", "three"])

    assert subjects(stored) == [(Case.subject_type, id_of(stored, number))]


def test_an_act_on_several_records_notes_each_of_them_once(given: Given, stored: Stored) -> None:
    def three(session: Session) -> list[str]:
        numbers = [cases.open_inquiry(session, details=word) for word in ("a", "b", "c")]
        cases.comment(session, numbers[0], "more")
        return numbers

    numbers = given(three)

    assert subjects(stored) == sorted((Case.subject_type, id_of(stored, number)) for number in numbers)


@pytest.mark.req("REL-03")
def test_what_a_savepoint_took_back_is_not_noted_and_the_rest_is(
    app: Flask, stored: Stored, woken: list[int]
) -> None:
    with app.test_request_context():
        kept = cases.open_inquiry(db.session, details="kept")
        savepoint = db.session.begin_nested()
        cases.open_inquiry(db.session, details="taken back")
        savepoint.rollback()
        db.session.commit()

    assert subjects(stored) == [(Case.subject_type, id_of(stored, kept))]
    assert woken == [1]


@pytest.mark.req("REL-03")
def test_a_savepoint_that_ends_well_wakes_nobody_before_the_act_is_committed(
    app: Flask, stored: Stored, woken: list[int]
) -> None:
    with app.test_request_context():
        with db.session.begin_nested():
            kept = cases.open_inquiry(db.session, details="kept")
        assert woken == []
        db.session.commit()

    assert woken == [1], "woken once, when others could see the note"
    assert subjects(stored) == [(Case.subject_type, id_of(stored, kept))]


@pytest.mark.req("REL-03")
def test_a_rolled_back_act_wakes_nobody_and_leaves_nothing_for_the_next_one(
    app: Flask, stored: Stored, woken: list[int]
) -> None:
    with app.test_request_context():
        note(db.session, Case.subject_type, 17)
        assert db.session.info[NOTED]
        db.session.rollback()
        db.session.execute(select(Case.id))
        db.session.commit()

    assert woken == []
    assert subjects(stored) == []


def test_an_act_whose_mails_are_silenced_is_noted_all_the_same(given: Given, stored: Stored) -> None:
    def silently(session: Session) -> str:
        with outbox.silenced():
            return cases.open_inquiry(session, details="quiet")

    assert subjects(stored) == []
    number = given(silently)
    assert subjects(stored) == [(Case.subject_type, id_of(stored, number))]


def test_reading_and_feeding_note_nothing(app: Flask, given: Given, stored: Stored, woken: list[int]) -> None:
    number = given(cases.open_inquiry, details="printer")
    woken.clear()
    feed(app)
    given(lambda session: cases.case_of(session, number).number)

    assert woken == []
    assert subjects(stored) == []


@pytest.mark.parametrize("wake", [None, lambda: None], ids=["no worker", "a worker"])
def test_an_application_without_a_worker_notes_as_well(
    app: Flask, stored: Stored, monkeypatch: pytest.MonkeyPatch, wake: Callable[[], None] | None
) -> None:
    monkeypatch.setitem(app.extensions, "wake_index", wake)
    with app.test_request_context():
        number = cases.open_inquiry(db.session, details="printer")
        db.session.commit()

    assert subjects(stored) == [(Case.subject_type, id_of(stored, number))]
