"""A correction is proposed by one person and booked or refused by another one (PT-06)."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.authz import Audience, Forbidden, system_actor
from app.catalog import ledger
from app.catalog.actions.booking import Cause, book
from app.catalog.actions.correcting import (
    AlreadyDecided,
    BadCorrection,
    book_correction,
    propose,
    refuse_correction,
    withdraw_correction,
)
from app.catalog.actions.granting import set_total
from app.catalog.actions.settling import settle
from app.catalog.actions.terms import Terms, set_request_terms
from app.catalog.balances import locked_balances
from app.catalog.ledger import Balances, LedgerRefusal, NotEnough
from app.catalog.models import CorrectionState, PointBalance, PointCorrection, PointEntry, PointPeriod
from app.catalog.policy import can_decide_correction, can_withdraw_correction
from app.contracts.models import CustomerNumber
from app.journal import JournalEvent
from tests import cast
from tests.factories import catalog

MAKER = system_actor("tests")
Decision = Callable[..., object]
WHY = "作業が2回分として数えられていました。"


@pytest.fixture
def period(session: Session) -> PointPeriod:
    """A period of 55 points, of which 20 were used."""
    made = catalog.period(session)
    used = ledger.use_free(locked_balances(session, made.id), 20)
    book(session, made.id, used, actor=MAKER, cause=Cause(key="twenty"))
    return made


def proposal(session: Session, period: PointPeriod, difference: int, *, by: str = "agent") -> PointCorrection:
    actor = cast.actor_of(session, by)
    return propose(session, period, actor=actor, difference=difference, reason=WHY)


def balances(session: Session, period: PointPeriod) -> Balances:
    return session.get_one(PointBalance, period.id, populate_existing=True).as_balances()


def entries(session: Session) -> int:
    return len(session.scalars(select(PointEntry.id)).all())


@pytest.mark.req("PT-06", "SEC-24")
@pytest.mark.parametrize("who", ["hanako", "alice", "charlie", "kaito"])
def test_no_customer_proposes_or_decides(session: Session, period: PointPeriod, who: str) -> None:
    with pytest.raises(Forbidden):
        proposal(session, period, -1, by=who)
    correction = proposal(session, period, -1)
    for decide in (book_correction, refuse_correction, withdraw_correction):
        with pytest.raises(Forbidden):
            decide(session, correction, actor=cast.actor_of(session, who))
    assert balances(session, period).used == 20


@pytest.mark.req("PT-06", "SEC-24")
def test_nobody_corrects_in_a_service_that_is_not_theirs(session: Session) -> None:
    foreign = catalog.period(session, number=cast.FM_NUMBER)
    with pytest.raises(Forbidden):
        proposal(session, foreign, 1, by="cs_agent")
    correction = proposal(session, foreign, 1)
    with pytest.raises(Forbidden):
        book_correction(session, correction, actor=cast.actor_of(session, "cs_agent"))


@pytest.mark.req("PT-06")
@pytest.mark.parametrize("decide", [book_correction, refuse_correction])
def test_nobody_decides_on_the_own_proposal(session: Session, period: PointPeriod, decide: Decision) -> None:
    for who in ("agent", "lead", "admin"):
        correction = proposal(session, period, -1, by=who)
        actor = cast.actor_of(session, who)
        with pytest.raises(Forbidden):
            decide(session, correction, actor=actor)
        number = session.get_one(CustomerNumber, period.customer_number_id)
        assert not can_decide_correction(actor, correction, number)
        assert correction.state is CorrectionState.PROPOSED
    assert balances(session, period).used == 20


@pytest.mark.req("PT-06")
def test_the_database_refuses_a_decision_by_the_proposer(session: Session, period: PointPeriod) -> None:
    correction = proposal(session, period, -1)
    for state in ("booked", "refused"):
        alone = text(
            "UPDATE point_correction SET state = :state, decided_at = '2026-11-21', decided_by_id = proposed_by_id"
        )
        with pytest.raises(IntegrityError, match="second_person"), session.begin_nested():
            session.execute(alone, {"state": state})
        nobody = text("UPDATE point_correction SET state = :state, decided_at = '2026-11-21'")
        with pytest.raises(IntegrityError, match="decided_by_somebody"), session.begin_nested():
            session.execute(nobody, {"state": state})
    session.refresh(correction)
    assert correction.state is CorrectionState.PROPOSED


@pytest.mark.req("PT-06")
def test_the_database_refuses_a_withdrawal_by_anybody_else_and_keeps_every_decision(
    session: Session, period: PointPeriod
) -> None:
    correction = proposal(session, period, -1)
    lead = cast.person(session, "lead").id
    foreign = text(
        "UPDATE point_correction SET state = 'withdrawn', decided_at = '2026-11-21', decided_by_id = :lead"
    )
    with pytest.raises(IntegrityError, match="second_person"), session.begin_nested():
        session.execute(foreign, {"lead": lead})
    withdraw_correction(session, correction, actor=cast.actor_of(session, "agent"))
    with pytest.raises(IntegrityError, match="a decision is final"), session.begin_nested():
        session.execute(text("UPDATE point_correction SET reason = 'anders'"))
    with pytest.raises(IntegrityError, match="a decision is final"), session.begin_nested():
        session.execute(
            text("UPDATE point_correction SET state = 'booked', decided_by_id = :lead"), {"lead": lead}
        )


@pytest.mark.req("PT-06", "SEC-24")
def test_nobody_withdraws_what_another_person_has_proposed(session: Session, period: PointPeriod) -> None:
    correction = proposal(session, period, -1)
    number = session.get_one(CustomerNumber, period.customer_number_id)
    for who in ("lead", "admin", "cs_agent"):
        actor = cast.actor_of(session, who)
        assert not can_withdraw_correction(actor, correction, number)
        with pytest.raises(Forbidden):
            withdraw_correction(session, correction, actor=actor)
    assert correction.state is CorrectionState.PROPOSED


@pytest.mark.req("PT-06")
def test_who_proposed_it_withdraws_it_once_and_nothing_is_booked(
    session: Session, period: PointPeriod
) -> None:
    correction, before = proposal(session, period, 5), entries(session)
    number, own = (
        session.get_one(CustomerNumber, period.customer_number_id),
        cast.actor_of(session, "agent"),
    )
    assert can_withdraw_correction(own, correction, number)
    withdraw_correction(session, correction, actor=own)
    assert (correction.state, correction.decided_by_id) == (CorrectionState.WITHDRAWN, own.user_id)
    assert (entries(session), balances(session, period).used) == (before, 20)
    assert not can_withdraw_correction(own, correction, number)
    with pytest.raises(AlreadyDecided):
        withdraw_correction(session, correction, actor=own)
    for decide in (book_correction, refuse_correction):
        with pytest.raises(AlreadyDecided):
            decide(session, correction, actor=cast.actor_of(session, "lead"))
    told = session.scalars(
        select(JournalEvent).where(JournalEvent.kind == "customer_number.point_correction_withdrawn")
    ).one()
    assert (told.audience, told.subject_id) == (Audience.DESK, number.id)
    assert told.data == {"starts_on": period.starts_on.isoformat(), "difference": 5, "reason": WHY}


@pytest.mark.req("PT-06", "REL-04")
def test_what_was_booked_cannot_be_withdrawn(session: Session, period: PointPeriod) -> None:
    correction = proposal(session, period, 5)
    book_correction(session, correction, actor=cast.actor_of(session, "lead"))
    with pytest.raises(AlreadyDecided):
        withdraw_correction(session, correction, actor=cast.actor_of(session, "agent"))
    assert (correction.state, balances(session, period).used) == (CorrectionState.BOOKED, 25)


@pytest.mark.req("PT-06", "PT-07")
def test_a_second_person_books_it(session: Session, period: PointPeriod) -> None:
    correction = proposal(session, period, -8)
    assert balances(session, period).used == 20
    entry = book_correction(session, correction, actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=55, free=43, used=12)
    lead, agent = cast.person(session, "lead"), cast.person(session, "agent")
    assert (entry.amount, entry.reason, entry.actor_id) == (8, WHY, lead.id)
    assert (entry.correction_id, entry.key) == (correction.id, f"correction:{correction.id}")
    assert (correction.state, correction.proposed_by_id) == (CorrectionState.BOOKED, agent.id)
    assert correction.decided_by_id == lead.id


@pytest.mark.req("PT-06")
def test_a_refused_one_books_nothing(session: Session, period: PointPeriod) -> None:
    before = entries(session)
    correction = proposal(session, period, 5)
    refuse_correction(session, correction, actor=cast.actor_of(session, "lead"))
    assert correction.state is CorrectionState.REFUSED
    assert correction.decided_at is not None
    assert (entries(session), balances(session, period).used) == (before, 20)


@pytest.mark.req("PT-06", "REL-04")
@pytest.mark.parametrize("first", [book_correction, refuse_correction])
@pytest.mark.parametrize("second", [book_correction, refuse_correction])
def test_what_is_decided_stays_decided(
    session: Session, period: PointPeriod, first: Decision, second: Decision
) -> None:
    correction = proposal(session, period, 5)
    first(session, correction, actor=cast.actor_of(session, "lead"))
    before, state = balances(session, period), correction.state
    with pytest.raises(AlreadyDecided):
        second(session, correction, actor=cast.actor_of(session, "admin"))
    assert (balances(session, period), correction.state) == (before, state)


@pytest.mark.req("PT-06")
@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "長" * 501])
def test_a_correction_has_a_reason_that_fits(session: Session, period: PointPeriod, reason: str) -> None:
    with pytest.raises(BadCorrection):
        propose(session, period, actor=cast.actor_of(session, "agent"), difference=1, reason=reason)


@pytest.mark.req("PT-06")
@pytest.mark.parametrize("difference", [0, ledger.MOST_POINTS + 1, -ledger.MOST_POINTS - 1, 10**30])
def test_a_correction_has_a_difference_that_can_be(
    session: Session, period: PointPeriod, difference: int
) -> None:
    with pytest.raises(BadCorrection):
        proposal(session, period, difference)


@pytest.mark.req("PT-05", "PT-06")
def test_no_more_is_taken_than_is_free_and_no_more_given_than_was_used(
    session: Session, period: PointPeriod
) -> None:
    with pytest.raises(NotEnough):
        proposal(session, period, 36)
    with pytest.raises(LedgerRefusal):
        proposal(session, period, -21)
    book_correction(session, proposal(session, period, 35), actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=55, used=55)
    book_correction(session, proposal(session, period, -55), actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=55, free=55)


@pytest.mark.req("PT-05", "PT-06")
def test_what_was_free_at_the_proposal_may_be_gone_at_the_booking(
    session: Session, period: PointPeriod
) -> None:
    correction = proposal(session, period, 30)
    catalog.request(session, catalog.item(session, points=8))
    with pytest.raises(NotEnough) as refusal:
        book_correction(session, correction, actor=cast.actor_of(session, "lead"))
    assert (refusal.value.needed, refusal.value.free) == (30, 27)
    assert correction.state is CorrectionState.PROPOSED
    set_total(session, period, actor=MAKER, plan_points=50, option_points=8, reason="追加")
    book_correction(session, correction, actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=58, held=8, used=50)


@pytest.mark.req("PT-05", "PT-06", "PT-07")
def test_points_given_back_settle_an_overdraft_first(session: Session, period: PointPeriod) -> None:
    missing = ledger.use_free(locked_balances(session, period.id), 40, may_overdraw=True)
    book(session, period.id, missing, actor=MAKER, cause=Cause(key="forty", reason="合意済み"))
    assert balances(session, period).left == -5
    correction = proposal(session, period, -12)
    book_correction(session, correction, actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=55, free=7, used=48)
    both = session.scalars(select(PointEntry).where(PointEntry.correction_id == correction.id)).all()
    assert [(row.target, row.amount, row.reason) for row in both] == [
        ("overdraft", 5, WHY),
        ("free", 7, WHY),
    ]


@pytest.mark.req("PT-06", "PT-09")
def test_points_given_back_in_a_settled_period_go_the_way_of_the_rest(session: Session) -> None:
    period = catalog.period(session, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30))
    used = ledger.use_free(locked_balances(session, period.id), 20)
    book(session, period.id, used, actor=MAKER, cause=Cause(key="twenty"))
    assert settle(session, period, today=date(2026, 10, 1), actor=MAKER)
    book_correction(session, proposal(session, period, -20), actor=cast.actor_of(session, "lead"))
    assert balances(session, period) == Balances(contract=55, expired=55)
    set_total(session, period, actor=MAKER, plan_points=60, option_points=5, reason="訂正")
    assert balances(session, period) == Balances(contract=65, expired=65)
    with pytest.raises(NotEnough):
        proposal(session, period, 1)


@pytest.mark.req("PT-06", "SEC-55")
def test_the_desk_alone_reads_who_corrected_what_and_why(session: Session, period: PointPeriod) -> None:
    with clock.at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC)):
        booked, dropped = proposal(session, period, -8), proposal(session, period, 2)
        book_correction(session, booked, actor=cast.actor_of(session, "lead"))
        refuse_correction(session, dropped, actor=cast.actor_of(session, "admin"))
    session.commit()
    told = session.scalars(
        select(JournalEvent).where(JournalEvent.kind.contains("point_correction")).order_by(JournalEvent.id)
    ).all()
    assert [row.kind.removeprefix("customer_number.point_correction_") for row in told] == [
        "proposed",
        "proposed",
        "booked",
        "refused",
    ]
    assert {row.audience for row in told} == {Audience.DESK}
    assert {row.subject_id for row in told} == {period.customer_number_id}
    assert told[2].data == {
        "starts_on": period.starts_on.isoformat(),
        "difference": -8,
        "reason": WHY,
        "proposed_by": cast.person(session, "agent").display_name,
    }


@pytest.mark.req("PT-06")
def test_a_total_set_twice_is_booked_and_told_once(session: Session, period: PointPeriod) -> None:
    before = entries(session)
    for _ in range(2):
        set_total(session, period, actor=MAKER, plan_points=50, option_points=15, reason="追加")
    assert entries(session) == before + 1
    kinds = session.scalars(select(JournalEvent.kind)).all()
    assert kinds.count("customer_number.point_total_set") == 1
    # The same sum, parted otherwise, moves nothing and is told.
    set_total(session, period, actor=MAKER, plan_points=65, option_points=0, reason="内訳の訂正")
    assert entries(session) == before + 1
    assert (period.plan_points, period.option_points) == (65, 0)


@pytest.mark.req("PT-05", "PT-06")
@pytest.mark.parametrize(
    ("plan", "option"), [(-1, 0), (0, -1), (ledger.MOST_POINTS + 1, 0), (0, 2**31), (10**30, 0)]
)
def test_a_total_is_a_number_that_can_be(
    session: Session, period: PointPeriod, plan: int, option: int
) -> None:
    with pytest.raises(LedgerRefusal):
        set_total(session, period, actor=MAKER, plan_points=plan, option_points=option, reason="誤り")
    with pytest.raises(LedgerRefusal):
        catalog.period(session, starts_on=date(2030, 1, 1), plan_points=plan, option_points=option)
    number = cast.number(session, cast.CS_NUMBER)
    with pytest.raises(LedgerRefusal):
        set_request_terms(
            session, actor=MAKER, number=number, terms=Terms(plan_points=plan, option_points=option)
        )
    assert balances(session, period).contract == 55


@pytest.mark.req("PT-05", "PT-06")
def test_a_total_takes_back_no_more_than_is_free(session: Session, period: PointPeriod) -> None:
    with pytest.raises(NotEnough):
        set_total(session, period, actor=MAKER, plan_points=19, option_points=0, reason="減額")
    assert (period.plan_points, period.option_points) == (50, 5)
    set_total(session, period, actor=MAKER, plan_points=20, option_points=0, reason="減額")
    assert balances(session, period) == Balances(contract=20, used=20)
