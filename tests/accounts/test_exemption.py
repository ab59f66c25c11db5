"""Eight hours without a code in one browser: for one person, not sliding, void when proofs change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import bars
from app.accounts.actions import contacts
from app.accounts.models import BrowserMark, MarkKind
from app.authz import system_actor
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.own_account import mark_browser
from tests.factories.sign_in import (
    NOON,
    app_code,
    ask_for_reset_as,
    choose,
    freeze,
    give,
    half_way,
    is_in,
    knock,
    knock_as,
    mailed_code,
    mailed_link,
    mark,
    marked,
    pair_app,
    set_password,
    setting,
    turn_mfa_on,
)

pytestmark = pytest.mark.req("MFA-11", "SEC-16", "security:T04")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
HOME, CODE_DUE = "/cs/", "/cs/login/method"
NEW_PASSWORD = "Blue*Harbour7417"


def exempt(app: Flask, name: str = "taro") -> InspectingClient:
    """A browser in which somebody has just given a code and ticked the box."""
    client = InspectingClient(app)
    door = half_way(client, name)
    assert give(client, door, "app", app_code(), remember=True).status == 303
    return client


@pytest.fixture
def client(app: Flask, given: Given) -> InspectingClient:
    """Taro's browser, exempt since noon."""
    given(pair_app, "taro")
    with clock.at(NOON):
        return exempt(app)


@pytest.mark.parametrize(
    ("age", "location"),
    [(SECOND, HOME), (8 * HOUR - SECOND, HOME), (8 * HOUR, CODE_DUE), (9 * HOUR, CODE_DUE)],
)
def test_it_lasts_eight_hours_from_the_code(client: InspectingClient, age: timedelta, location: str) -> None:
    with clock.at(NOON + age):
        assert knock_as(client, "taro").location == location


def test_use_does_not_lengthen_it(client: InspectingClient) -> None:
    for hours in (3, 6, 7.99):
        with clock.at(NOON + hours * HOUR):
            assert knock_as(client, "taro").location == HOME
    with clock.at(NOON + 8 * HOUR):
        assert knock_as(client, "taro").location == CODE_DUE


def test_without_the_tick_and_in_another_browser_the_code_is_asked_for(
    app: Flask, client: InspectingClient
) -> None:
    with clock.at(NOON + HOUR):
        other = InspectingClient(app)
        assert knock_as(other, "taro").location == CODE_DUE
        give(other, "/cs", "app", app_code())
        assert marked(other, MarkKind.EXEMPTION) is None
        assert knock_as(other, "taro").location == CODE_DUE
        assert knock_as(client, "taro", "wrong").status == 422, "the password is asked for all the same"


def test_it_is_no_other_persons(app: Flask, given: Given, client: InspectingClient) -> None:
    given(pair_app, "hanako")
    with clock.at(NOON + HOUR):
        assert knock_as(client, "hanako").location == CODE_DUE
        thief = InspectingClient(app)
        mark(thief, MarkKind.EXEMPTION, marked(client, MarkKind.EXEMPTION) or "")
        assert knock_as(thief, "hanako").location == CODE_DUE
        assert knock_as(thief, "hanako", service="fm").location == "/fm/login/method"


@pytest.mark.parametrize("planted", ["", "0" * 64, "0" * 63, "x", "\N{SNOWMAN}", "0" * 3_000, "1"])
def test_nothing_else_exempts(app: Flask, given: Given, planted: str) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    mark(client, MarkKind.EXEMPTION, planted)
    assert knock_as(client, "taro").location == CODE_DUE


def by_password_change(client: InspectingClient, _: object) -> None:
    assert is_in(client)
    page = client.get("/cs/profile/password")
    fields = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.submit(page, "/cs/profile/password", **fields).status == 303


def by_reset(client: InspectingClient, outbox: Outbox) -> None:
    other = InspectingClient(client._app)
    ask_for_reset_as(other, "taro")
    assert set_password(other, mailed_link(outbox()), NEW_PASSWORD).status == 303


@pytest.mark.req("RESET-11", "PW-08")
@pytest.mark.parametrize("change", [by_password_change, by_reset])
def test_a_new_password_ends_it(
    client: InspectingClient, outbox: Outbox, change: Callable[[InspectingClient, Outbox], None]
) -> None:
    with clock.at(NOON + timedelta(minutes=1)):
        change(client, outbox)
        assert knock(client, "/cs", cast.ROLES["taro"].login_id, NEW_PASSWORD).location == CODE_DUE


def by_pairing(session: Session) -> None:
    pair_app(session, "taro", secret="HXDMVJECJJWSRB3H")


def by_mfa_switched(session: Session) -> None:
    taro, hanako = cast.person(session, "taro"), cast.actor_of(session, "hanako")
    for is_enabled in (False, True):
        data = replace(contacts.data_of(taro), mfa_enabled=is_enabled)
        contacts.edit(session, taro, actor=hanako, version=contacts.version_of(taro), data=data)


def by_box_alone(session: Session) -> None:
    turn_mfa_on(session, "taro")


def by_disabling(session: Session) -> None:
    taro, hanako = cast.person(session, "taro"), cast.actor_of(session, "hanako")
    contacts.disable(session, taro, actor=hanako)
    contacts.enable(session, taro, actor=hanako, shown=[bar.token for bar in bars.bars_of(session, taro)])


def by_plain_disabling(session: Session) -> None:
    taro, actor = cast.person(session, "taro"), system_actor("tests")
    accounts.disable(session, actor=actor, user=taro)
    bars.end(session, actor=actor, user=taro, shown=[bar.token for bar in bars.bars_of(session, taro)])


def by_brake(session: Session) -> None:
    freeze(session, "taro")
    taro = cast.person(session, "taro")
    shown = [bar.token for bar in bars.bars_of(session, taro)]
    bars.end(session, actor=system_actor("tests"), user=taro, shown=shown)


@pytest.mark.req("SEC-09", "AUTH-07", "MFA-16")
@pytest.mark.parametrize(
    "change", [by_pairing, by_mfa_switched, by_box_alone, by_disabling, by_plain_disabling, by_brake]
)
def test_a_change_of_proofs_ends_it(
    client: InspectingClient, given: Given, change: Callable[[Session], None]
) -> None:
    with clock.at(NOON + timedelta(minutes=1)):
        given(change)
        assert knock_as(client, "taro").location == CODE_DUE


def test_one_that_a_mailed_code_has_given_dies_with_a_pairing(
    app: Flask, given: Given, outbox: Outbox
) -> None:
    given(turn_mfa_on, "taro")
    client = InspectingClient(app)
    with clock.at(NOON):
        door = half_way(client, "taro")
        choose(client, door, "mail")
        give(client, door, "mail", mailed_code(outbox()), remember=True)
        assert knock_as(client, "taro").location == HOME
        given(pair_app, "taro")
        assert knock_as(client, "taro").location == CODE_DUE


@pytest.mark.req("DESK-01")
def test_agents_have_none_whatever_is_posted(app: Flask, given: Given) -> None:
    with clock.at(NOON):
        client = exempt(app, "agent")
        assert marked(client, MarkKind.EXEMPTION) is None
        # Nor would one count that came into the database in whatever way.
        mark(client, MarkKind.EXEMPTION, given(mark_browser, "agent", MarkKind.EXEMPTION))
        assert knock_as(client, "agent").location == "/console/login/method"


@pytest.mark.parametrize(("hours", "label"), [(0, None), (2, "今後2時間、"), (8, "今後8時間、")])
def test_the_installation_says_how_long(
    app: Flask, given: Given, monkeypatch: pytest.MonkeyPatch, hours: int, label: str | None
) -> None:
    setting(app, monkeypatch, exemption_hours=hours)
    given(pair_app, "taro")
    client = InspectingClient(app, language="ja")
    with clock.at(NOON):
        half_way(client, "taro")
        page = client.get("/cs/login/app")
        assert len(page.all("input", name="remember")) == (1 if label else 0)
        assert label is None or label in page.words()
    with clock.at(NOON):
        client = exempt(app)
    for age, location in ((hours * HOUR - SECOND, HOME if hours else CODE_DUE), (hours * HOUR, CODE_DUE)):
        with clock.at(NOON + max(age, timedelta())):
            assert knock_as(client, "taro").location == location


@pytest.mark.req("SEC-10")
def test_for_a_sensitive_act_it_stands_in_for_nothing(client: InspectingClient, signed_in: SignedIn) -> None:
    """The password of just now is half a proof; the other half is as old as the code."""
    with clock.at(NOON + HOUR):
        assert knock_as(client, "taro").location == HOME
        asked = client.act("/cs/profile/mfa", code="000000", offer="")
        assert asked.location == "/cs/confirm"
        answer = client.submit(client.get("/cs/confirm"), "/cs/confirm", password=PASSWORD)
        assert answer.location == CODE_DUE, "and here no browser is exempt"
        page = client.get("/cs/login/app")
        assert page.all("input", name="remember") == []
        assert give(client, "/cs", "app", app_code()).location == "/cs/confirm/continue"
    fresh = signed_in("taro")
    assert fresh.act("/cs/profile/mfa", code="000000", offer="").status == 422


@pytest.mark.req("SEC-10")
@pytest.mark.parametrize(
    ("age", "status"), [(10 * timedelta(minutes=1) - SECOND, 422), (timedelta(minutes=10), 303)]
)
def test_the_ten_minutes_of_the_code_itself_are_kept(
    client: InspectingClient, age: timedelta, status: int
) -> None:
    with clock.at(NOON + age):
        assert knock_as(client, "taro").location == HOME
        assert client.act("/cs/profile/mfa", code="000000", offer="").status == status


@pytest.mark.req("REL-10")
def test_a_clock_set_back_makes_it_no_longer(client: InspectingClient) -> None:
    with clock.at(NOON - SECOND):
        assert knock_as(client, "taro").location == CODE_DUE


def test_the_cookie_is_random_and_out_of_reach(app: Flask, given: Given, stored: Stored) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    door = half_way(client, "taro")
    answer = give(client, door, "app", app_code(), remember=True).answer
    (cookie,) = [text for text in answer.headers.getlist("Set-Cookie") if "-exempt=" in text]
    name, _, rest = cookie.partition("=")
    value, _, rules = rest.partition(";")
    assert name.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"} <= {
        part.strip() for part in rules.split(";")
    }
    assert len(bytes.fromhex(value)) == 32
    assert value not in str(stored(lambda session: session.scalars(select(BrowserMark.token_hash)).all()))
