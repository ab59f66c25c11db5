"""A hundred wrong passwords in a row ask for a code by mail beside the right one, and for no more (SEC-06)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts import tries
from app.accounts.models import MarkKind, TryKind
from app.accounts.tries import CLOSED_FOR, MOST, UNLOCK_CODE_FROM
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, Stored
from tests.factories.sign_in import (
    NOON,
    app_code,
    choose,
    count_of,
    fail,
    give,
    half_way,
    is_in,
    knock_as,
    mailed_code,
    marked,
    next_network,
    pair_app,
    setting,
    turn_mfa_on,
    wrong_code,
)

LOCKS = UNLOCK_CODE_FROM // MOST
UNTIL = NOON + LOCKS * CLOSED_FOR
WHY = "ログイン失敗が非常に多いため"


def failed(session: Session, name: str, times: int) -> None:
    """So many failures in a row, lock after lock, the last of them just now."""
    subject = cast.person(session, name).subject_for_tries
    for number in range(times):
        with clock.at(NOON + number // MOST * CLOSED_FOR):
            assert not tries.charge(session, TryKind.PASSWORD, subject).is_barred


@pytest.mark.req("SEC-06", "security:T02", "AUTH-05")
def test_after_20_locks_the_right_password_also_needs_a_mailed_code_and_no_lock_is_for_ever(
    app: Flask, outbox: Outbox, stored: Stored
) -> None:
    client = InspectingClient(app, language="ja")
    for number in range(LOCKS):
        with clock.at(NOON + number * CLOSED_FOR):
            fail(client, "hanako", 7)
    assert stored(lambda session: count_of(session, "hanako").since_success) == UNLOCK_CODE_FROM
    outbox()
    with clock.at(UNTIL - timedelta(seconds=1)):
        assert knock_as(client, "hanako").status == 422
    with clock.at(UNTIL):
        door = half_way(client, "hanako")
        assert client.cookie() is None
        page = client.get(f"{door}/login/method")
        assert [item.get("value") for item in page.all("button", name="method")] == ["mail"]
        assert choose(client, door, "mail").location == "/cs/login/mail"
        assert give(client, door, "mail", mailed_code(outbox())).location == "/cs/"
        assert is_in(client)
        # That was it: the next sign-in is as ever, and the count begins anew.
        assert knock_as(InspectingClient(app), "hanako").location == "/cs/"
    assert stored(lambda session: count_of(session, "hanako").since_success) == 0


@pytest.mark.req("SEC-06")
@pytest.mark.parametrize(
    ("failures", "location"), [(UNLOCK_CODE_FROM - 1, "/cs/"), (UNLOCK_CODE_FROM, "/cs/login/method")]
)
def test_the_hundredth_failure_makes_the_difference(
    app: Flask, given: Given, failures: int, location: str
) -> None:
    given(failed, "hanako", failures)
    with clock.at(UNTIL):
        assert knock_as(InspectingClient(app), "hanako").location == location


@pytest.mark.req("SEC-06", "AUTH-04")
def test_a_wrong_password_is_refused_as_ever_and_nothing_is_mailed(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(failed, "hanako", UNLOCK_CODE_FROM)
    with clock.at(UNTIL):
        page = knock_as(InspectingClient(app), "hanako", "wrong")
    assert page.status == 422
    assert outbox() == []


@pytest.mark.req("SEC-06")
def test_the_password_alone_does_not_set_the_count_back(app: Flask, given: Given, outbox: Outbox) -> None:
    given(failed, "hanako", UNLOCK_CODE_FROM)
    with clock.at(UNTIL):
        for _ in range(3):
            half_way(InspectingClient(app), "hanako")
        client = InspectingClient(app)
        door = half_way(client, "hanako")
        choose(client, door, "mail")
        assert give(client, door, "mail", wrong_code(mailed_code(outbox()))).status == 422
        assert knock_as(InspectingClient(app), "hanako").location == "/cs/login/method"
    # And it does not count as a failure either.
    with clock.at(UNTIL + timedelta(minutes=1)):
        fail(client, "hanako", 4)
        assert knock_as(InspectingClient(app), "hanako").location == "/cs/login/method"


@pytest.mark.req("SEC-06", "DESK-01", "security:T06")
def test_an_agent_owes_the_code_of_the_app_after_it(app: Flask, given: Given, outbox: Outbox) -> None:
    given(failed, "agent", UNLOCK_CODE_FROM)
    client = InspectingClient(app, language="ja")
    with clock.at(UNTIL):
        door = half_way(client, "agent")
        page = client.get("/console/login/method")
        assert WHY in page.words()
        choose(client, door, "mail")
        assert give(client, door, "mail", mailed_code(outbox())).location == "/console/login/method"
        assert not is_in(client, "/console/")
        page = client.get("/console/login/method")
        assert WHY not in page.words()
        assert [item.get("value") for item in page.all("button", name="method")] == ["app"]
        choose(client, door, "app")
        assert give(client, door, "app", app_code()).location == "/console/"


@pytest.mark.req("SEC-06")
def test_no_other_method_and_no_exemption_stands_in_for_it(app: Flask, given: Given, outbox: Outbox) -> None:
    given(pair_app, "taro")
    exempt = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(exempt, "taro")
        choose(exempt, door, "app")
        assert give(exempt, door, "app", app_code(), remember=True).status == 303
        assert knock_as(exempt, "taro").location == "/cs/"
    given(failed, "taro", UNLOCK_CODE_FROM)
    with clock.at(UNTIL):
        assert knock_as(exempt, "taro").location == "/cs/login/method"
        assert choose(exempt, door, "app").status == 422
        assert exempt.get("/cs/login/app").location == "/cs/login?reason=proof"
        half_way(exempt, "taro")
        choose(exempt, door, "mail")
        page = exempt.get("/cs/login/mail")
        assert page.all("input", name="remember") == []
        # The mail is a method of his anyway, so it is the second proof as well.
        assert give(exempt, door, "mail", mailed_code(outbox()), remember=True).location == "/cs/"


@pytest.mark.req("SEC-06", "SEC-16")
def test_the_code_that_unlocks_exempts_no_browser(app: Flask, given: Given, outbox: Outbox) -> None:
    given(turn_mfa_on, "taro")
    given(failed, "taro", UNLOCK_CODE_FROM)
    client = InspectingClient(app)
    with clock.at(UNTIL):
        door = half_way(client, "taro")
        choose(client, door, "mail")
        assert give(client, door, "mail", mailed_code(outbox()), remember=True).location == "/cs/"
        assert knock_as(client, "taro").location == "/cs/login/method"


@pytest.mark.req("SEC-06", "security:T02")
def test_a_browser_that_counts_apart_asks_for_it_by_its_own_count_and_once(
    app: Flask, given: Given, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(app, monkeypatch, own_count_for="everybody")
    given(turn_mfa_on, "hanako")
    client = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(client, "hanako")
        choose(client, door, "mail")
        give(client, door, "mail", mailed_code(outbox()))
        assert marked(client, MarkKind.KNOWN)
    for number in range(LOCKS):
        with clock.at(NOON + number * CLOSED_FOR):
            fail(client, "hanako", MOST)
    with clock.at(UNTIL):
        half_way(client, "hanako")
        assert client.get("/cs/login/method").one("button", name="method").get("value") == "mail"
        choose(client, door, "mail")
        assert give(client, door, "mail", mailed_code(outbox())).location == "/cs/"
        # The second code is the one of the account itself, not of the lock.
        half_way(client, "hanako")
        assert WHY not in client.get("/cs/login/method").words()


@pytest.mark.req("SEC-06")
def test_a_disabled_or_numberless_user_gets_no_code_either(app: Flask, given: Given, outbox: Outbox) -> None:
    for name in ("kaito", "charlie"):
        given(failed, name, UNLOCK_CODE_FROM)
        with clock.at(UNTIL):
            assert knock_as(InspectingClient(app), name, PASSWORD, "cs", **next_network()).status == 422
    assert outbox() == []
