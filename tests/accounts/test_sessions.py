"""Sessions: cookies, time-outs, sign-out, and what a withdrawn right does to an open one."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import session as sessions
from app.accounts.models import AgentService, AuthSession, UserNumber
from app.accounts.roles import ADMINISTRATOR, GENERAL_USER
from app.accounts.session import COOKIE
from app.authz import Permission, system_actor
from app.journal import JournalEvent
from tests import cast
from tests.cast import PASSWORD
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import message


def _cookies(page: Page) -> dict[str, str]:
    headers = page.answer.headers.getlist("Set-Cookie")
    return {header.partition("=")[0]: header.partition(";")[2] for header in headers}


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))


@pytest.mark.req("SESS-03", "SEC-19")
def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(client: InspectingClient) -> None:
    fields = client.get("/cs/login").form("/cs/login")
    answer = client.post(
        "/cs/login", {**fields, "login_id": "hanako@sample.example.cs", "password": PASSWORD}
    )
    cookies = _cookies(answer)
    assert COOKIE in cookies
    for name, rules in cookies.items():
        assert name.startswith("__Host-")
        parts = {part.strip() for part in rules.split(";")}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert not any(part.startswith("Domain") for part in parts)


@pytest.mark.req("SEC-19", "SESS-03")
def test_the_database_holds_only_the_hash_of_a_long_random_identifier(
    signed_in: SignedIn, stored: Stored
) -> None:
    tokens = {signed_in("hanako").cookie() or "" for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(bytes.fromhex(token)) == 32 for token in tokens)
    hashes = stored(lambda session: session.scalars(select(AuthSession.token_hash)).all())
    assert len(hashes) == 3
    assert not tokens & set(hashes)
    assert all(client.get("/cs/").status == 303 for client in _with_cookies(signed_in, hashes))


def _with_cookies(signed_in: SignedIn, values: list[str]) -> list[InspectingClient]:
    clients = [signed_in("taro") for _ in values]
    for client, value in zip(clients, values, strict=True):
        client.set_cookie(value)
    return clients


@pytest.mark.req("SEC-20", "SESS-03")
@pytest.mark.parametrize("planted", ["0" * 64, "f" * 64, "x", "", "\N{SNOWMAN}", "a" * 3000])
def test_an_identifier_planted_before_sign_in_is_worth_nothing(app: Flask, planted: str) -> None:
    client, attacker = InspectingClient(app), InspectingClient(app)
    for browser in (client, attacker):
        browser.set_cookie(planted)
    assert client.get("/cs/").status == 303
    client.sign_in("hanako")
    assert client.cookie() not in {planted, None}
    assert attacker.get("/cs/").status == 303


@pytest.mark.req("SEC-20")
def test_signing_in_again_ends_the_session_before(app: Flask, signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    thief = InspectingClient(app)
    thief.set_cookie(client.cookie() or "")
    assert thief.get("/cs/").status == 200
    client.sign_in("taro")
    assert thief.get("/cs/").status == 303


@pytest.mark.req("SESS-01", "SESS-02", "SEC-21", "M-08")
@pytest.mark.parametrize(("language", "person"), [("ja", "hanako"), ("en", "alice")])
def test_an_idle_session_ends_by_itself_and_the_page_asked_for_is_kept(
    signed_in: SignedIn, language: str, person: str
) -> None:
    client = signed_in(person, language=language)
    with clock.at(clock.now() + timedelta(minutes=30)):
        sent = client.get("/cs/cases?page=2")
        assert sent.location == "/cs/login?next=%2Fcs%2Fcases%3Fpage%3D2&reason=timeout"
        door = client.get(sent.location)
        assert message("M-08", language) in door.words()
        fields = door.form("/cs/login") | {"login_id": cast.ROLES[person].login_id, "password": PASSWORD}
        assert client.post("/cs/login", fields).location == "/cs/cases?page=2"


@pytest.mark.req("SESS-01")
def test_a_session_in_use_does_not_end(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    start = clock.now()
    for minutes in (29, 58, 87):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/cs/").status == 200
    with clock.at(start + timedelta(minutes=117)):
        assert client.get("/cs/").status == 303


@pytest.mark.req("SEC-21")
def test_any_session_ends_after_twelve_hours(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    start = clock.now()
    for minutes in range(25, 12 * 60, 25):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/cs/").status == 200
    with clock.at(start + timedelta(hours=12)):
        assert client.get("/cs/").location.endswith("reason=timeout")


@pytest.mark.req("SESS-02")
def test_after_the_time_out_a_form_is_neither_taken_nor_repeated(
    signed_in: SignedIn, untouched: Untouched
) -> None:
    client = signed_in("hanako")
    page = client.get("/cs/inquiries/new")
    with clock.at(clock.now() + timedelta(minutes=31)), untouched():
        answer = client.submit(page, "/cs/inquiries/new", category="other", details="遅すぎた")
        assert (answer.status, answer.location) == (303, "/cs/login?reason=timeout")
        assert client.get(answer.location).form("/cs/login")["next"] == ""


@pytest.mark.req("SESS-02")
def test_who_never_signed_in_is_not_told_of_a_time_out(client: InspectingClient) -> None:
    assert client.get("/cs/").location == "/cs/login?next=%2Fcs%2F"
    page = client.get("/cs/login?reason=nonsense")
    assert message("M-08", page.language) not in page.words()


@pytest.mark.req("AUTH-08", "M-09")
@pytest.mark.parametrize(
    ("person", "shell", "language", "words"),
    [
        ("hanako", "cs", "ja", "ログアウト"),
        ("alice", "fm", "en", "Log out"),
        ("agent", "console", "ja", "ログアウト"),
    ],
)
def test_signing_out_ends_the_session_on_the_server(
    app: Flask, signed_in: SignedIn, person: str, shell: str, language: str, words: str
) -> None:
    client = signed_in(person, language=language)
    thief = InspectingClient(app)
    thief.set_cookie(client.cookie() or "")
    home = client.get(f"/{shell}/")
    (form,) = home.all("form", action=f"/{shell}/logout")
    assert home.words(form) == words
    answer = client.submit(home, f"/{shell}/logout")
    assert (answer.status, answer.location) == (303, f"/{shell}/login?reason=logout")
    assert message("M-09", language) in client.get(answer.location).words()
    assert client.cookie() is None
    for browser in (client, thief):
        assert browser.get(f"/{shell}/").status == 303


@pytest.mark.req("AUTH-08")
def test_signing_out_twice_is_no_fault(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    token = client.token()
    assert client.post("/cs/logout", {"csrf_token": token}).status == 303
    assert client.act("/cs/logout").location == "/cs/login"


@pytest.mark.req("AUTH-08", "SESS-03")
def test_only_a_posted_form_with_its_token_signs_out(signed_in: SignedIn) -> None:
    client = signed_in("hanako")
    assert client.get("/cs/logout").status == 405
    assert client.post("/cs/logout").status == 400
    assert client.get("/cs/").status == 200


@pytest.mark.req("AUTH-07", "SEC-22")
@pytest.mark.parametrize(("name", "home"), [("taro", "/cs/"), ("lead", "/console/")])
def test_disabling_ends_open_sessions_at_once_and_time_does_not_lift_it(
    app: Flask, signed_in: SignedIn, given: Given, name: str, home: str
) -> None:
    clients = [signed_in(name), signed_in(name)]
    given(_disable, name)
    assert [client.get(home).status for client in clients] == [303, 303]
    with clock.at(clock.now() + timedelta(days=365)):
        door = f"{home}login"
        visitor = InspectingClient(app)
        fields = visitor.get(door).form(door) | {"login_id": cast.ROLES[name].login_id, "password": PASSWORD}
        assert visitor.post(door, fields).status == 422


@pytest.mark.req("SEC-22", "SVC-04")
def test_a_number_taken_away_is_gone_at_the_next_request(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    assert client.get(f"/cs/cases/{number}").status == 200

    def unlink(session: Session) -> None:
        person, row = cast.person(session, "hanako"), cast.number(session, cast.CS_NUMBER)
        session.execute(
            delete(UserNumber).where(UserNumber.user_id == person.id, UserNumber.number_id == row.id)
        )

    given(unlink)
    assert client.get(f"/cs/cases/{number}").location.startswith("/cs/login")
    assert client.get("/fm/").status == 200


@pytest.mark.req("SEC-22", "ROLE-05")
def test_a_service_taken_from_an_agent_is_gone_at_the_next_request(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("cs_agent")
    assert client.get(f"/console/cases/{number}").status == 200

    def withdraw(session: Session) -> None:
        agent = cast.person(session, "cs_agent")
        session.execute(delete(AgentService).where(AgentService.user_id == agent.id))

    given(withdraw)
    assert client.get(f"/console/cases/{number}").status == 404
    assert client.get("/console/cases/").rows() == []


@pytest.mark.req("ROLE-03", "SEC-22")
def test_who_is_made_an_administrator_is_one_at_the_next_request(
    app: Flask, signed_in: SignedIn, given: Given
) -> None:
    """No page of administrators exists yet, so the request's own person is looked at."""
    client = signed_in("taro")

    def change(session: Session, *, to: bool) -> None:
        user = cast.person(session, "taro")
        accounts.set_administrator(session, actor=system_actor("tests"), user=user, is_administrator=to)

    def seen() -> tuple[bool, frozenset[Permission]]:
        with app.test_request_context(headers={"Cookie": f"{COOKIE}={client.cookie()}"}) as context:
            person = sessions.load(context.request)
            assert person is not None
            return person.user.is_administrator, person.actor.permissions

    assert seen() == (False, GENERAL_USER)
    given(change, to=True)
    assert seen() == (True, ADMINISTRATOR)
    given(change, to=False)
    assert seen() == (False, GENERAL_USER)


@pytest.mark.req("SEC-19")
def test_flasks_own_cookie_decides_nothing(app: Flask, signed_in: SignedIn) -> None:
    """A browser that brings the form cookie of somebody signed in is still nobody."""
    victim = signed_in("hanako")
    victim.get("/cs/inquiries/new")
    visitor = InspectingClient(app)
    fields = {"csrf_token": visitor.token(), "_user_id": "1", "user_id": "1"}
    assert visitor.post("/cs/inquiries/new", fields).location == "/cs/login"


@pytest.mark.req("SEC-21")
def test_the_stamp_of_use_is_written_at_most_once_a_minute(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    start = clock.now()

    def stamp() -> object:
        return stored(lambda session: session.scalars(select(AuthSession.last_seen_at)).one())

    first = stamp()
    with clock.at(start + timedelta(seconds=30)):
        client.get("/cs/")
    assert stamp() == first
    with clock.at(start + timedelta(seconds=90)):
        client.get("/cs/")
        assert stamp() == clock.now()


@pytest.mark.req("SEC-15")
def test_every_session_begins_with_the_same_two_facts_of_proof(app: Flask, stored: Stored) -> None:
    """There is one gate to a session: each row is matched by an event of it, whatever the door."""
    for name, service in (("hanako", "cs"), ("jiro", "fm"), ("agent", "cs")):
        InspectingClient(app).sign_in(name, service)

    def facts(session: Session) -> tuple[int, int, int]:
        rows = session.scalars(select(AuthSession)).all()
        kinds = list(session.scalars(select(JournalEvent.kind)))
        return len(rows), kinds.count("login"), kinds.count("session.established")

    assert stored(facts) == (3, 3, 3)
