"""Between password and code: what is open then, for how long, and that no cookie turns it back (SEC-15, C10, C37)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from app import clock
from app.accounts import actions as accounts
from app.accounts import resets
from app.accounts.models import Proof, SessionEnd, UserNumber
from app.accounts.proofs import COOKIE
from app.accounts.security import lose_proofs
from app.authz import access_of, system_actor
from tests import cast
from tests.cast import ROLES
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, Stored
from tests.factories.sign_in import (
    HOST,
    NOON,
    app_code,
    choose,
    freeze,
    give,
    half_way,
    is_in,
    mailed_code,
    next_network,
    pair_app,
    wrong_code,
)

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PROOF = "/cs/login?reason=proof"
# Everything that answers to somebody without a session. What is not here asks for one.
OPEN = frozenset(
    {
        *(
            "front_door.enter",
            "front_door.alive",
            "front_door.ready",
            "styleguide.show",
            "demo.mails",
            "static",
            # Programs show a token of their own: tests/intake.
            "intake.cases.bring_alert",
        ),
        *(
            f"{shell}.accounts.{view}"
            for shell in ("portal", "console")
            for view in (
                *("show_sign_in", "sign_in", "take_sign_in", "choose_method", "take_method"),
                *("app_code", "take_app_code", "mail_code", "take_mail_code", "send_another_code"),
                *("passkey", "take_passkey", "put_passkey_challenge", "recovery_code", "take_recovery_code"),
                *("setup", "take_setup", "forgot", "take_forgot", "verify", "take_verify", "sent"),
                *("reset", "take_reset", "not_me", "freeze"),
            )
        ),
    }
)


@pytest.fixture
def client(app: Flask, given: Given) -> InspectingClient:
    """Taro's browser; he has an app."""
    given(pair_app, "taro")
    return InspectingClient(app)


def proof_cookie(client: InspectingClient) -> str:
    found = client._client.get_cookie(COOKIE, domain=HOST)
    return found.value if found else ""


def plant(client: InspectingClient, value: str) -> None:
    client._client.set_cookie(COOKIE, value, domain=HOST, secure=True)


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of every route."""
    finder = app.url_map.bind(HOST, url_scheme="https")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule.endpoint, method, finder.build(rule.endpoint, _values(rule), method=method)


def _values(rule: Rule) -> dict[str, str | int]:
    values: dict[str, str | int] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if name == "service_slug":
            values[name] = "cs"
        elif isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "x"
    return values


@pytest.mark.req("SEC-15", "C36")
@pytest.mark.parametrize(("name", "shell"), [("taro", "portal"), ("agent", "console")])
def test_every_route_but_the_listed_few_leads_to_sign_in(
    app: Flask, given: Given, name: str, shell: str
) -> None:
    given(pair_app, "taro")
    client = InspectingClient(app)
    half_way(client, name)
    token = client.token()
    seen = 0
    for endpoint, method, path in routes(app):
        access = access_of(app.view_functions[endpoint]) if endpoint in app.view_functions else None
        if endpoint in OPEN:
            assert access is None or access.permission is None, f"{endpoint} is listed as open, yet asks"
            continue
        assert access is not None, endpoint
        assert access.permission is not None, f"{endpoint} is open and not listed"
        answer = client._client.open(
            path,
            method=method,
            base_url=f"https://{HOST}",
            data={"csrf_token": token} if method != "GET" else None,
        )
        if vars(app.view_functions[endpoint]).get("is_in_background"):
            # What the page itself asks for leads nobody anywhere (SEC-21).
            assert (answer.status_code, answer.data) == (401, b""), path
            continue
        door = "/console/login" if endpoint.startswith("console.") else "/cs/login"
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, door), path
        seen += endpoint.startswith(shell)
    assert seen > 10
    assert client.cookie() is None


@pytest.mark.req("SEC-15")
def test_the_list_names_what_there_is(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    open_to_all = {
        endpoint
        for endpoint in endpoints & set(app.view_functions)
        if (access := access_of(app.view_functions[endpoint])) and access.permission is None
    }
    assert open_to_all - OPEN == set()


@pytest.mark.req("SEC-15", "SEC-14")
@pytest.mark.parametrize(("age", "status"), [(15 * MINUTE - SECOND, 200), (15 * MINUTE, 303)])
def test_half_way_lasts_a_quarter_of_an_hour(client: InspectingClient, age: timedelta, status: int) -> None:
    with clock.at(NOON):
        half_way(client, "taro")
    with clock.at(NOON + age):
        page = client.get("/cs/login/app")
        assert page.status == status
        token = client.token()
        answer = client.post("/cs/login/app", {"csrf_token": token, "code": app_code()})
        assert answer.location == ("/cs/" if status == 200 else PROOF)
        assert is_in(client) == (status == 200)


@pytest.mark.req("SEC-15", "REL-10")
def test_a_clock_set_back_revives_nothing(client: InspectingClient) -> None:
    with clock.at(NOON):
        half_way(client, "taro")
    with clock.at(NOON - SECOND):
        assert client.get("/cs/login/app").location == PROOF


@pytest.mark.req("SEC-15", "SEC-20", "C10")
@pytest.mark.parametrize(
    "planted", ["", "0" * 64, "f" * 63, "x", "0" * 3_000, "\N{SNOWMAN}", "00" * 32 + " "]
)
def test_a_planted_cookie_is_nobody(client: InspectingClient, planted: str) -> None:
    plant(client, planted)
    for path in ("method", "app", "mail", "setup", "passkey", "recovery"):
        assert client.get(f"/cs/login/{path}").location == PROOF
    half_way(client, "taro")
    assert proof_cookie(client) not in {planted, ""}


@pytest.mark.req("C37", "SEC-13", "MFA-12")
def test_the_cookie_of_the_first_try_before_the_sixth_turns_no_count_back(
    app: Flask, client: InspectingClient, stored: Stored
) -> None:
    with clock.at(NOON):
        half_way(client, "taro")
        jar = {item.key: item.value for item in (client._client._cookies or {}).values()}
        for _ in range(5):
            give(client, "/cs", "app", wrong_code(app_code()), **next_network())
        replayed = InspectingClient(app)
        for name, value in jar.items():
            replayed._client.set_cookie(name, value, domain=HOST, secure=True)
        assert replayed.get("/cs/login/app").location == PROOF
        token = replayed.token()
        answer = replayed.post("/cs/login/app", {"csrf_token": token, "code": app_code()})
        assert answer.location == PROOF
        assert not is_in(replayed)
    assert stored(lambda session: session.scalars(select(Proof.wrong_codes)).one()) == 5


@pytest.mark.req("SEC-15", "C37", "C08")
def test_a_proof_that_led_to_a_session_leads_to_no_second_one(app: Flask, client: InspectingClient) -> None:
    with clock.at(NOON):
        half_way(client, "taro")
        thief = InspectingClient(app)
        plant(thief, proof_cookie(client))
        assert give(client, "/cs", "app", app_code()).location == "/cs/"
        assert proof_cookie(client) == ""
        token = thief.token()
        answer = thief.post("/cs/login/app", {"csrf_token": token, "code": app_code(step=1)})
        assert answer.location == PROOF
        assert not is_in(thief)


@pytest.mark.req("SEC-15", "SVC-05", "DESK-01")
def test_it_is_good_at_its_own_door_alone(app: Flask, given: Given) -> None:
    given(pair_app, "hanako")
    client = InspectingClient(app)
    with clock.at(NOON):
        half_way(client, "hanako", "cs")
        for door in ("/fm", "/console"):
            assert client.get(f"{door}/login/app").location == f"{door}/login?reason=proof"
            half_way(client, "hanako", "cs")
        assert give(client, "/cs", "app", app_code()).location == "/cs/"


def lose(session: Session) -> None:
    lose_proofs(session, cast.person(session, "taro"), reason=SessionEnd.PASSWORD)
    _told(session)


def disable(session: Session) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, "taro"))


def freeze_taro(session: Session) -> None:
    freeze(session, "taro")


def _told(session: Session) -> None:
    taro = cast.person(session, "taro")
    accounts.set_mfa(session, actor=system_actor("tests"), user=taro, is_enabled=True)


@pytest.mark.req("SEC-22", "SEC-15", "AUTH-07")
@pytest.mark.parametrize("change", [lose, disable, freeze_taro])
def test_what_happens_to_the_account_meanwhile_ends_it(
    client: InspectingClient, given: Given, change: object
) -> None:
    with clock.at(NOON):
        half_way(client, "taro")
        token = client.token("/cs/login/app")
        given(change)
        answer = client.post("/cs/login/app", {"csrf_token": token, "code": app_code()})
        assert answer.location == PROOF
        assert not is_in(client)


@pytest.mark.req("SVC-04", "SEC-22")
def test_who_loses_the_number_meanwhile_reaches_nothing(client: InspectingClient, given: Given) -> None:
    def unlink(session: Session) -> None:
        session.execute(delete(UserNumber).where(UserNumber.user_id == cast.person(session, "taro").id))

    with clock.at(NOON):
        half_way(client, "taro")
        given(unlink)
        give(client, "/cs", "app", app_code())
        assert client.get("/cs/").location.startswith("/cs/login")


@pytest.mark.req("SEC-15", "SEC-19")
def test_what_the_browser_holds_is_random_and_only_its_hash_is_stored(
    client: InspectingClient, stored: Stored
) -> None:
    half_way(client, "taro")
    value = proof_cookie(client)
    assert len(bytes.fromhex(value)) == 32
    hashes = stored(lambda session: session.scalars(select(Proof.token_hash)).all())
    assert value not in hashes
    for stolen in hashes:
        plant(client, stolen)
        assert client.get("/cs/login/app").location == PROOF


@pytest.mark.req("security:T06", "SEC-15", "RESET-11")
def test_after_a_mailed_reset_a_paired_app_is_the_only_way_until_it_was_used(
    client: InspectingClient, given: Given, outbox: Outbox
) -> None:
    """The link of the reset and the code would reach the same mailbox."""

    def bar(session: Session) -> None:
        cast.person(session, "taro").mail_code_barred = True
        _told(session)

    def ways() -> list[str | None]:
        page = client.get("/cs/login/method")
        return [item.get("value") for item in page.all("button", name="method")]

    assert timedelta(hours=24) == resets.WAIT
    with clock.at(NOON):
        given(bar)
        half_way(client, "taro")
        assert ways() == ["app"]
        assert choose(client, "/cs", "mail").status == 422
        assert client.act("/cs/login/mail/codes").location == PROOF
        assert outbox() == []
        half_way(client, "taro")
        assert give(client, "/cs", "app", app_code()).location == "/cs/"
        half_way(client, "taro")
        assert ways() == ["app", "mail"]
        choose(client, "/cs", "mail")
        assert give(client, "/cs", "mail", mailed_code(outbox())).location == "/cs/"


@pytest.mark.req("SEC-15")
def test_nobody_is_told_of_ways_before_the_password(app: Flask) -> None:
    client = InspectingClient(app)
    for name in ("taro", "agent", "kaito"):
        door = "/console" if ROLES[name].desk_role else "/cs"
        for page in ("method", "app", "mail", "setup"):
            assert client.get(f"{door}/login/{page}").location == f"{door}/login?reason=proof"
