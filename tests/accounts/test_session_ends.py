"""What ends a session ends it at the next request in every process, and not a second too early (SEC-20 to SEC-22)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts import actions as accounts
from app.accounts import events, security
from app.accounts import session as sessions
from app.accounts.actions import own_sessions
from app.accounts.models import AuthSession, SessionEnd, User, UserNumber
from app.accounts.session import COOKIE
from app.authz import system_actor
from app.journal import record
from tests import cast
from tests.client import BASE_URL, InspectingClient
from tests.conftest import TEST_ENVIRONMENT, Given, SignedIn
from tests.factories.own_account import another_browser
from tests.ground_floor.processes import ROOT, environment

TOKENS = [f"{index}" * 64 for index in range(4)]
SERVE = f"""
import json, sys
from app import create_app

app = create_app()
for line in sys.stdin:
    client = app.test_client()
    client.set_cookie({COOKIE!r}, json.loads(line), domain="desk.test", secure=True)
    print("answer", client.get("/cs/", base_url={BASE_URL!r}).status_code, flush=True)
"""


class Server:
    """A process of its own that opens the home page with a session's cookie, again and again."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def open(self, token: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(token) + "\n")
        self._process.stdin.flush()
        answer = next(line for line in self._process.stdout if line.startswith("answer "))
        return int(answer.split()[1])


@pytest.fixture
def servers(app: Flask) -> Iterator[list[Server]]:
    """Two processes of the same installation, beside the test's own."""
    environ = environment(app.config["SETTINGS"].data_dir, **TEST_ENVIRONMENT)
    command = [sys.executable, "-c", SERVE]
    with ExitStack() as stack:
        yield [
            Server(
                stack.enter_context(
                    subprocess.Popen(
                        command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL, text=True,
                    )
                )
            )
            for _ in range(2)
        ]  # fmt: skip


def rows_of(session: Session) -> list[AuthSession]:
    user = cast.person(session, "taro")
    chosen = session.query(AuthSession).filter_by(user_id=user.id, ended_at=None)
    return list(chosen.order_by(AuthSession.id))


def disable(session: Session, user: User) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=user)


def freeze(session: Session, user: User) -> None:
    """The owner's own brake, whatever else it does: who is frozen is out, although no session was touched."""
    user.frozen_at = clock.now()
    record(session, actor=system_actor("tests"), subject=user, happened=events.UserFrozen())


def lose_proofs(session: Session, user: User) -> None:
    security.lose_proofs(session, user, reason=SessionEnd.PASSWORD)
    record(session, actor=system_actor("tests"), subject=user, happened=events.PasswordSet())


def withdraw_number(session: Session, user: User) -> None:
    session.execute(delete(UserNumber).where(UserNumber.user_id == user.id))


def end_each(session: Session, user: User) -> None:
    for row in rows_of(session):
        own_sessions.end_session(session, user, actor=cast.actor_of(session, "taro"), row=row)


def end_all(session: Session, user: User) -> None:
    sessions.end_all(session, user, reason=SessionEnd.DESK)


def give_back(session: Session) -> None:
    """Let taro in again, as before."""
    user = cast.person(session, "taro")
    user.disabled_at = user.frozen_at = None
    record(session, actor=system_actor("tests"), subject=user, happened=events.UserEnabled(()))
    # The tokens are to be free for the sessions that come next.
    session.execute(update(AuthSession).values(ended_at=clock.now(), token_hash=AuthSession.id))


EVENTS: tuple[Callable[[Session, User], None], ...] = (
    disable, freeze, lose_proofs, end_each, end_all, withdraw_number,
)  # fmt: skip


@pytest.mark.req("SEC-22", "AUTH-07", "SEC-23")
def test_whatever_ends_a_session_ends_it_in_every_process_at_once(
    servers: list[Server], given: Given
) -> None:
    for happened in EVENTS:
        for token in TOKENS:
            given(another_browser, "taro", token=token)
        assert {server.open(token) for server in servers for token in TOKENS} == {200}, happened.__name__
        given(lambda session, happened=happened: happened(session, cast.person(session, "taro")))
        answers = [server.open(token) for server in servers for token in TOKENS]
        assert answers == [303] * 8, happened.__name__
        given(give_back)


@pytest.mark.req("SEC-22", "AUTH-08")
def test_logging_out_in_one_process_ends_this_session_alone(
    app: Flask, servers: list[Server], given: Given
) -> None:
    for token in TOKENS:
        given(another_browser, "taro", token=token)
    client = InspectingClient(app)
    client.set_cookie(TOKENS[0])
    client.act("/cs/logout")
    for server in servers:
        assert [server.open(token) for token in TOKENS] == [303, 200, 200, 200]


@pytest.mark.req("SESS-01", "SEC-21")
@pytest.mark.parametrize(("seconds", "status"), [(29 * 60 + 59, 200), (30 * 60, 303)])
@pytest.mark.parametrize(("person", "home"), [("hanako", "/cs/"), ("agent", "/console/")])
def test_thirty_minutes_without_a_request_end_it(
    signed_in: SignedIn, person: str, home: str, seconds: int, status: int
) -> None:
    start = clock.now()
    with clock.at(start):
        client = signed_in(person)
    with clock.at(start + timedelta(seconds=seconds)):
        answer = client.get(home)
    assert answer.status == status
    assert status == 200 or answer.location.endswith("&reason=timeout")


@pytest.mark.req("SEC-21", "SESS-02")
@pytest.mark.parametrize(("before", "status"), [(1, 200), (0, 303)])
@pytest.mark.parametrize(("person", "home"), [("hanako", "/cs/"), ("agent", "/console/")])
def test_twelve_hours_end_it_whatever_its_use(
    signed_in: SignedIn, given: Given, person: str, home: str, before: int, status: int
) -> None:
    start = clock.now()
    with clock.at(start):
        client = signed_in(person)
    given(
        lambda session: session.execute(
            update(AuthSession).values(last_seen_at=start + timedelta(hours=11, minutes=59))
        )
    )
    with clock.at(start + timedelta(hours=12, seconds=-before)):
        answer = client.get(home)
    assert answer.status == status
    assert status == 200 or answer.location.endswith("&reason=timeout")


@pytest.mark.req("SEC-21")
def test_a_clock_set_back_revives_nothing(signed_in: SignedIn) -> None:
    start = clock.now()
    with clock.at(start):
        client = signed_in("hanako")
    with clock.at(start + timedelta(minutes=5)):
        client.act("/cs/logout")
    with clock.at(start - timedelta(days=1)):
        assert client.get("/cs/").status == 303


@pytest.mark.req("SEC-20", "SEC-10")
def test_a_fresh_proof_gives_the_session_a_new_name_and_the_old_one_is_dead(
    app: Flask, signed_in: SignedIn
) -> None:
    client, thief = signed_in("hanako"), InspectingClient(app)
    thief.set_cookie(client.cookie() or "")
    assert thief.get("/cs/").status == 200
    with clock.at(clock.now() + timedelta(minutes=15)):
        asked = client.submit(client.get("/cs/profile"), "/cs/profile/mail", mail="new@sample.example")
        client.submit(client.get(asked.location), "/cs/confirm", password=cast.PASSWORD)
        assert client.get("/cs/").status == 200
        assert thief.get("/cs/").status == 303


@pytest.mark.req("SEC-23")
@pytest.mark.parametrize("base", ["/cs", "/console"])
def test_no_page_of_the_own_account_is_kept_by_the_browser(signed_in: SignedIn, base: str) -> None:
    client = signed_in("agent" if base == "/console" else "hanako")
    for page in ("", "/about", "/mail", "/sessions"):
        assert client.get(f"{base}/profile{page}").answer.headers["Cache-Control"] == "no-store"
    out = client.act(f"{base}/logout")
    assert out.answer.headers["Clear-Site-Data"] == '"cache", "storage"'
