"""A browser in which an agent has given a second proof counts apart, so that no stranger locks the desk out (T02)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.marks import KNOWN_FOR
from app.accounts.models import BrowserMark, MarkKind, SessionEnd
from app.accounts.security import lose_proofs
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.sign_in import (
    NOON,
    app_code,
    choose,
    fail,
    from_address,
    give,
    half_way,
    knock_as,
    mailed_code,
    mark,
    marked,
    next_network,
    setting,
    turn_mfa_on,
)

pytestmark = pytest.mark.req("security:T02", "AUTH-03")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def known(app: Flask, name: str = "agent") -> InspectingClient:
    """A browser in which somebody with an app has signed in."""
    client = InspectingClient(app)
    door = half_way(client, name, **next_network())
    choose(client, door, "app")
    assert give(client, door, "app", app_code()).status == 303
    return client


def status(client: InspectingClient, name: str = "agent") -> int:
    return knock_as(client, name, **next_network()).status


def test_strangers_who_lock_the_id_do_not_keep_its_owner_out(app: Flask) -> None:
    with clock.at(NOON):
        client, elsewhere = known(app), InspectingClient(app)
        fail(InspectingClient(app), "agent", 5)
        assert status(elsewhere) == 422, "anywhere else even the right password is refused"
        assert status(client) == 303


@pytest.mark.parametrize(
    ("after", "wanted"), [(timedelta(), 422), (20 * MINUTE - SECOND, 422), (20 * MINUTE, 303)]
)
def test_five_failures_in_it_close_it_alone_for_20_minutes(
    app: Flask, outbox: Outbox, after: timedelta, wanted: int
) -> None:
    with clock.at(NOON):
        client, elsewhere = known(app), InspectingClient(app)
        fail(client, "agent", 5)
        assert status(elsewhere) == 303
    with clock.at(NOON + after):
        assert status(client) == wanted
    assert outbox() == [], "nobody's ID was locked, so nobody is told"


def test_in_it_the_failures_of_strangers_do_not_add_up_with_ones_own(app: Flask) -> None:
    with clock.at(NOON):
        client, stranger = known(app), InspectingClient(app)
        for _ in range(2):
            fail(client, "agent", 4)
            fail(stranger, "agent", 4)
            assert status(client) == 303
        assert status(stranger) == 422, "a success in the known browser is none of the stranger's"


def test_a_mark_is_good_for_its_owner_alone(app: Flask) -> None:
    with clock.at(NOON):
        client, thief = known(app, "cs_agent"), InspectingClient(app)
        mark(thief, MarkKind.KNOWN, marked(client, MarkKind.KNOWN) or "")
        fail(InspectingClient(app), "agent", 5)
        assert status(client, "agent") == 422
        assert status(thief, "agent") == 422
        # Whoever has the mark itself still needs the password and the code.
        page = knock_as(thief, "cs_agent", **next_network())
        assert page.location == "/console/login/method"
        assert thief.cookie() is None


@pytest.mark.parametrize("planted", ["", "0" * 64, "0" * 63, "x", "\N{SNOWMAN}", "0" * 3_000])
def test_nothing_but_the_mark_counts_apart(app: Flask, planted: str) -> None:
    client = InspectingClient(app)
    mark(client, MarkKind.KNOWN, planted)
    with clock.at(NOON):
        fail(InspectingClient(app), "agent", 5)
        assert status(client) == 422


@pytest.mark.parametrize(("age", "wanted"), [(KNOWN_FOR - SECOND, 303), (KNOWN_FOR, 422)])
def test_it_is_known_for_30_days(app: Flask, age: timedelta, wanted: int) -> None:
    with clock.at(NOON):
        client = known(app)
    with clock.at(NOON + age):
        fail(InspectingClient(app), "agent", 5)
        assert status(client) == wanted


def test_each_second_proof_begins_them_anew_with_one_mark_for_each_browser(
    app: Flask, stored: Stored
) -> None:
    def marks(session: Session) -> list[str]:
        return list(session.scalars(select(BrowserMark.token_hash)))

    with clock.at(NOON):
        client = known(app)
        first, hashes = marked(client, MarkKind.KNOWN), stored(marks)
    with clock.at(NOON + KNOWN_FOR - MINUTE):
        door = half_way(client, "agent")
        choose(client, door, "app")
        give(client, door, "app", app_code())
    assert marked(client, MarkKind.KNOWN) not in {first, *hashes}
    assert len(stored(marks)) == 1
    with clock.at(NOON + KNOWN_FOR + MINUTE):
        fail(InspectingClient(app), "agent", 5)
        assert status(client) == 303


def test_what_ends_proofs_ends_it(app: Flask, given: Given) -> None:
    def lose(session: Session) -> None:
        lose_proofs(session, cast.person(session, "agent"), reason=SessionEnd.PASSWORD)
        turn_mfa_on(session, "agent")

    with clock.at(NOON):
        client = known(app)
        given(lose)
        fail(InspectingClient(app), "agent", 5)
        assert status(client) == 422


@pytest.mark.req("SEC-10", "PW-07")
def test_the_question_for_the_own_password_counts_there_too(app: Flask) -> None:
    """Or else strangers could keep the people of the desk from every sensitive act."""
    with clock.at(NOON):
        client = known(app)
    fail_at = NOON + 11 * MINUTE
    with clock.at(fail_at):
        fail(InspectingClient(app), "agent", 5)
        asked = client.act("/console/profile/mfa", code="000000", offer="")
        assert asked.location == "/console/confirm"
        page = client.submit(client.get(asked.location), asked.location, password=cast.PASSWORD)
        assert page.location == "/console/login/method"


@pytest.mark.parametrize(
    ("own_count_for", "name", "wanted"),
    [
        ("agents", "hanako", 422),
        ("everybody", "hanako", 303),
        ("everybody", "agent", 303),
        ("nobody", "agent", 422),
    ],
)
def test_the_setting_says_whose_browsers_count_apart(
    app: Flask,
    given: Given,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
    own_count_for: str,
    name: str,
    wanted: int,
) -> None:
    """For customers it is off at first: the manual says that even the right password is refused."""
    setting(app, monkeypatch, own_count_for=own_count_for)
    if name == "hanako":
        given(turn_mfa_on, name)
    client = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(client, name)
        method = "mail" if name == "hanako" else "app"
        choose(client, door, method)
        code = mailed_code(outbox()) if name == "hanako" else app_code()
        assert give(client, door, method, code).status == 303
        assert bool(marked(client, MarkKind.KNOWN)) == (wanted == 303)
        fail(InspectingClient(app), name, 5)
        assert status(client, name) == wanted


@pytest.mark.req("SEC-07")
def test_however_many_strangers_fail_the_desk_comes_in(app: Flask) -> None:
    """The throttles of networks are for browsers that nobody knows."""
    with clock.at(NOON):
        client, elsewhere = known(app), InspectingClient(app)
        for _ in range(10):
            knock_as(InspectingClient(app), "taro", "wrong", **from_address("192.0.2.1"))
        same_network = from_address("192.0.2.1")
        assert knock_as(elsewhere, "agent", **same_network).status == 429
        assert knock_as(client, "agent", **same_network).status == 303
        # Somebody else in it is a stranger like any other.
        assert knock_as(client, "cs_agent", **same_network).status == 429


@pytest.mark.req("SEC-16")
def test_the_cookie_is_out_of_reach_and_only_its_hash_is_stored(app: Flask, stored: Stored) -> None:
    with clock.at(NOON):
        client = known(app)
    value = marked(client, MarkKind.KNOWN) or ""
    assert len(bytes.fromhex(value)) == 32
    assert value not in str(stored(lambda session: session.scalars(select(BrowserMark.token_hash)).all()))


def test_who_needs_no_second_proof_gets_no_mark(signed_in: SignedIn) -> None:
    client = signed_in("taro").sign_in("taro")
    assert marked(client, MarkKind.KNOWN) is None
