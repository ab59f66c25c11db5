"""A phone's clock is off, the server's is set forward or back: no code twice, nothing revived, no lock longer (F13)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, throttle
from app.accounts import authenticators, codes, links, tries
from app.accounts.jobs import end_what_ran_out
from app.accounts.models import LinkPurpose, MarkKind, TryKind
from app.accounts.tries import MOST
from app.authz import system_actor
from app.throttle import ThrottleHit
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn
from tests.factories.own_account import mark_browser
from tests.factories.sign_in import (
    NOON,
    app_code,
    choose,
    give,
    half_way,
    is_in,
    knock_as,
    mailed_code,
    mark,
    pair_app,
    turn_mfa_on,
)

pytestmark = pytest.mark.req("REL-10", "F13")

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGIN, MIDDLE, END = 0, 15, 29
# By how many seconds the phone is off, and at which second of a step of the server its code is given: taken or not.
SKEWS: dict[int, dict[int, bool]] = {
    +29: {BEGIN: True, MIDDLE: True, END: True},
    -29: {BEGIN: True, MIDDLE: True, END: True},
    +31: {BEGIN: True, MIDDLE: True, END: False},
    -31: {BEGIN: False, MIDDLE: True, END: True},
    +61: {BEGIN: False, MIDDLE: False, END: False},
    -61: {BEGIN: False, MIDDLE: False, END: False},
    +91: {BEGIN: False, MIDDLE: False, END: False},
    -91: {BEGIN: False, MIDDLE: False, END: False},
}


@pytest.fixture(autouse=True)
def swept(app: Flask) -> None:
    """What had run out before noon is written down."""
    with clock.at(NOON):
        end_what_ran_out(app)


@pytest.fixture
def hanako(given: Given) -> None:
    """Hanako has an app, and so codes to be asked for."""
    given(pair_app, "hanako")


def takes(session: Session, code: str) -> bool:
    user = cast.person(session, "hanako")
    return authenticators.take_code(session, user, code, settings=current_app.config["SETTINGS"])


@pytest.mark.req("SEC-12", "MFA-15")
@pytest.mark.parametrize(
    ("skew", "second"), [(skew, second) for skew, row in SKEWS.items() for second in row]
)
@pytest.mark.usefixtures("hanako")
def test_a_phone_may_be_off_by_a_step(session: Session, skew: int, second: int) -> None:
    moment = NOON + second * SECOND
    code = app_code(moment + skew * SECOND)
    with clock.at(moment):
        assert takes(session, code) == SKEWS[skew][second]
        assert not takes(session, code), "once, if at all"


@pytest.mark.req("SEC-12", "C39")
@pytest.mark.parametrize("jump", [-DAY, -HOUR, -31 * SECOND, HOUR, DAY], ids=str)
@pytest.mark.usefixtures("hanako")
def test_no_code_works_twice_however_the_clock_is_set(session: Session, jump: timedelta) -> None:
    used = {step: app_code(NOON, step) for step in (-1, 0, 1)}
    with clock.at(NOON):
        assert [takes(session, used[step]) for step in (-1, 0, 1)] == [True] * 3
    with clock.at(NOON + jump):
        assert not any(takes(session, code) for code in used.values())
        # A code of the time to which the clock was set back was shown before; one that is new is taken.
        assert takes(session, app_code(NOON + jump)) == (jump > timedelta())
    with clock.at(NOON + SECOND):
        assert not any(takes(session, code) for code in used.values())


def a_link(session: Session) -> str:
    user = cast.person(session, "hanako")
    return links.issue(session, actor=system_actor("tests"), user=user, purpose=LinkPurpose.RESET)


def a_brake(session: Session) -> str:
    return links.issue_brake(session, cast.person(session, "hanako"))


@pytest.mark.req("SEC-18", "SEC-09", "C08")
@pytest.mark.parametrize(
    ("issue", "path", "lasts"),
    [
        (a_link, "/cs/password/reset/", links.VALID_FOR),
        (a_brake, "/cs/account/not-me/", links.BRAKE_VALID_FOR),
    ],
)
def test_a_link_that_has_run_out_stays_so(
    app: Flask, given: Given, issue: Callable[[Session], str], path: str, lasts: timedelta
) -> None:
    with clock.at(NOON):
        token = given(issue)
    with clock.at(NOON + lasts - SECOND):
        assert end_what_ran_out(app) == 0
        assert InspectingClient(app).get(f"{path}{token}").status == 200
    with clock.at(NOON + lasts):
        assert InspectingClient(app).get(f"{path}{token}").status == 404
        assert end_what_ran_out(app) == 1
    for back in (SECOND, lasts / 2, lasts, DAY):
        with clock.at(NOON + lasts - back):
            assert InspectingClient(app).get(f"{path}{token}").status == 404


@pytest.mark.req("SEC-21", "SESS-01", "SESS-02", "M-08")
@pytest.mark.parametrize("lasts", [30 * MINUTE, 12 * HOUR], ids=["idle", "absolute"])
def test_a_session_that_has_run_out_stays_so_and_says_why(
    app: Flask, signed_in: SignedIn, lasts: timedelta
) -> None:
    with clock.at(NOON):
        client = signed_in("taro")
    visits = 29 * MINUTE
    moment = NOON + visits
    while lasts > HOUR and moment < NOON + lasts:
        with clock.at(moment):
            assert is_in(client)
        moment += visits
    with clock.at(NOON + lasts):
        assert end_what_ran_out(app) == 1
        assert client.get("/cs/").location.endswith("reason=timeout")
    for back in (SECOND, 10 * MINUTE, HOUR, DAY):
        with clock.at(NOON + lasts - back):
            assert not is_in(client)


@pytest.mark.req("SEC-21")
@pytest.mark.parametrize(("back", "stays"), [(4 * MINUTE, True), (6 * MINUTE, False), (DAY, False)])
def test_a_session_does_not_live_on_by_a_clock_set_back(
    signed_in: SignedIn,
    back: timedelta,
    stays: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with clock.at(NOON):
        client = signed_in("taro")
    with clock.at(NOON - back):
        assert is_in(client) == stays


@pytest.mark.req("MFA-11", "SEC-16", "T02")
@pytest.mark.parametrize("kind", [MarkKind.EXEMPTION, MarkKind.KNOWN])
def test_the_mark_of_a_browser_that_has_run_out_stays_so(app: Flask, given: Given, kind: MarkKind) -> None:
    given(turn_mfa_on, "hanako")
    with clock.at(NOON):
        token = given(mark_browser, "hanako", kind, hours=8)
    with clock.at(NOON + 8 * HOUR):
        assert end_what_ran_out(app) == 1
    for moment in (NOON + HOUR, NOON + 8 * HOUR - SECOND):
        with clock.at(moment):
            client = InspectingClient(app)
            mark(client, kind, token)
            assert knock_as(client, "hanako").location == "/cs/login/method"


@pytest.mark.req("SEC-15", "MFA-08")
def test_a_half_way_proof_and_its_mailed_code_that_have_run_out_stay_so(
    app: Flask, given: Given, client: InspectingClient, outbox: Outbox
) -> None:
    given(turn_mfa_on, "hanako")
    with clock.at(NOON):
        door = half_way(client, "hanako")
        choose(client, door, "mail")
        code = mailed_code(outbox())
    with clock.at(NOON + 15 * MINUTE):
        assert end_what_ran_out(app) == 1
    with clock.at(NOON + MINUTE):
        assert client.get("/cs/login/mail").location == "/cs/login?reason=proof"
        assert not is_in(client)
        other = InspectingClient(app)
        door = half_way(other, "hanako")
        choose(other, door, "mail")
        assert give(other, door, "mail", code).status == 422


@pytest.mark.req("AUTH-05", "RESET-05")
@pytest.mark.parametrize("kind", list(TryKind))
@pytest.mark.parametrize("jump", [-DAY, -HOUR, -20 * MINUTE, HOUR, DAY], ids=str)
def test_no_jump_makes_a_lock_longer(session: Session, kind: TryKind, jump: timedelta) -> None:
    subject = cast.person(session, "taro").subject_for_tries
    with clock.at(NOON):
        for _ in range(MOST):
            tries.charge(session, kind, subject)
        assert tries.closed_until(session, kind, subject) == NOON + tries.CLOSED_FOR
    with clock.at(NOON + jump):
        assert tries.closed_until(session, kind, subject) is None
    # Whatever the clock says, twenty minutes of it are the most.
    with clock.at(NOON + tries.CLOSED_FOR):
        assert tries.closed_until(session, kind, subject) is None


@pytest.mark.req("SEC-13", "SEC-07")
@pytest.mark.parametrize("limit", [*codes.FAILURES_OF_ACCOUNT, *codes.MAILS_OF_ACCOUNT], ids=str)
@pytest.mark.parametrize("back", [2 * MINUTE, HOUR, DAY], ids=str)
def test_no_jump_makes_a_throttle_longer(session: Session, limit: throttle.Limit, back: timedelta) -> None:
    with clock.at(NOON):
        for _ in range(limit.most):
            assert throttle.charge(session, {"bucket": [limit]}) is not None
        assert throttle.charge(session, {"bucket": [limit]}) is None
    with clock.at(NOON - back):
        assert not throttle.is_full(session, "bucket", [limit])
        assert throttle.free_again(session, "bucket", [limit]) == NOON - back
    with clock.at(NOON + limit.within):
        assert not throttle.is_full(session, "bucket", [limit])


@pytest.mark.req("SEC-13")
def test_two_hosts_whose_clocks_differ_by_seconds_count_together(session: Session) -> None:
    limit = throttle.Limit(2, 5 * MINUTE)
    for moment in (NOON + 30 * SECOND, NOON):
        with clock.at(moment):
            assert throttle.charge(session, {"bucket": [limit]}) is not None
    with clock.at(NOON + SECOND):
        assert throttle.charge(session, {"bucket": [limit]}) is None
    assert len(session.scalars(select(ThrottleHit.id)).all()) == 2


def test_what_still_holds_is_left_alone(app: Flask, given: Given, signed_in: SignedIn) -> None:
    def all_of_it(session: Session) -> None:
        a_link(session)
        a_brake(session)
        mark_browser(session, "taro", MarkKind.KNOWN)

    moment: datetime = NOON
    with clock.at(moment):
        given(all_of_it)
        signed_in("taro")
    with clock.at(moment + 29 * MINUTE):
        assert end_what_ran_out(app) == 0
    with clock.at(moment + 73 * HOUR):
        assert end_what_ran_out(app) == 4
        assert end_what_ran_out(app) == 0
