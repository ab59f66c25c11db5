"""Many spenders at once never spend a point that is not there, and the ledger agrees afterwards (F12, M07)."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.correcting import AlreadyDecided, book_correction, propose, refuse_correction
from app.catalog.actions.granting import set_total
from app.catalog.models import CorrectionState, PointBalance, PointCorrection, PointEntry, PointPeriod
from app.catalog.verifying import compare
from app.extensions import db
from tests import cast
from tests.cases.races import at_once
from tests.catalog.ledger.spending import COST, Outcome, spend
from tests.conftest import Given, Stored
from tests.factories import catalog


def holds(outcome: Outcome) -> bool:
    assert outcome.overspent == 0, outcome
    assert outcome.differences == []
    assert outcome.held + outcome.refused + outcome.busy == outcome.attempts, outcome
    # There were points for some and not for all.
    assert outcome.held > 0, outcome
    assert outcome.refused > 0, outcome
    assert outcome.balances.total == outcome.total
    return outcome.balances.used == outcome.accepted * COST


@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixteen_spenders_never_overspend(app: Flask) -> None:
    outcome = spend(app, spenders=16, attempts=160, total=60)
    assert holds(outcome)
    assert outcome.busy == outcome.undecided == 0


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
@pytest.mark.req("REL-06", "F12", "M07", "PT-05")
def test_sixty_four_spenders_never_overspend(app: Flask) -> None:
    outcome = spend(app, spenders=64, attempts=6_400, total=2_000)
    print(f"SQLite, 64 spenders: {outcome}")  # noqa: T201 - `make nightly` shows what was measured
    assert holds(outcome)


@pytest.mark.req("PT-06", "REL-04", "F10")
def test_of_those_who_decide_on_a_correction_at_once_one_does(
    app: Flask, given: Given, stored: Stored
) -> None:
    def proposed(session: Session) -> int:
        period = catalog.period(session)
        agent = cast.actor_of(session, "agent")
        return propose(session, period, actor=agent, difference=5, reason="数え直しました。").id

    correction_id = given(proposed)

    def decide(who: str, decision: Callable[..., object]) -> bool:
        with app.app_context(), db.sessionmaker() as session, session.begin():
            correction = session.get_one(PointCorrection, correction_id)
            try:
                decision(session, correction, actor=cast.actor_of(session, who))
            except AlreadyDecided:
                return False
        return True

    decisions = (book_correction, refuse_correction, book_correction)
    done = at_once(
        *[partial(decide, who, decision) for who in ("cs_agent", "lead", "admin") for decision in decisions]
    )
    assert sum(done) == 1
    entries = stored(lambda session: session.scalars(select(PointEntry.key)).all())
    correction = stored(lambda session: session.get_one(PointCorrection, correction_id))
    assert entries.count(f"correction:{correction_id}") == (correction.state is CorrectionState.BOOKED)
    assert stored(compare).differences == []


@pytest.mark.req("PT-06", "REL-04")
def test_a_total_set_by_several_at_once_is_granted_once(app: Flask, given: Given, stored: Stored) -> None:
    period_id = given(lambda session: catalog.period(session, plan_points=50, option_points=5).id)

    def raise_it() -> None:
        with app.app_context(), db.sessionmaker() as session, session.begin():
            period, lead = session.get_one(PointPeriod, period_id), cast.actor_of(session, "lead")
            set_total(session, period, actor=lead, plan_points=50, option_points=15, reason="追加")

    at_once(*[raise_it] * 6)
    balance = stored(lambda session: session.get_one(PointBalance, period_id).as_balances())
    assert balance.contract == 65
    assert stored(compare).differences == []
