"""Batches of the feeder: both sides of a full one, crashes around the index's commit, and what cannot be indexed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.cases import documents as case_documents
from app.cases.models import Case
from app.search import feeding, index, locks, sources
from app.search.disk.shelf import Shelf
from app.search.documents import Document
from app.search.engine import IndexUnusable
from app.search.feeding import MOST_ATTEMPTS, feed
from app.search.models import SearchChange
from app.search.query import EVERYTHING, Has
from app.search.reach import OPEN_FIELDS
from tests.conftest import Given, Stored
from tests.factories import cases

pytestmark = pytest.mark.req("SEARCH-01", "REL-03")

BATCH = 3


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Small batches, and the records of each in the order of their being made."""
    made: list[list[int]] = []

    class Telling:
        def __getattr__(self, name: str) -> object:
            return getattr(case_documents, name)

        def documents(self, session: Session, ids: Sequence[int]) -> Iterable[Document]:
            made.append(list(ids))
            return case_documents.documents(session, ids)

    monkeypatch.setattr(feeding, "NOTES_AT_ONCE", BATCH)
    monkeypatch.setitem(sources._sources, Case.subject_type, Telling())
    return made


def note_all(session: Session, ids: Iterable[int]) -> None:
    session.add_all(SearchChange(subject_type=Case.subject_type, subject_id=number) for number in ids)


def waiting(stored: Stored) -> list[tuple[int, int]]:
    """The records that wait, each with how often it could not be indexed."""
    rows = stored(lambda session: session.scalars(select(SearchChange).order_by(SearchChange.id)).all())
    return [(row.subject_id, row.attempts) for row in rows]


def count(app: Flask, word: str = "") -> int:
    with app.app_context():
        return index.current().count(Has(word, OPEN_FIELDS) if word else EVERYTHING)


@pytest.mark.parametrize(
    ("notes", "expected"),
    [(0, []), (1, [1]), (BATCH - 1, [2]), (BATCH, [3]), (BATCH + 1, [3, 1]), (2 * BATCH, [3, 3])],
)
def test_both_sides_of_a_full_batch(
    app: Flask, given: Given, stored: Stored, batches: list[list[int]], notes: int, expected: list[int]
) -> None:
    ids = [900_000 + number for number in range(notes)]
    given(note_all, ids)

    assert feed(app) == notes

    assert [len(batch) for batch in batches] == expected
    assert [number for batch in batches for number in batch] == ids, "the oldest note comes first"
    assert waiting(stored) == []


def test_of_many_notes_of_a_record_in_a_batch_it_is_made_once(
    app: Flask, given: Given, stored: Stored, batches: list[list[int]]
) -> None:
    given(note_all, [900_001, 900_001, 900_002, 900_001])

    assert feed(app) == 3

    assert batches == [[900_001, 900_002], [900_001]]
    assert waiting(stored) == []


@pytest.mark.parametrize("at", ["before the commit", "after the commit"])
def test_a_crash_on_either_side_of_the_commit_repeats_harmlessly(
    app: Flask,
    given: Given,
    stored: Stored,
    monkeypatch: pytest.MonkeyPatch,
    at: str,
    batches: list[list[int]],
) -> None:
    for word in ("printer", "scanner"):
        given(cases.open_inquiry, details=word)
    noted = waiting(stored)
    finish: Callable[..., None] = Shelf.finish

    def killed(*arguments: object, **more: object) -> None:
        if at == "after the commit":
            finish(*arguments, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Shelf, "finish", killed)
        with pytest.raises(Killed):
            feed(app)
    assert waiting(stored) == noted, "no note goes before what it tells of is safe"
    assert count(app) == (2 if at == "after the commit" else 0)

    assert feed(app) == 2
    assert (count(app), count(app, "printer"), count(app, "scanner")) == (2, 1, 1)
    assert waiting(stored) == []
    assert len({tuple(batch) for batch in batches}) == 1, "the same batch came again"


def test_an_act_during_feeding_stays_noted_and_is_fed_in_its_turn(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = given(cases.open_inquiry, details="printer")
    settle = feeding._settle
    late: list[list[tuple[int, int]]] = []

    def settle_after_an_act(*arguments: object, **more: object) -> None:
        if not late:
            # The same record changes again while its batch is being put away.
            given(cases.comment, number, "scanner")
            late.append(waiting(stored))
        settle(*arguments, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(feeding, "_settle", settle_after_an_act)
    assert feed(app) == 2
    assert len(late[0]) > 1
    assert count(app, "scanner") == 1
    assert waiting(stored) == []


def test_a_record_that_is_gone_leaves_the_index_with_its_note(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = given(cases.open_inquiry, details="printer")
    feed(app)
    row = int(stored(lambda session: cases.case_of(session, number).id))
    assert count(app) == 1

    # As if it had been deleted: its source tells of no document any more.
    class Gone:
        def __getattr__(self, name: str) -> object:
            return getattr(case_documents, name)

        def documents(self, _session: Session, _ids: Sequence[int]) -> Iterable[Document]:
            return []

    monkeypatch.setitem(sources._sources, Case.subject_type, Gone())
    given(note_all, [row])
    assert feed(app) == 1
    assert count(app) == 0
    assert waiting(stored) == []


@pytest.mark.parametrize("attempts", [MOST_ATTEMPTS - 1, MOST_ATTEMPTS])
def test_a_note_is_tried_until_its_last_attempt_and_then_set_aside(
    app: Flask, given: Given, stored: Stored, batches: list[list[int]], attempts: int
) -> None:
    given(note_all, [900_001])
    given(lambda session: session.execute(update(SearchChange).values(attempts=attempts)))
    given(note_all, [900_002])

    is_tried = attempts < MOST_ATTEMPTS
    assert feed(app) == 1 + is_tried
    assert batches == [[900_001, 900_002] if is_tried else [900_002]]
    assert waiting(stored) == ([] if is_tried else [(900_001, MOST_ATTEMPTS)])


def test_a_poisonous_record_is_found_within_its_batch_and_fed_once_it_is_well_again(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [given(cases.open_inquiry, details=word) for word in ("alpha", "poison", "omega")]
    bad = int(stored(lambda session: cases.case_of(session, numbers[1]).id))

    class Poisonous:
        def __getattr__(self, name: str) -> object:
            return getattr(case_documents, name)

        def documents(self, session: Session, ids: Sequence[int]) -> Iterator[Document]:
            for document in case_documents.documents(session, ids):
                # The fault comes late, when others of its batch are made already.
                if document.subject[1] == bad:
                    raise ValueError("a text that nobody thought of")
                yield document

    with monkeypatch.context() as patched:
        patched.setitem(sources._sources, Case.subject_type, Poisonous())
        assert feed(app) == 2
        assert [count(app, word) for word in ("alpha", "poison", "omega")] == [1, 0, 1]
        assert set(waiting(stored)) == {(bad, 1)}
        assert feed(app) == 0
        assert set(waiting(stored)) == {(bad, 2)}

    assert feed(app) == 1
    assert count(app, "poison") == 1
    assert waiting(stored) == []


@pytest.mark.req("F05")
def test_an_index_that_cannot_be_written_counts_against_no_record(
    app: Flask, given: Given, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cases.open_inquiry, details="printer")
    noted = waiting(stored)
    asked: list[str] = []

    @contextmanager
    def full(_self: object) -> Iterator[None]:
        raise IndexUnusable("No space left on device")
        yield

    monkeypatch.setitem(app.extensions, "mend_index", lambda: asked.append("mend"))
    with monkeypatch.context() as patched:
        patched.setattr(index.Watched, "writer", full)
        for _ in range(MOST_ATTEMPTS + 1):
            assert feed(app) == 0
    assert waiting(stored) == noted
    assert asked in ([], ["mend"]), "asked once at most, however often it was tried"

    assert feed(app) == 1
    assert stored(lambda session: session.scalar(select(func.count()).select_from(SearchChange))) == 0


@pytest.mark.req("REL-05")
def test_whoever_feeds_holds_the_lock_and_gives_it_back_after_a_fault(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cases.open_inquiry, details="printer")
    held: list[bool] = []

    def killed(*_: object) -> set[tuple[str, int]]:
        held.append(locks.is_held(index.folder(app), "feeding"))
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(feeding, "_put_in", killed)
        with pytest.raises(Killed):
            feed(app)

    assert held == [True]
    assert not locks.is_held(index.folder(app), "feeding")
    assert feed(app) == 1
