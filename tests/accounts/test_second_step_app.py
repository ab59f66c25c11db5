"""Codes of an authenticator app: each works once, near its time; pairing, in the profile and on the way in."""

import re
import shutil
import sqlite3
import subprocess
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import authenticators, queries
from app.accounts.authenticators import padded
from app.accounts.models import Authenticator, DeskRole, MarkKind
from app.accounts.passwords import CHEAP, PasswordVault
from app.authz import system_actor
from tests import cast
from tests.cast import AUTHENTICATOR_SECRET, PASSWORD
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.sign_in import (
    NOON,
    app_code,
    choose,
    give,
    half_way,
    is_in,
    kinds,
    knock,
    knock_as,
    marked,
    next_network,
    open_sessions,
    pair_app,
    setting,
    wrong_code,
)
from tests.factories.wording import message

SECOND, STEP = timedelta(seconds=1), timedelta(seconds=30)
SETUP, PROFILE = "/console/login/setup", "/cs/profile/mfa"
NEW_AGENT = "new@desk.example"
SECRET = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")


@pytest.fixture
def taro(app: Flask, given: Given) -> InspectingClient:
    """Taro's browser; he has an app."""
    given(pair_app, "taro")
    return InspectingClient(app)


def sign_in(client: InspectingClient, code: str) -> int:
    return give(client, half_way(client, "taro"), "app", code, **next_network()).status


@pytest.mark.req("MFA-15", "SEC-12", "security:T11")
@pytest.mark.parametrize(
    ("step", "status"), [(-3, 422), (-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422), (3, 422)]
)
def test_a_code_is_good_for_its_step_and_one_either_side(
    taro: InspectingClient, step: int, status: int
) -> None:
    with clock.at(NOON):
        assert sign_in(taro, app_code(step=step)) == status


@pytest.mark.req("MFA-15", "security:T11")
@pytest.mark.parametrize(
    ("after", "status"),
    [
        (-STEP - SECOND, 422),
        (-STEP, 303),
        (timedelta(), 303),
        (2 * STEP - SECOND, 303),
        (2 * STEP, 422),
    ],
)
def test_to_the_second(taro: InspectingClient, after: timedelta, status: int) -> None:
    code = app_code(NOON)
    with clock.at(NOON + after):
        assert sign_in(taro, code) == status


@pytest.mark.req("security:T11")
@pytest.mark.parametrize(("step", "status"), [(-1, 422), (0, 303), (1, 422)])
def test_an_installation_may_take_the_current_step_alone(
    app: Flask, taro: InspectingClient, monkeypatch: pytest.MonkeyPatch, step: int, status: int
) -> None:
    setting(app, monkeypatch, totp_window=0)
    with clock.at(NOON):
        assert sign_in(taro, app_code(step=step)) == status


@pytest.mark.req("SEC-12", "MFA-15", "C39")
def test_no_code_works_twice_and_none_of_an_earlier_step_after_a_later_one(taro: InspectingClient) -> None:
    with clock.at(NOON):
        first, second, earlier = app_code(), app_code(step=1), app_code(step=-1)
        assert sign_in(taro, first) == 303
        assert sign_in(taro, first) == 422
        assert sign_in(taro, earlier) == 422
        assert sign_in(taro, second) == 303
        assert sign_in(taro, first) == 422, "remembering the last value alone would take it again"
    with clock.at(NOON + STEP):
        assert sign_in(taro, second) == 422
    with clock.at(NOON + 2 * STEP):
        assert sign_in(taro, app_code()) == 303


@pytest.mark.req("SEC-12", "REL-10")
def test_a_clock_set_back_revives_no_code(taro: InspectingClient) -> None:
    code = app_code(NOON)
    with clock.at(NOON):
        assert sign_in(taro, code) == 303
    for back in (STEP, timedelta(days=1)):
        with clock.at(NOON - back):
            assert sign_in(taro, code) == 422
            assert sign_in(taro, app_code()) == 422


@pytest.mark.req("SEC-12", "C37")
def test_codes_of_one_person_are_none_of_another(app: Flask, given: Given, taro: InspectingClient) -> None:
    given(pair_app, "hanako", secret="HXDMVJECJJWSRB3H")
    with clock.at(NOON):
        assert sign_in(taro, app_code(secret="HXDMVJECJJWSRB3H")) == 422
        client = InspectingClient(app)
        code = app_code(secret="HXDMVJECJJWSRB3H")
        assert give(client, half_way(client, "hanako"), "app", code).status == 303


@pytest.mark.req("MFA-14", "MFA-15")
def test_the_codes_of_a_common_tool_are_taken(app: Flask, given: Given) -> None:
    """Debian's oathtool, which knows nothing of us; without it, the same algorithm of another library."""
    secret = pyotp.random_base32(32)
    given(pair_app, "taro", secret=secret)
    tool = shutil.which("oathtool")
    if tool is None:
        code = pyotp.TOTP(secret).at(NOON)
    else:
        command = [tool, "--totp", "--base32", "--now", f"{NOON:%Y-%m-%d %H:%M:%S} UTC", secret]
        code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    with clock.at(NOON):
        assert sign_in(InspectingClient(app), code) == 303


@pytest.mark.req("SEC-11", "MFA-14")
def test_a_secret_is_long_random_and_in_no_copy_of_the_database(
    app: Flask, given: Given, stored: Stored
) -> None:
    settings = app.config["SETTINGS"]

    def secrets(session: Session) -> list[str]:
        return [authenticators.offer(settings, cast.person(session, "taro")).secret for _ in range(5)]

    made = stored(secrets)
    assert len(set(made)) == 5
    assert all(len(pyotp.TOTP(secret).byte_secret()) == 20 for secret in made), "160 bits"
    given(pair_app, "taro", secret=made[0])
    dump = "\n".join(sqlite3.connect(settings.data_dir / "madoguchi.sqlite3").iterdump())
    assert made[0] not in dump
    assert pyotp.TOTP(made[0]).byte_secret().hex().upper() not in dump.upper()
    assert AUTHENTICATOR_SECRET not in dump


def new_agent(session: Session) -> None:
    """An agent with a password and nothing else."""
    actor = system_actor("tests")
    user = accounts.create_agent(
        session,
        actor=actor,
        login_id=NEW_AGENT,
        mail=NEW_AGENT,
        family_name="新人",
        given_name="一",
        role=DeskRole.AGENT,
    )
    accounts.set_password(session, actor=actor, user=user, password=PASSWORD, vault=PasswordVault(CHEAP))


def secret_on(page: Page) -> str:
    """The secret as the page shows it for typing."""
    found = SECRET.search(page.words())
    assert found, "the page shows no secret"
    return found.group().replace(" ", "")


@pytest.mark.req("DESK-01", "SEC-15", "MFA-14", "MFA-15")
def test_an_agent_without_a_second_proof_sets_one_up_before_there_is_a_session(
    app: Flask, given: Given, stored: Stored
) -> None:
    given(new_agent)
    client = InspectingClient(app, language="ja")
    with clock.at(NOON):
        assert knock(client, "/console", NEW_AGENT, PASSWORD).location == "/console/login/method"
        assert client.get("/console/login/method").location == SETUP
        for elsewhere in ("app", "mail", "passkey", "recovery"):
            shown = InspectingClient(app)
            knock(shown, "/console", NEW_AGENT, PASSWORD)
            assert shown.get(f"/console/login/{elsewhere}").location == "/console/login?reason=proof"
        page = client.get(SETUP)
        secret = secret_on(page)
        again = client.submit(page, SETUP, code=wrong_code(pyotp.TOTP(secret).at(NOON)))
        assert (again.status, secret_on(again)) == (422, secret)
        assert message("M-07", "ja") in again.error_at("code")
        assert client.cookie() is None
        entered = client.submit(again, SETUP, code=pyotp.TOTP(secret).at(NOON))
        assert (entered.status, entered.location) == (303, "/console/")
        assert is_in(client, "/console/")
        # From now on the app is asked for, and what has paired it is used up.
        assert knock(client, "/console", NEW_AGENT, PASSWORD).location == "/console/login/method"
        assert client.get(SETUP).location == "/console/login?reason=proof"
    assert stored(kinds)[-5:-1] == ["mfa.paired", "mfa.set", "mfa.verified", "session.established"]


@pytest.mark.req("SEC-15", "MFA-15")
def test_who_has_a_second_proof_or_no_password_reaches_no_setup(app: Flask, given: Given) -> None:
    client = InspectingClient(app)
    assert client.get(SETUP).location == "/console/login?reason=proof"
    assert client.get("/cs/login/setup").location == "/cs/login?reason=proof"
    # Agents of the cast have theirs.
    given(pair_app, "taro")
    for name in ("agent", "taro"):
        door = half_way(client, name)
        assert client.get(f"{door}/login/setup").location == f"{door}/login?reason=proof"
        half_way(client, name)
        token = client.token(f"{door}/login/method")
        answer = client.post(f"{door}/login/setup", {"csrf_token": token, "code": "123456", "offer": ""})
        assert answer.location == f"{door}/login?reason=proof"
        assert client.cookie() is None


@pytest.mark.req("SEC-11", "MFA-15")
@pytest.mark.parametrize(
    ("whose", "status"),
    [("their own", 303), ("another's", 422), ("an hour old", 422), ("made up", 422), ("none", 422)],
)
def test_only_a_secret_offered_to_this_person_of_late_is_paired(
    app: Flask, given: Given, stored: Stored, whose: str, status: int
) -> None:
    given(new_agent)
    settings = app.config["SETTINGS"]

    def offers(session: Session) -> dict[str, tuple[str, str]]:
        agent, owner = cast.person(session, "agent"), queries.user_by_login(session, NEW_AGENT)
        assert owner is not None
        with clock.at(NOON - SECOND):
            made = authenticators.offer(settings, agent)
        with clock.at(NOON - timedelta(hours=1, seconds=1)):
            old = authenticators.offer(settings, owner)
        with clock.at(NOON - timedelta(hours=1)):
            own = authenticators.offer(settings, owner)
        return {
            "their own": (own.sealed, own.secret),
            "another's": (made.sealed, made.secret),
            "an hour old": (old.sealed, old.secret),
            "made up": ("gAAAAA" + "A" * 94, padded(AUTHENTICATOR_SECRET)),
            "none": ("", padded(AUTHENTICATOR_SECRET)),
        }

    sealed, secret = stored(offers)[whose]
    client = InspectingClient(app)
    with clock.at(NOON):
        knock(client, "/console", NEW_AGENT, PASSWORD)
        page = client.submit(client.get(SETUP), SETUP, offer=sealed, code=pyotp.TOTP(secret).at(NOON))
        assert page.status == status
        assert status == 303 or secret_on(page) != secret, "a fresh one is offered instead"
    assert (client.cookie() is None) == (status == 422)


@pytest.mark.req("MFA-13", "MFA-14", "MFA-15", "SEC-11")
def test_pairing_in_the_profile_turns_mfa_on_and_shows_the_secret_this_once(
    signed_in: SignedIn, outbox: Outbox, stored: Stored
) -> None:
    client = signed_in("taro")
    with clock.at(clock.now()):
        page = client.get(PROFILE)
        secret = secret_on(page)
        address = f"otpauth://totp/Madoguchi:taro%40sample.example.cs?secret={secret}&issuer=Madoguchi"
        picture = authenticators.Offer(secret, "", address).picture()
        assert picture in {item.get("src") for item in page.all("img")}, "the QR code holds the address"
        assert client.submit(page, PROFILE, code=pyotp.TOTP(secret).now()).status == 303
    assert stored(lambda session: cast.person(session, "taro").mfa_enabled)
    assert is_in(client), "the session in which it was done goes on"
    for path in (PROFILE, "/cs/profile", "/cs/"):
        assert secret not in client.get(path).text
    (mail,) = outbox()
    assert secret not in mail.subject + mail.text


@pytest.mark.req("MFA-15")
def test_a_wrong_code_leaves_all_as_it_was(signed_in: SignedIn, stored: Stored, outbox: Outbox) -> None:
    client = signed_in("taro")
    page = client.get(PROFILE)
    secret = secret_on(page)
    for code in (wrong_code(pyotp.TOTP(secret).now()), "12345", ""):
        again = client.submit(page, PROFILE, code=code)
        assert again.status == 422
        assert again.error_at("code")
        assert secret_on(again) == secret
    assert not stored(lambda session: cast.person(session, "taro").mfa_enabled)
    assert stored(lambda session: session.get(Authenticator, cast.person(session, "taro").id)) is None
    assert outbox() == []


@pytest.mark.req("MFA-16", "MFA-11", "SEC-22", "SEC-12")
def test_a_new_pairing_replaces_the_former_device_and_ends_what_stood_on_it(
    signed_in: SignedIn, taro: InspectingClient, stored: Stored
) -> None:
    with clock.at(NOON):
        door = half_way(taro, "taro")
        give(taro, door, "app", app_code(), remember=True)
        assert marked(taro, MarkKind.EXEMPTION)
        client = signed_in("taro")
        page = client.get(PROFILE)
        secret = secret_on(page)
        assert client.submit(page, PROFILE, code=pyotp.TOTP(secret).at(NOON)).status == 303
        assert stored(lambda session: open_sessions(session, "taro")) == 1
        assert not is_in(taro)
        assert knock_as(taro, "taro").location == "/cs/login/method", "the exemption is void"
        choose(taro, door, "app")
        assert give(taro, door, "app", app_code(step=1)).status == 422, "the old device"
        assert give(taro, door, "app", pyotp.TOTP(secret).at(NOON)).status == 422, "what has paired it"
        assert give(taro, door, "app", pyotp.TOTP(secret).at(NOON + STEP)).status == 303
