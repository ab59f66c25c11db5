"""What an attacker tries at the doors and with the mails, beside what the other tests try."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, mail, sealing
from app.accounts import notices
from app.accounts.authenticators import OFFER_PURPOSE
from app.accounts.models import Authenticator, AuthSession, SessionEnd
from app.accounts.notices import Notice
from app.accounts.passwords import PasswordVault
from app.outbox import Claimed, OutboxMessage
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories.sign_in import (
    NOON,
    app_code,
    ask_for_reset_as,
    choose,
    give,
    half_way,
    is_in,
    knock,
    mailed_link,
    next_network,
    pair_app,
)

MINUTE, STEP = timedelta(minutes=1), timedelta(seconds=30)
ELSEWHERE = [
    "https://evil.example/cs/",
    "//evil.example/cs/",
    "/\\evil.example/cs/",
    "/%2f%2fevil.example",
    "/cs/../../evil",
    "/cs/%2e%2e/%2e%2e/evil",
    "javascript:alert(1)//cs/",
    "/fm/cases",
    "/console/",
    "/cs\t/",
    " /cs/",
    "/cs/\r\nSet-Cookie: x=y",
]


@pytest.mark.req("SEC-37", "AUTH-02")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_the_way_behind_the_code_leads_nowhere_else_either(app: Flask, given: Given, elsewhere: str) -> None:
    """The page asked for first waits on the server while the code is asked for; it is checked before it waits."""
    given(pair_app, "hanako")
    client = InspectingClient(app)
    page = client.get("/cs/login")
    typed = {"login_id": ROLES["hanako"].login_id, "password": PASSWORD, "next": elsewhere}
    client.post("/cs/login", {**page.form("/cs/login"), **typed})
    choose(client, "/cs", "app")
    assert give(client, "/cs", "app", app_code()).location == "/cs/"


@pytest.mark.req("SEC-12", "C39", "MFA-16")
def test_a_pairing_sent_again_makes_no_used_code_good(
    signed_in: SignedIn, stored: Stored, app: Flask
) -> None:
    """The form of a pairing is good for an hour; its code, and those of that secret used since, are not."""
    path = "/cs/profile/mfa"
    with clock.at(NOON):
        client = signed_in("taro")
        form = client.get(path).form(path)
        secret = offered_secret(app, form["offer"])
        first = app_code(NOON, 0, secret=secret)
        assert client.post(path, {**form, "code": first}).status == 303
        other = InspectingClient(app)
        door = half_way(other, "taro")
        choose(other, door, "app")
        later = app_code(NOON, 1, secret=secret)
        assert give(other, door, "app", later).location == "/cs/"
        before = stored(last_step)
        for code in (first, later):
            assert client.post(path, {**form, "code": code}).status == 422
        assert stored(last_step) == before
    with clock.at(NOON + 2 * STEP):
        # With a code that is new, the same app may be paired once more.
        assert client.post(path, {**form, "code": app_code(NOON, 2, secret=secret)}).status == 303


def last_step(session: Session) -> int:
    return session.get_one(Authenticator, cast.person(session, "taro").id).last_step


def offered_secret(app: Flask, sealed: str) -> str:
    return sealing.unseal(app.config["SETTINGS"], OFFER_PURPOSE, sealed).partition(":")[2]


class SlowVault(PasswordVault):
    """A vault in which a check takes as long as the test wants."""

    def __init__(self, vault: PasswordVault) -> None:
        self._vault, self.began, self.may_end = vault, Event(), Event()

    def matches(self, stored: str | None, password: str) -> bool:
        self.began.set()
        assert self.may_end.wait(10)
        return self._vault.matches(stored, password)


@pytest.fixture
def slow(app: Flask) -> Iterator[SlowVault]:
    """The installation with a slow vault."""
    usual = app.extensions["vault"]
    app.extensions["vault"] = vault = SlowVault(usual)
    yield vault
    vault.may_end.set()
    app.extensions["vault"] = usual


@pytest.mark.req("SEC-22", "SEC-10", "SEC-23")
@pytest.mark.parametrize("act", ["confirm", "password"])
def test_a_session_that_ends_while_its_password_is_checked_proves_nothing(
    signed_in: SignedIn, given: Given, stored: Stored, slow: SlowVault, act: str
) -> None:
    """The owner throws a thief out who is just about to change the password."""
    client = signed_in("taro")
    path = "/cs/profile/password"
    typed = {"current": PASSWORD, "password": "Kx7#mQ2vLp9w", "again": "Kx7#mQ2vLp9w"}
    if act == "confirm":
        given(grow_stale)
        path = client.act("/cs/profile/mail", mail="taro@evil.example").location
        typed = {"password": PASSWORD}
    fields = client.get(path).form(path) | typed
    before = stored(lambda session: cast.person(session, "taro").password_hash)
    answers: list[int] = []
    thread = Thread(target=lambda: answers.append(client.post(path, fields, **next_network()).status))
    thread.start()
    assert slow.began.wait(10)
    given(throw_out)
    slow.may_end.set()
    thread.join()
    assert answers == [403]
    assert stored(lambda session: cast.person(session, "taro").password_hash) == before
    assert not is_in(client)


def grow_stale(session: Session) -> None:
    mine = AuthSession.user_id == cast.person(session, "taro").id
    session.execute(update(AuthSession).where(mine).values(proved_at=clock.now() - 11 * MINUTE))


def throw_out(session: Session) -> None:
    mine = AuthSession.user_id == cast.person(session, "taro").id
    session.execute(update(AuthSession).where(mine).values(ended_at=clock.now(), end_reason=SessionEnd.OWNER))


@pytest.mark.req("SEC-38")
@pytest.mark.parametrize("sign", ["\r\n", "\n", "\u2028", "\x85", "\x0b", "\x1c"], ids=repr)
def test_no_name_writes_a_header(session: Session, sign: str) -> None:
    """However the name of a person came in, the mails that hold it in their subject have one line of it."""
    hanako, taro = cast.person(session, "hanako"), cast.person(session, "taro")
    taro.family_name = f"鈴木{sign}Bcc: everybody@evil.example"
    notices.tell_doer(session, hanako, taro, [Notice.MFA_CHANGED])
    session.flush()
    (row,) = session.scalars(select(OutboxMessage))
    assert not mail.FORBIDDEN_IN_HEADERS & set(row.payload["subject"])
    settings = current_app.config["SETTINGS"]
    made = mail.compose(settings, Claimed(1, "key", mail.KIND, row.payload, clock.now(), 1))
    assert "Bcc" not in made
    assert (made["To"], len(made.get_all("Subject", []))) == ("hanako@sample.example", 1)
    session.rollback()


@pytest.mark.req("SEC-40", "AUTH-04")
@pytest.mark.parametrize(
    "login_id",
    [
        "a" * 4_096,
        "\u202egpj",
        "ß" * 200,
        "İ" * 120,
        "' OR 1=1 --",
        "%00",
        "\ufffd",
        "{{ 7*7 }}",
        "𝕳anako",
        "ﾊﾅｺ",
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_an_id_of_any_kind_is_refused_like_any_other(app: Flask, login_id: str) -> None:
    client = InspectingClient(app)
    for door in ("/cs", "/console"):
        page = knock(client, door, login_id, "wrong", **next_network())
        assert page.status == 422
        assert "49" not in page.alerts()


@pytest.mark.req("SEC-36")
def test_two_ids_in_one_post_are_one_try_of_the_first(app: Flask) -> None:
    """What is counted and what is checked are the same ID."""
    client = InspectingClient(app)
    fields = {
        "csrf_token": client.token(),
        "login_id": ["nobody@sample.example.cs", ROLES["hanako"].login_id],
        "password": PASSWORD,
    }
    assert client.post("/cs/login", fields, **next_network()).status == 422
    assert not is_in(client)


@pytest.mark.req("SEC-18", "SEC-35")
def test_the_token_of_a_link_leaves_its_page_to_nobody(app: Flask, outbox: Outbox) -> None:
    """No other site is told the address, and no address of another site is on the page at all."""
    ask_for_reset_as(InspectingClient(app), "hanako", **next_network())
    link = mailed_link(outbox())
    page = InspectingClient(app).get(link)
    assert page.answer.headers["Referrer-Policy"] == "same-origin"
    assert page.answer.headers["Cache-Control"] == "no-store"
    found = [item.get(name, "") for item in page.tree.iter() for name in ("href", "src", "action")]
    assert [address for address in found if address.startswith(("http", "//"))] == []
    token = link.rpartition("/")[2]
    assert [address for address in found if token in address] == [link], "the form alone goes there"
