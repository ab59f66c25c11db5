"""Closing by itself when somebody else was quicker, and when many cases close at once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden, system_actor
from app.cases import closing, queries
from app.cases.actions.closing import announce_closure, begin_closing, close_unconfirmed
from app.cases.lifecycle import Act, CaseState
from app.journal import JournalEvent
from tests.factories import cases

RESOLVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WAIT = 3 * DAY


@pytest.mark.req("DESK-10", "T9")
@pytest.mark.parametrize("other", [one for one in CaseState if one is not CaseState.RESOLVED])
def test_no_date_is_told_for_what_was_answered_meanwhile(session: Session, other: CaseState) -> None:
    """The job found the case while it was resolved; by the time it comes to it, the customer has answered."""
    case = cases.case_of(session, cases.in_state(session, other))
    settings = queries.settings_of(session, case.service_id)
    settings.auto_close_days = 7
    with pytest.raises(Forbidden):
        begin_closing(session, case, actor=system_actor("tests"), settings=settings)
    with pytest.raises(Forbidden):
        announce_closure(session, case, actor=system_actor("tests"))
    assert case.closes_at is None


@pytest.mark.req("DESK-10", "T9")
def test_a_rejection_just_before_the_end_wins(session: Session) -> None:
    with clock.at(RESOLVED):
        number = cases.in_state(session, CaseState.RESOLVED)
    case = cases.case_of(session, number)
    settings = queries.settings_of(session, case.service_id)
    settings.auto_close_days, case.closes_at = 7, RESOLVED + 7 * DAY
    session.flush()
    with clock.at(RESOLVED + 7 * DAY):
        assert closing.due_to_close(session, case.service_id, clock.now()) == [case.id]
        cases.move(session, number, Act.REJECT, by="hanako")
        with pytest.raises(Forbidden):
            close_unconfirmed(session, case, actor=system_actor("tests"))
    assert case.state is CaseState.IN_PROGRESS
    assert case.closes_at is None


@pytest.mark.req("DESK-10")
def test_those_already_told_do_not_stand_in_the_way_of_the_rest(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More cases than one run takes close in the same days: each customer is reminded before the date."""
    monkeypatch.setattr(closing, "AT_ONCE", 2)
    with clock.at(RESOLVED):
        numbers = [cases.in_state(session, CaseState.RESOLVED) for _ in range(5)]
    found = [cases.case_of(session, number) for number in numbers]
    queries.settings_of(session, found[0].service_id).auto_close_days = 7
    for case in found:
        case.closes_at = RESOLVED + 7 * DAY
    session.flush()
    told: list[int] = []
    with clock.at(RESOLVED + 4 * DAY):
        while batch := closing.due_to_remind(session, found[0].service_id, clock.now(), WAIT):
            assert len(batch) <= 2
            assert not set(batch) & set(told)
            for case in found:
                if case.id in batch:
                    announce_closure(session, case, actor=system_actor("tests"))
            session.flush()
            told += batch
    assert sorted(told) == sorted(case.id for case in found)


@pytest.mark.req("DESK-10")
def test_the_journal_tells_the_date_in_utc(session: Session) -> None:
    with clock.at(RESOLVED):
        case = cases.case_of(session, cases.in_state(session, CaseState.RESOLVED))
        settings = queries.settings_of(session, case.service_id)
        settings.auto_close_days = 7
        begin_closing(session, case, actor=system_actor("tests"), settings=settings)
    session.flush()
    kind = JournalEvent.kind == "case.closure_announced"
    told = session.scalars(select(JournalEvent.data).where(kind).order_by(JournalEvent.id)).one()
    assert told["closes_at"] == "2026-11-27T03:00:00+00:00"
