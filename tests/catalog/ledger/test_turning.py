"""Periods end and go on by themselves, once, at midnight of the service's desk (PT-09)."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden, system_actor
from app.cases import queries as cases
from app.catalog.actions.paying import release_for
from app.catalog.actions.renewing import renew
from app.catalog.actions.settling import settle
from app.catalog.actions.terms import Terms, set_catalog_settings, set_request_terms
from app.catalog.days import end_of_month_from
from app.catalog.events import RequestRejected
from app.catalog.ledger import Balances
from app.catalog.models import PointBalance, PointPeriod, WorkRequest
from app.catalog.models.terms import AtPeriodEnd
from app.catalog.point_jobs import turn_what_is_due
from app.contracts.models import Service
from app.journal import JournalEvent, record
from tests import cast
from tests.cases.races import at_once
from tests.catalog.ledger.days import Days
from tests.conftest import Given, Stored
from tests.factories import catalog

MAKER = system_actor("tests")
SEPTEMBER: Days = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}
OCTOBER: Days = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31)}
# Midnight in Tokyo.
FIRST_OF_OCTOBER = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Turn = Callable[[datetime], tuple[int, int]]


def terms(session: Session, **changes: object) -> None:
    wanted = Terms(**{"includes_requests": True, "includes_points": True, **changes})  # type: ignore[arg-type]  # from the test's own names
    set_request_terms(session, actor=MAKER, number=cast.number(session, cast.CS_NUMBER), terms=wanted)


def carries(session: Session, **changes: object) -> None:
    terms(session, at_period_end=AtPeriodEnd.CARRY, **changes)


def renews(session: Session, **changes: object) -> None:
    terms(session, renews=True, plan_points=50, option_points=5, **changes)


def months(session: Session) -> list[tuple[str, str, Balances, bool]]:
    """The periods of the number: first day, last day, balances, whether settled."""
    rows = session.execute(
        select(PointPeriod, PointBalance)
        .join(PointBalance, PointBalance.period_id == PointPeriod.id)
        .order_by(PointPeriod.starts_on)
    )
    return [
        (row.starts_on.isoformat(), row.ends_on.isoformat(), held.as_balances(), row.settled_at is not None)
        for row, held in rows
    ]


def days(session: Session) -> list[tuple[str, str]]:
    return [(starts_on, ends_on) for starts_on, ends_on, _, _ in months(session)]


@pytest.fixture
def turn(app: Flask) -> Turn:
    """Let the job run at a moment."""

    def run(moment: datetime) -> tuple[int, int]:
        with clock.at(moment):
            return turn_what_is_due(app)

    return run


@pytest.mark.req("PT-09", "SEC-24")
@pytest.mark.parametrize("who", ["hanako", "agent", "lead", "admin"])
def test_no_person_settles_or_renews(session: Session, who: str) -> None:
    period = catalog.period(session, **SEPTEMBER)
    with pytest.raises(Forbidden):
        settle(session, period, today=date(2026, 12, 1), actor=cast.actor_of(session, who))
    with pytest.raises(Forbidden):
        renew(session, period, today=date(2026, 12, 1), actor=cast.actor_of(session, who))


@pytest.mark.req("PT-09")
def test_points_expire_at_midnight_of_the_desk(given: Given, stored: Stored, turn: Turn) -> None:
    given(terms)
    given(catalog.period, **SEPTEMBER)
    assert turn(FIRST_OF_OCTOBER - SECOND) == (0, 0)
    assert stored(months)[0][2] == Balances(contract=55, free=55)
    assert turn(FIRST_OF_OCTOBER) == (0, 1)
    assert stored(months) == [("2026-09-01", "2026-09-30", Balances(contract=55, expired=55), True)]
    assert turn(FIRST_OF_OCTOBER + SECOND) == (0, 0)


@pytest.mark.req("PT-09")
def test_midnight_is_that_of_the_service(given: Given, turn: Turn) -> None:
    def moved_to_honolulu(session: Session) -> None:
        service = session.scalars(select(Service).where(Service.slug == "cs")).one()
        row = cases.settings_of(session, service.id)
        row.time_zone = "Pacific/Honolulu"
        session.add(row)
        set_catalog_settings(session, actor=MAKER, service=service, is_by_contract=True, has_points=True)

    given(moved_to_honolulu)
    given(catalog.period, **SEPTEMBER)
    assert turn(FIRST_OF_OCTOBER) == (0, 0)
    there = datetime(2026, 10, 1, 10, 0, tzinfo=UTC)
    assert turn(there - SECOND) == (0, 0)
    assert turn(there) == (0, 1)


@pytest.mark.req("PT-09")
def test_the_next_month_is_there_before_it_begins_and_takes_what_is_left(
    given: Given, stored: Stored, turn: Turn
) -> None:
    given(renews, at_period_end=AtPeriodEnd.CARRY)
    given(catalog.period, **SEPTEMBER, plan_points=10, option_points=0)
    last_day = FIRST_OF_OCTOBER - timedelta(days=1)
    assert turn(last_day - SECOND) == (0, 0)
    assert turn(last_day) == (1, 0)
    assert turn(FIRST_OF_OCTOBER - SECOND) == (0, 0)
    assert turn(FIRST_OF_OCTOBER) == (0, 1)
    assert stored(months) == [
        ("2026-09-01", "2026-09-30", Balances(contract=10, carried_out=10), True),
        ("2026-10-01", "2026-10-31", Balances(contract=55, carried_in=10, free=65), False),
    ]


@pytest.mark.req("PT-09")
@pytest.mark.parametrize(
    "changes", [{"renews": False}, {"includes_points": False}], ids=["not renewed", "without points"]
)
def test_what_does_not_go_on_ends(
    given: Given, stored: Stored, turn: Turn, changes: dict[str, object]
) -> None:
    given(terms, **{"renews": True, **changes})
    given(catalog.period, **SEPTEMBER)
    assert turn(FIRST_OF_OCTOBER) == (0, 1)
    assert len(stored(months)) == 1


@pytest.mark.req("PT-09")
def test_a_period_opened_by_hand_comes_next(given: Given, stored: Stored, turn: Turn) -> None:
    given(renews)
    given(catalog.period, **SEPTEMBER)
    given(catalog.period, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    assert turn(FIRST_OF_OCTOBER) == (0, 1)
    assert len(stored(months)) == 2
    assert turn(datetime(2026, 11, 30, 3, 0, tzinfo=UTC)) == (1, 0)
    assert stored(days)[-1] == ("2026-12-01", "2026-12-31")


@pytest.mark.req("PT-09")
def test_points_to_be_carried_wait_for_the_period_that_comes_later(
    given: Given, stored: Stored, turn: Turn
) -> None:
    given(carries)
    given(catalog.period, **SEPTEMBER)
    assert turn(FIRST_OF_OCTOBER) == (0, 0)
    given(catalog.period, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    assert turn(FIRST_OF_OCTOBER + timedelta(days=20)) == (0, 1)
    assert [held for _, _, held, _ in stored(months)] == [
        Balances(contract=55, carried_out=55),
        Balances(contract=55, carried_in=55, free=110),
    ]


@pytest.mark.req("PT-09")
def test_months_that_were_slept_through_come_one_after_the_other(
    given: Given, stored: Stored, turn: Turn
) -> None:
    given(renews, at_period_end=AtPeriodEnd.CARRY)
    given(catalog.period, **SEPTEMBER)
    assert turn(datetime(2026, 12, 9, 3, 0, tzinfo=UTC)) == (3, 3)
    assert stored(months)[1:] == [
        ("2026-10-01", "2026-10-31", Balances(contract=55, carried_in=55, carried_out=110), True),
        ("2026-11-01", "2026-11-30", Balances(contract=55, carried_in=110, carried_out=165), True),
        ("2026-12-01", "2026-12-31", Balances(contract=55, carried_in=165, free=220), False),
    ]


@pytest.mark.req("PT-09")
def test_after_a_long_break_the_month_that_runs_is_the_first(
    given: Given, stored: Stored, turn: Turn
) -> None:
    given(renews)
    given(catalog.period, starts_on=date(2022, 9, 1), ends_on=date(2022, 9, 30))
    assert turn(datetime(2026, 11, 9, 3, 0, tzinfo=UTC)) == (1, 1)
    assert stored(days) == [("2022-09-01", "2022-09-30"), ("2026-11-01", "2026-11-30")]


@pytest.mark.req("PT-09", "F12")
@pytest.mark.parametrize("rule", AtPeriodEnd)
def test_however_many_workers_run_a_period_ends_once(
    app: Flask, given: Given, stored: Stored, rule: AtPeriodEnd
) -> None:
    given(renews, at_period_end=rule)
    given(catalog.period, **SEPTEMBER)

    def work() -> tuple[int, int]:
        # The clock of a test is its own thread's.
        with clock.at(FIRST_OF_OCTOBER):
            return turn_what_is_due(app)

    done: Sequence[tuple[int, int]] = at_once(*[work] * 6)
    assert sum(opened for opened, _ in done) == 1
    assert sum(settled for _, settled in done) == 1
    kinds = stored(lambda session: session.scalars(select(JournalEvent.kind)).all())
    assert kinds.count("customer_number.point_period_settled") == 1
    assert kinds.count("customer_number.point_period_opened") == 2
    assert stored(days) == [("2026-09-01", "2026-09-30"), ("2026-10-01", "2026-10-31")]


@pytest.mark.req("PT-04", "PT-09")
@pytest.mark.parametrize("rule", AtPeriodEnd)
def test_what_a_request_holds_outlives_its_period(
    given: Given, stored: Stored, turn: Turn, rule: AtPeriodEnd
) -> None:
    """Two months are over when the request is decided: what comes free goes through both of them."""
    given(terms, at_period_end=rule)
    given(catalog.period, **SEPTEMBER)
    given(catalog.period, **OCTOBER)
    with clock.at(FIRST_OF_OCTOBER - SECOND):
        given(lambda session: catalog.request(session, catalog.item(session, points=8)))
    given(catalog.period, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    assert turn(datetime(2026, 11, 2, 3, 0, tzinfo=UTC)) == (0, 2)
    assert stored(months)[0][2].held == 8
    given(given_back)
    september, october, november = (held for _, _, held, _ in stored(months))
    if rule is AtPeriodEnd.EXPIRE:
        assert september == Balances(contract=55, expired=55)
        assert (october.expired, november.free) == (55, 55)
    else:
        assert september == Balances(contract=55, carried_out=55)
        assert october == Balances(contract=55, carried_in=55, carried_out=110)
        assert november == Balances(contract=55, carried_in=110, free=165)
    assert turn(datetime(2026, 11, 3, 3, 0, tzinfo=UTC)) == (0, 0)


def given_back(session: Session) -> None:
    request = session.scalars(select(WorkRequest)).one()
    release_for(session, request, actor=MAKER)
    record(session, actor=MAKER, subject=request, happened=RequestRejected("対応できません。"))


@pytest.mark.req("PT-09")
def test_points_that_found_no_next_period_follow_once_it_is_there(
    given: Given, stored: Stored, turn: Turn
) -> None:
    """The period was settled while the contract let points expire; what comes free later is carried by then."""
    given(terms)
    given(catalog.period, **SEPTEMBER)
    with clock.at(FIRST_OF_OCTOBER - SECOND):
        given(lambda session: catalog.request(session, catalog.item(session, points=8)))
    turn(FIRST_OF_OCTOBER)
    given(carries)
    given(given_back)
    assert stored(months)[0][2] == Balances(contract=55, free=8, expired=47)
    assert turn(FIRST_OF_OCTOBER + timedelta(days=1)) == (0, 0)
    given(catalog.period, **OCTOBER)
    assert turn(FIRST_OF_OCTOBER + timedelta(days=2)) == (0, 1)
    assert stored(months)[0][2] == Balances(contract=55, expired=47, carried_out=8)
    assert stored(months)[1][2] == Balances(contract=55, carried_in=8, free=63)


@pytest.mark.req("PT-09")
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-10-01", "2026-10-31"),
        ("2026-09-01", "2026-09-30"),
        ("2026-12-01", "2026-12-31"),
        ("2027-02-01", "2027-02-28"),
        ("2028-02-01", "2028-02-29"),
        # A month that does not begin on the first ends on the day before, or on the last there is.
        ("2026-09-15", "2026-10-14"),
        ("2026-12-15", "2027-01-14"),
        ("2027-01-28", "2027-02-27"),
        ("2027-01-29", "2027-02-28"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-29", "2028-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2028-02-29", "2028-03-28"),
        ("2026-10-31", "2026-11-30"),
    ],
)
def test_months_of_every_length(first: str, last: str) -> None:
    assert end_of_month_from(date.fromisoformat(first)) == date.fromisoformat(last)


@pytest.mark.req("PT-09")
@given_any(day=st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 31)))
@settings(max_examples=100)
def test_month_follows_month_without_a_gap(day: date) -> None:
    for _ in range(14):
        last = end_of_month_from(day)
        assert timedelta(days=27) <= last - day <= timedelta(days=30)
        day = last + timedelta(days=1)
