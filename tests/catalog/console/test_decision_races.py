"""Two agents who decide on one request at the same moment: one decision, at most one case, points booked once (F10)."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases.actions import StaleEdit
from app.cases.models import Case
from app.catalog.actions import deciding
from app.catalog.claiming import AlreadyDecided
from app.catalog.ledger import Balances
from app.catalog.lifecycle import RequestState
from app.catalog.models import PointBalance, PointEntry, WorkRequest
from app.extensions import db
from tests import cast
from tests.cases.races import at_once
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, requests

POINTS = 8
PAIRS = 20
MANY_PAIRS = 1_000

pytestmark = pytest.mark.req("WR-08", "PT-05")


def decision(app: Flask, number: str, actor: Actor, *, accepts: bool) -> Callable[[], str]:
    """An act of its own transaction; it tells what came of it."""

    def act() -> str:
        with app.test_request_context():
            request = requests.request_of(db.session, number)
            try:
                if accepts:
                    deciding.accept(db.session, request, actor=actor, version=request.version)
                else:
                    deciding.reject(
                        db.session, request, actor=actor, version=request.version, reason=requests.REASON
                    )
                db.session.commit()
            except (AlreadyDecided, StaleEdit) as late:
                db.session.rollback()
                return type(late).__name__
            return "accepted" if accepts else "rejected"

    return act


def decide_in_pairs(app: Flask, given: Given, stored: Stored, pairs: int) -> Counter[str]:
    """Let two agents decide on each of ``pairs`` requests, and prove that each has one decision; who decided what."""
    period = given(requests.period, plan_points=pairs * POINTS, option_points=0)

    def send(session: Session) -> list[str]:
        return [requests.waiting(session, points=POINTS) for _ in range(pairs)]

    numbers = given(send)
    first, second = (stored(partial(cast.actor_of, name=who)) for who in ("agent", "lead"))
    told: Counter[str] = Counter()
    for index, number in enumerate(numbers):
        # Each way meets each way, and both begin in turn.
        ways = (index % 4 in {0, 1}, index % 4 in {0, 2})
        pair = (first, second) if index % 8 in range(4) else (second, first)
        outcomes = at_once(
            *(
                decision(app, number, actor, accepts=accepts)
                for actor, accepts in zip(pair, ways, strict=True)
            )
        )
        assert sorted(outcome == "AlreadyDecided" for outcome in outcomes) == [False, True], outcomes
        told.update(outcomes)
    prove(stored, period, told, pairs)
    return told


def prove(stored: Stored, period: int, told: Counter[str], pairs: int) -> None:
    """As many cases as acceptances, each of one request, and the points of each booked once."""
    accepted = told["accepted"]

    def look(session: Session) -> tuple[int, int, int, Balances]:
        decided = select(func.count()).where(WorkRequest.state == RequestState.ACCEPTED)
        uses = select(func.count()).where(PointEntry.kind == "use")
        cases_made = select(func.count(Case.id.distinct())).join(WorkRequest, WorkRequest.case_id == Case.id)
        assert len(cases.all_numbers(session)) == session.scalar(cases_made)
        balance = session.get_one(PointBalance, period).as_balances()
        counted = (session.scalar(one) or 0 for one in (decided, uses, cases_made))
        return (*counted, balance)  # type: ignore[return-value]  # Three counts, then the balances.

    assert stored(look) == (
        accepted,
        accepted,
        accepted,
        Balances(contract=pairs * POINTS, free=(pairs - accepted) * POINTS, used=accepted * POINTS),
    )


def test_two_at_once_lead_to_one_decision(app: Flask, given: Given, stored: Stored) -> None:
    told = decide_in_pairs(app, given, stored, PAIRS)
    assert told["AlreadyDecided"] == PAIRS
    assert told["accepted"] + told["rejected"] == PAIRS


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_a_thousand_pairs_lead_to_a_thousand_decisions(app: Flask, given: Given, stored: Stored) -> None:
    begun = monotonic()
    told = decide_in_pairs(app, given, stored, MANY_PAIRS)
    print(f"SQLite, {MANY_PAIRS} pairs in {monotonic() - begun:.1f} s: {dict(told)}, no second case")  # noqa: T201 - `make nightly` shows what was measured


def test_two_buttons_at_once_lead_to_one_decision_and_a_page_that_says_so(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(requests.waiting)
    path = f"/console/work-requests/{number}"
    clients = [signed_in(who) for who in ("agent", "lead")]
    pages = [client.get(path) for client in clients]
    answers = at_once(
        *(
            lambda client=client, page=page: client.submit(page, f"{path}/acceptance")
            for client, page in zip(clients, pages, strict=True)
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    late = next(answer for answer in answers if answer.status == 409)
    assert "さんがすでに受理しています。" in late.alerts()
    assert len(stored(cases.all_numbers)) == 1
