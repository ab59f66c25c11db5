"""Resolved cases that nobody confirms: closed by an agent with a reason, or by themselves on a date told before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden, system_actor
from app.cases.actions.closing import announce_closure, close_unconfirmed
from app.cases.actions.desk_settings import set_desk_hours
from app.cases.closing_jobs import close_what_is_due
from app.cases.lifecycle import Act, CaseState, TransitionRefused
from app.contracts.models import Service
from tests import cast
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import cases

RESOLVED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
REASON = "ご回答がないため、クローズいたします。"


def allow(session: Session, *, by_agents: bool = False, days: int | None = None) -> None:
    service = session.scalars(select(Service).where(Service.slug == "cs")).one()
    set_desk_hours(
        session,
        actor=system_actor("tests"),
        service=service,
        opens_minute=540,
        closes_minute=1050,
        workdays="1111100",
        agents_may_close=by_agents,
        auto_close_days=days,
    )


def resolved(given: Given) -> str:
    with clock.at(RESOLVED):
        number: str = given(cases.in_state, CaseState.RESOLVED)
    return number


@pytest.fixture
def state(stored: Stored) -> Callable[[str], CaseState]:
    return lambda number: stored(lambda session: cases.case_of(session, number).state)


@pytest.mark.req("DESK-10")
def test_both_ways_are_off_at_first(
    app: Flask, given: Given, signed_in: SignedIn, state: Callable[[str], CaseState]
) -> None:
    number = resolved(given)
    agent = signed_in("agent")
    page = agent.get(f"/console/cases/{number}")
    assert "確認なしでクローズ" not in page.text
    refused = agent.act(f"/console/cases/{number}/unconfirmed-closure", reason=REASON)
    assert refused.status == 409
    with clock.at(RESOLVED + 400 * DAY):
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.RESOLVED


@pytest.mark.req("DESK-10", "T11")
def test_an_agent_closes_with_a_reason_that_the_customer_reads(
    given: Given, signed_in: SignedIn, outbox: Outbox, state: Callable[[str], CaseState]
) -> None:
    number = resolved(given)
    given(allow, by_agents=True)
    outbox()
    agent = signed_in("agent")
    assert "確認なしでクローズ" in agent.get(f"/console/cases/{number}").text
    form = agent.get(f"/console/cases/{number}/unconfirmed-closure")
    assert form.status == 200
    done = agent.act(f"/console/cases/{number}/unconfirmed-closure", reason=REASON)
    assert done.status == 303
    assert state(number) is CaseState.CLOSED
    [mail] = outbox()
    assert mail.to == "hanako@sample.example"
    assert REASON in mail.text
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert REASON in page.text


@pytest.mark.req("DESK-10")
def test_without_a_reason_nothing_is_closed(
    given: Given, signed_in: SignedIn, state: Callable[[str], CaseState]
) -> None:
    number = resolved(given)
    given(allow, by_agents=True)
    refused = signed_in("agent").act(f"/console/cases/{number}/unconfirmed-closure", reason="  ")
    assert refused.status == 422
    assert "この項目を入力してください" in refused.text or "入力してください" in refused.text
    assert state(number) is CaseState.RESOLVED


@pytest.mark.req("DESK-10")
def test_a_reason_that_names_another_customer_is_stopped(
    given: Given, signed_in: SignedIn, state: Callable[[str], CaseState]
) -> None:
    number = resolved(given)
    given(allow, by_agents=True)
    stopped = signed_in("agent").act(
        f"/console/cases/{number}/unconfirmed-closure", reason="P910000001 の件です。"
    )
    assert stopped.status == 422
    assert "P910000001" in stopped.text
    assert state(number) is CaseState.RESOLVED


@pytest.mark.req("CASE-12", "T11")
@pytest.mark.parametrize("other", [one for one in CaseState if one is not CaseState.RESOLVED])
def test_only_what_is_resolved_can_be_closed_so(session: Session, other: CaseState) -> None:
    allow(session, by_agents=True, days=1)
    case = cases.case_of(session, cases.in_state(session, other))
    for actor in (cast.actor_of(session, "agent"), system_actor("tests")):
        with pytest.raises(Forbidden):
            close_unconfirmed(session, case, actor=actor, reason=REASON)


@pytest.mark.req("T11", "SVC-04")
def test_neither_customers_nor_strangers_close_so(session: Session) -> None:
    allow(session, by_agents=True)
    case = cases.case_of(session, cases.in_state(session, CaseState.RESOLVED))
    for actor in (cast.actor_of(session, "hanako", "cs"), cast.actor_of(session, "alice", "cs")):
        with pytest.raises(Forbidden):
            close_unconfirmed(session, case, actor=actor, reason=REASON)


@pytest.mark.req("DESK-10")
def test_the_customer_is_told_the_date_when_the_case_is_resolved(
    given: Given, signed_in: SignedIn, outbox: Outbox
) -> None:
    given(allow, days=7)
    number = resolved(given)
    assert "2026-11-27 12:00:00" in outbox()[-1].text
    with clock.at(RESOLVED + DAY):
        page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "2026-11-27 12:00:00" in page.text


@pytest.mark.req("DESK-10", "T11")
def test_it_closes_on_the_second_and_not_before(
    app: Flask, given: Given, outbox: Outbox, state: Callable[[str], CaseState]
) -> None:
    given(allow, days=7)
    number = resolved(given)
    with clock.at(RESOLVED + 7 * DAY - SECOND):
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.RESOLVED
    outbox()
    with clock.at(RESOLVED + 7 * DAY):
        assert close_what_is_due(app) == 1
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.CLOSED
    assert [mail.to for mail in outbox()] == ["hanako@sample.example"]


@pytest.mark.req("DESK-10")
def test_a_reminder_comes_three_days_before_and_once(app: Flask, given: Given, outbox: Outbox) -> None:
    given(allow, days=7)
    resolved(given)
    outbox()
    with clock.at(RESOLVED + 4 * DAY - SECOND):
        close_what_is_due(app)
    assert outbox() == []
    with clock.at(RESOLVED + 4 * DAY):
        close_what_is_due(app)
        close_what_is_due(app)
    [mail] = outbox()
    assert "2026-11-27 12:00:00" in mail.subject
    with clock.at(RESOLVED + 5 * DAY):
        close_what_is_due(app)
    assert outbox() == []


@pytest.mark.req("DESK-10", "CASE-15")
def test_a_rejected_solution_closes_nothing(
    app: Flask, given: Given, state: Callable[[str], CaseState]
) -> None:
    given(allow, days=7)
    number = resolved(given)
    given(cases.move, number, Act.REJECT, by="hanako")
    with clock.at(RESOLVED + 30 * DAY):
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.IN_PROGRESS


@pytest.mark.req("DESK-10", "T11")
def test_words_of_the_customer_give_the_case_its_full_time_again(
    app: Flask, given: Given, state: Callable[[str], CaseState]
) -> None:
    given(allow, days=7)
    number = resolved(given)
    with clock.at(RESOLVED + DAY):
        given(cases.comment, number, "ご連絡します。", by="agent")
    with clock.at(RESOLVED + 6 * DAY):
        given(cases.comment, number, "まだ直っていません。", by="hanako")
    with clock.at(RESOLVED + 13 * DAY - SECOND):
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.RESOLVED
    with clock.at(RESOLVED + 13 * DAY):
        assert close_what_is_due(app) == 1
    assert state(number) is CaseState.CLOSED


@pytest.mark.req("DESK-10")
def test_switching_it_off_takes_the_dates_away(
    app: Flask, given: Given, stored: Stored, state: Callable[[str], CaseState]
) -> None:
    given(allow, days=7)
    number = resolved(given)
    given(allow, days=None)
    assert stored(lambda session: cases.case_of(session, number).closes_at) is None
    with clock.at(RESOLVED + 30 * DAY):
        assert close_what_is_due(app) == 0
    assert state(number) is CaseState.RESOLVED


@pytest.mark.req("DESK-10")
def test_switching_it_on_gives_old_cases_their_full_time_and_a_mail(
    app: Flask, given: Given, outbox: Outbox, state: Callable[[str], CaseState]
) -> None:
    number = resolved(given)
    outbox()
    later = RESOLVED + 90 * DAY
    with clock.at(later):
        given(allow, days=7)
        assert close_what_is_due(app) == 0
        close_what_is_due(app)
    [mail] = outbox()
    assert "2027-02-25 12:00:00" in mail.text
    with clock.at(later + 7 * DAY - SECOND):
        assert close_what_is_due(app) == 0
    with clock.at(later + 7 * DAY):
        assert close_what_is_due(app) == 1
    assert state(number) is CaseState.CLOSED


@pytest.mark.req("CASE-12")
def test_no_button_of_the_table_closes_so(session: Session) -> None:
    """The act takes a reason or a date: the plain act of the table does not do it."""
    allow(session, by_agents=True)
    number = cases.in_state(session, CaseState.RESOLVED)
    with pytest.raises(TransitionRefused):
        cases.move(session, number, Act.CLOSE_UNCONFIRMED, by="agent")


def test_only_the_system_announces(session: Session) -> None:
    allow(session, days=7)
    case = cases.case_of(session, cases.in_state(session, CaseState.RESOLVED))
    with pytest.raises(Forbidden):
        announce_closure(session, case, actor=cast.actor_of(session, "agent"))
