"""The table of transitions against the specification's, triple by triple; what it does not hold is refused."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, ActorKind, Forbidden, system_actor
from app.cases import actions, lifecycle
from app.cases.categories import Category, Origin
from app.cases.lifecycle import TRANSITIONS, Act, CaseState, TransitionRefused
from tests import cast
from tests.conftest import Outbox
from tests.factories import cases

# Section 4 of the specification, written down once more: (number, act, from, to, who). It must not be made from
# the code's table, since it is the code's table that is on trial.
SPECIFIED = (
    ("T4", "take_on", "new", "in_progress", "agent"),
    ("T5", "ask", "in_progress", "awaiting_customer", "agent"),
    ("T6", "resume", "awaiting_customer", "in_progress", "agent"),
    ("T6", "answer", "awaiting_customer", "in_progress", "customer"),
    ("T7", "resolve", "in_progress", "resolved", "agent"),
    ("T7", "resolve", "awaiting_customer", "resolved", "agent"),
    ("T8", "accept", "resolved", "closed", "customer"),
    ("T9", "reject", "resolved", "in_progress", "customer"),
    ("T10", "close", "new", "closed", "customer"),
    ("T10", "close", "in_progress", "closed", "customer"),
    ("T10", "close", "awaiting_customer", "closed", "customer"),
    ("T11", "close_unconfirmed", "resolved", "closed", "agent"),
    ("T11", "close_unconfirmed", "resolved", "closed", "system"),
)
# What a service must have switched on, and what has an action of its own: tests/cases/test_closing.py.
BY_SETTING = {Act.CLOSE_UNCONFIRMED}
NUMBER_OF_ACT = {act: number for number, act, *_ in SPECIFIED}
ALLOWED = {(CaseState(source), Act(act), ActorKind(who)) for _, act, source, _, who in SPECIFIED}
TRIPLES = list(product(CaseState, Act, ActorKind))
FORBIDDEN = [triple for triple in TRIPLES if triple not in ALLOWED]
STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)


def _actor(session: Session, kind: ActorKind) -> Actor:
    match kind:
        case ActorKind.CUSTOMER:
            return cast.actor_of(session, "hanako", "cs")
        case ActorKind.AGENT:
            return cast.actor_of(session, "agent")
        case ActorKind.SYSTEM:
            return system_actor("tests")


def _mark(triple: tuple[CaseState, Act, ActorKind]) -> object:
    state, act, kind = triple
    ids = ["CASE-12", NUMBER_OF_ACT[act], *(["T12", "CASE-16"] if state is CaseState.CLOSED else [])]
    return pytest.param(*triple, marks=pytest.mark.req(*ids), id=f"{state}-{act}-{kind}")


@pytest.mark.req("CASE-12")
def test_the_table_holds_what_the_specification_holds_and_nothing_else() -> None:
    built = {
        (row.spec, row.act.value, source.value, row.target.value, who.value)
        for row in TRANSITIONS
        for source in row.sources
        for who in row.by
    }
    assert built == set(SPECIFIED)


@pytest.mark.req("T12")
def test_nothing_leads_out_of_closed() -> None:
    assert not [row for row in TRANSITIONS if CaseState.CLOSED in row.sources]


@pytest.mark.parametrize(("state", "act", "kind"), [_mark(triple) for triple in FORBIDDEN])
def test_a_forbidden_act_is_refused_and_leaves_no_trace(
    session: Session, state: CaseState, act: Act, kind: ActorKind
) -> None:
    number = cases.in_state(session, state)
    case = cases.case_of(session, number)
    before = (case.state, case.updated_at, case.closed_at, case.version, cases.history(session, number))
    assert not lifecycle.is_allowed(act, state, kind)
    with pytest.raises(TransitionRefused):
        actions.move(session, case, act, actor=_actor(session, kind))
    session.flush()
    after = (case.state, case.updated_at, case.closed_at, case.version, cases.history(session, number))
    assert before == after


@pytest.mark.parametrize(
    ("state", "act", "kind"),
    [_mark(triple) for triple in TRIPLES if triple in ALLOWED and triple[1] not in BY_SETTING],
)
@pytest.mark.req("CASE-22", "DESK-05")
def test_an_allowed_act_moves_the_case_and_tells_it(
    session: Session, state: CaseState, act: Act, kind: ActorKind
) -> None:
    with clock.at(STARTED):
        number = cases.in_state(session, state)
    case = cases.case_of(session, number)
    later = STARTED + timedelta(hours=1)
    with clock.at(later):
        actions.move(session, case, act, actor=_actor(session, kind))
    target = next(CaseState(to) for _, name, source, to, _ in SPECIFIED if (name, source) == (act, state))
    assert case.state is target
    assert case.updated_at == later
    assert case.closed_at == (later if target is CaseState.CLOSED else None)
    assert cases.history(session, number)[-1] == "case.state_changed"


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("kind", list(ActorKind))
@pytest.mark.req("CASE-13", "CASE-15", "CASE-16")
def test_a_page_offers_exactly_the_allowed_acts_that_have_a_button(state: CaseState, kind: ActorKind) -> None:
    offered = {row.act for row in lifecycle.offered(state, kind)}
    assert offered == {act for source, act, who in ALLOWED if (source, who) == (state, kind)} - {
        Act.ANSWER,
        *BY_SETTING,
    }


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.req("SVC-04", "SEC-26")
def test_a_stranger_may_do_nothing_whatever_the_table_says(session: Session, act: Act) -> None:
    case = cases.case_of(session, cases.in_state(session, CaseState.RESOLVED))
    for stranger in (cast.actor_of(session, "alice", "cs"), cast.actor_of(session, "charlie", "fm")):
        with pytest.raises(Forbidden):
            actions.move(session, case, act, actor=stranger)


@pytest.mark.req("T1", "INQ-06")
def test_an_inquiry_starts_in_new(session: Session) -> None:
    assert cases.state_of(session, cases.open_inquiry(session)) is CaseState.NEW


@pytest.mark.req("T1")
def test_an_agent_cannot_inquire_as_a_customer(session: Session) -> None:
    with pytest.raises(Forbidden):
        actions.open_inquiry(
            session,
            actor=cast.actor_of(session, "agent"),
            number=cast.number(session, cast.CS_NUMBER),
            category=Category.OTHER,
            details="",
        )


@pytest.mark.req("T3", "DESK-06")
def test_a_case_of_the_desk_or_of_a_program_starts_in_new(session: Session) -> None:
    assert cases.state_of(session, cases.open_case(session)) is CaseState.NEW
    by_program = actions.open_case(
        session,
        actor=system_actor("intake"),
        number=cast.number(session, cast.FM_NUMBER),
        category=Category.ALERT,
        subject="検知",
        details="",
    )
    assert by_program.state is CaseState.NEW


@pytest.mark.req("T3")
def test_a_customer_cannot_open_a_case_of_the_desk(session: Session) -> None:
    with pytest.raises(Forbidden):
        actions.open_case(
            session,
            actor=cast.actor_of(session, "hanako", "cs"),
            number=cast.number(session, cast.CS_NUMBER),
            category=Category.OTHER,
            subject="x",
            details="",
        )


@pytest.mark.req("T2")
def test_an_inquiry_is_never_a_work_request(session: Session) -> None:
    """A case of that category comes of a request that was accepted, or from the desk (T2, T3)."""
    assert {origin.value for origin in Origin} == {"inquiry", "desk", "alert", "request"}
    with pytest.raises(actions.CategoryRefused):
        cases.open_inquiry(session, category=Category.WORK_REQUEST)


@pytest.mark.req("CASE-12", "MAIL-02")
def test_each_transition_mails_the_other_side_once(outbox: Outbox, given: object, session: Session) -> None:
    del given
    number = cases.in_state(session, CaseState.RESOLVED)
    session.commit()
    assert outbox()
    cases.move(session, number, Act.REJECT, by="taro")
    session.commit()
    assert [mail.to for mail in outbox()] == ["desk-cs@desk.example"]
    cases.move(session, number, Act.RESOLVE, by="agent")
    session.commit()
    assert [mail.to for mail in outbox()] == ["hanako@sample.example"]
