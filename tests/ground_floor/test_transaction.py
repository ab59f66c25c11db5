"""One transaction a request: a success is kept, a refusal is not, and a failing commit gets a page of ours."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, flash, get_flashed_messages
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.authz import Forbidden, NotFound, open_to_all
from app.contracts.models import ContractHolder
from app.extensions import csrf, db
from app.numbering import NumberSequence
from app.web.transaction import keep_writes, only_reads
from tests.client import BASE_URL

View = Callable[[], ResponseReturnValue]


@pytest.fixture
def act(bare: Flask) -> Iterator[Callable[[View], Response]]:
    """Post to a view that does what the test says."""

    exempt = set(csrf._exempt_views)

    def post(view: View) -> Response:
        def run() -> ResponseReturnValue:
            db.session.add(NumberSequence(name="written", last=1))
            return view()

        vars(run).update(vars(view))
        csrf.exempt(f"{run.__module__}.{run.__name__}")
        bare.add_url_rule("/act", "act", open_to_all("A view of this test.")(run), methods=["POST"])
        return bare.test_client().post("/act", base_url=BASE_URL)

    yield post
    # The views of the product that no form token guards stay as they were.
    csrf._exempt_views.intersection_update(exempt)


@pytest.fixture
def written(bare: Flask) -> Callable[[], bool]:
    """Tell whether the act's row is there."""

    def look() -> bool:
        with bare.app_context():
            found = db.session.scalars(select(NumberSequence.name)).all()
            db.session.rollback()
            return found == ["written"]

    return look


Act = Callable[[View], Response]
Written = Callable[[], bool]


@pytest.mark.parametrize("status", [200, 201, 204, 303])
def test_a_success_is_committed(act: Act, written: Written, status: int) -> None:
    assert act(lambda: ("", status)).status_code == status
    assert written()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 503])
def test_a_refusal_is_rolled_back(act: Act, written: Written, status: int) -> None:
    assert act(lambda: ("", status)).status_code == status
    assert not written()


@pytest.mark.parametrize(("error", "status"), [(NotFound, 404), (Forbidden, 403), (RuntimeError, 500)])
def test_so_is_whatever_raises(act: Act, written: Written, error: type[Exception], status: int) -> None:
    def fail() -> ResponseReturnValue:
        db.session.flush()
        raise error

    assert act(fail).status_code == status
    assert not written()


@pytest.mark.req("REL-01", "SEC-36")
@pytest.mark.parametrize("flushes", [False, True])
def test_an_act_that_only_asks_is_held_to_what_a_get_is(act: Act, written: Written, *, flushes: bool) -> None:
    """Its row is never written: told of where it is sent to the database, and not committed in any case."""

    @only_reads
    def ask() -> ResponseReturnValue:
        keep_writes()
        if flushes:
            db.session.flush()
        return "answer"

    assert act(ask).status_code == (500 if flushes else 200)
    assert not written()


def test_a_refusal_that_is_a_fact_is_kept(act: Act, written: Written) -> None:
    def refuse() -> ResponseReturnValue:
        keep_writes()
        return "", 422

    assert act(refuse).status_code == 422
    assert written()


@pytest.mark.req("SEC-40")
def test_a_change_that_nobody_tells_fails_with_an_incident_number(act: Act, written: Written) -> None:
    def careless() -> ResponseReturnValue:
        db.session.add(ContractHolder(name="heimlich"))
        return "", 303

    answer = act(careless)

    assert answer.status_code == 500
    assert "error-code" in answer.get_data(as_text=True)
    assert "heimlich" not in answer.get_data(as_text=True)
    assert not written()


@pytest.mark.req("REL-05")
def test_a_row_that_another_changed_meanwhile_answers_conflict(act: Act, written: Written) -> None:
    def stale() -> ResponseReturnValue:
        db.session.flush()
        db.session.expunge_all()
        ghost = NumberSequence(name="no such row", last=1)
        db.session.add(ghost)
        db.session.flush()
        db.session.execute(NumberSequence.__table__.delete().where(NumberSequence.name == "no such row"))  # type: ignore[attr-defined]  # A table.
        ghost.last = 2
        return "", 303

    assert act(stale).status_code == 409
    assert not written()


def test_the_message_of_an_act_that_failed_is_not_shown_later(bare: Flask) -> None:
    @bare.post("/promise")
    @open_to_all("A view of this test.")
    def promise() -> tuple[str, int]:
        flash("Your inquiry was sent.")
        db.session.add(ContractHolder(name="heimlich"))
        return "", 303

    exempt = set(csrf._exempt_views)
    csrf.exempt(promise)

    @bare.get("/messages")
    @open_to_all("A view of this test.")
    def messages() -> list[str]:
        return [str(text) for text in get_flashed_messages()]

    browser = bare.test_client()
    assert browser.post("/promise", base_url=BASE_URL).status_code == 500
    assert browser.get("/messages", base_url=BASE_URL).get_json() == []
    # The views of the product that no form token guards stay as they were.
    csrf._exempt_views.intersection_update(exempt)
