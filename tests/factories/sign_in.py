"""The way through the doors, step by step, as people, their apps and their mails go it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts import actions as accounts
from app.accounts import authenticators, links, resets
from app.accounts.actions.pairing import pair
from app.accounts.authenticators import STEP_SECONDS, padded
from app.accounts.history import NOWHERE
from app.accounts.marks import COOKIES
from app.accounts.models import AuthSession, MarkKind, TryCount, TryKind, User
from app.accounts.sign_in import as_actor
from app.authz import system_actor
from app.config import Settings
from app.contracts.models import ContractHolder
from app.journal import JournalEvent
from app.throttle import ThrottleHit
from tests import cast
from tests.cast import AUTHENTICATOR_SECRET, PASSWORD, ROLES
from tests.client import BASE_URL, InspectingClient, Page
from tests.factories.mails import SentMail

HOST = "desk.test"
# Where the clock stands in tests of time: noon in Tokyo, at the beginning of a time step of the apps.
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
RESET_LINK = re.compile(r"https://desk\.test(/\w+/password/reset/[0-9a-f]{64})")
BRAKE_LINK = re.compile(r"https://desk\.test(/\w+/account/not-me/[0-9a-f]{64})")

# An option of Werkzeug's test client.
Option = Any


def door_of(name: str, service: str = "cs") -> str:
    """The shell in which a member of the cast signs in."""
    return "/console" if ROLES[name].desk_role else f"/{service}"


def knock(client: InspectingClient, door: str, login_id: str, password: str, **options: Option) -> Page:
    """Post user ID and password at a door such as ``/cs``."""
    fields = {"csrf_token": client.token(f"{door}/login"), "login_id": login_id, "password": password}
    return client.post(f"{door}/login", fields, **options)


def knock_as(
    client: InspectingClient, name: str, password: str = PASSWORD, service: str = "cs", **options: Option
) -> Page:
    """Knock as a member of the cast at the own door."""
    return knock(client, door_of(name, service), ROLES[name].login_id, password, **options)


def fail(client: InspectingClient, name: str, times: int, service: str = "cs", *, login_id: str = "") -> None:
    """So many wrong passwords, each from a network of its own, so that the network throttle stays out of it."""
    door = f"{door_of(name, service)}/login"
    fields = {
        "csrf_token": client.token(door),
        "login_id": login_id or ROLES[name].login_id,
        "password": "wrong",
    }
    for _ in range(times):
        # The pages of these refusals are inspected where they are the subject of a test.
        answer = client._client.post(door, base_url=BASE_URL, data=fields, **next_network())
        assert answer.status_code == 422


_networks = iter(range(1, 2**24))


def next_network() -> dict[str, Option]:
    """Options of a request from an address that no request came from before."""
    number = next(_networks)
    return from_address(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")


def from_address(address: str) -> dict[str, Option]:
    """Options of a request from ``address``."""
    return {"environ_base": {"REMOTE_ADDR": address}}


def half_way(client: InspectingClient, name: str, service: str = "cs", **options: Option) -> str:
    """Give the right password; the door behind which the code is due."""
    door = door_of(name, service)
    page = knock_as(client, name, service=service, **options)
    assert (page.status, page.location) == (303, f"{door}/login/method"), page.words()
    return door


def choose(client: InspectingClient, door: str, method: str) -> Page:
    """Choose a method of second proof."""
    return client.submit(client.get(f"{door}/login/method"), f"{door}/login/method", method=method)


def give(
    client: InspectingClient, door: str, method: str, code: str, *, remember: bool = False, **options: Option
) -> Page:
    """Give a code."""
    path = f"{door}/login/{method}"
    fields = {"csrf_token": client.token(path), "code": code}
    return client.post(path, fields | ({"remember": "y"} if remember else {}), **options)


def is_in(client: InspectingClient, home: str = "/cs/") -> bool:
    """Tell whether the browser is signed in."""
    return client.get(home).status == 200


def app_code(moment: datetime | None = None, step: int = 0, *, secret: str = AUTHENTICATOR_SECRET) -> str:
    """What an app shows, so many time steps from ``moment``."""
    now = int((moment or clock.now()).timestamp()) // STEP_SECONDS
    return pyotp.TOTP(padded(secret)).generate_otp(now + step)


def wrong_code(*right: str) -> str:
    """Six digits that are none of these codes."""
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def mailed_code(mails: Sequence[SentMail]) -> str:
    """The code in the newest mail that holds one."""
    found = [CODE.findall(mail.text) for mail in mails if CODE.search(mail.text)]
    assert found, "no mail holds a code"
    assert len(found[-1]) == 1, "a code stands in its mail once"
    return str(found[-1][0])


def mailed_link(mails: Sequence[SentMail], kind: re.Pattern[str] = RESET_LINK) -> str:
    """The path of the link in the newest mail that holds one."""
    found = [match.group(1) for mail in mails if (match := kind.search(mail.text))]
    assert found, "no mail holds a link"
    return str(found[-1])


def turn_mfa_on(session: Session, *names: str) -> None:
    """As an administrator does by the box in the contact; codes by mail need no set-up."""
    for name in names:
        user = cast.person(session, name)
        accounts.set_mfa(session, actor=system_actor("tests"), user=user, is_enabled=True)


def pair_app(session: Session, name: str, *, secret: str = AUTHENTICATOR_SECRET) -> None:
    """Pair an app long ago, so that none of today's codes is used up."""
    user, settings = cast.person(session, name), current_app.config["SETTINGS"]
    offered = authenticators.offer(settings, user, secret=padded(secret))
    with clock.at(cast.PAIRED_AT), outbox.silenced():
        code = app_code(secret=secret)
        assert pair(session, actor=as_actor(user), user=user, offered=offered, code=code, settings=settings)


def freeze(session: Session, name: str) -> None:
    """As the owner does by the link "this was not me"."""
    token = links.issue_brake(session, cast.person(session, name))
    resets.freeze(session, token, trail=NOWHERE)


def new_customer(session: Session, login_id: str, *, mail: str = "new@sample.example") -> User:
    """A colleague of Hanako's who has no password yet."""
    number = cast.number(session, cast.CS_NUMBER)
    user = accounts.create_customer(
        session,
        actor=system_actor("tests"),
        login_id=login_id,
        mail=mail,
        family_name="新人",
        given_name="一",
        holder=session.get_one(ContractHolder, number.holder_id),
    )
    accounts.link_numbers(session, actor=system_actor("tests"), user=user, numbers=[number])
    return user


def setting(app: Flask, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """Let the installation have other settings for the length of a test."""
    settings: Settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, **changes))  # type: ignore[arg-type]  # By name.


def kinds(session: Session) -> list[str]:
    """The kinds of all events of the journal, oldest first."""
    return list(session.scalars(select(JournalEvent.kind).order_by(JournalEvent.id)))


def open_sessions(session: Session, name: str) -> int:
    """How many sessions of a member of the cast are open."""
    mine = AuthSession.user_id == cast.person(session, name).id
    return len(session.scalars(select(AuthSession.id).where(mine, AuthSession.ended_at.is_(None))).all())


def count_of(session: Session, name: str, kind: TryKind = TryKind.PASSWORD) -> TryCount:
    """The failed tries of a member of the cast, as they are counted."""
    subject = cast.person(session, name).subject_for_tries
    found = session.scalar(select(TryCount).where(TryCount.subject == subject, TryCount.kind == kind))
    return found or TryCount(kind=kind, subject=subject, in_a_row=0, since_success=0)


def marked(client: InspectingClient, kind: MarkKind) -> str | None:
    """The value of the cookie that marks a browser as exempt or as known, if it has one."""
    found = client._client.get_cookie(COOKIES[kind], domain=HOST)
    return found.value if found else None


def mark(client: InspectingClient, kind: MarkKind, value: str) -> None:
    """Plant such a cookie."""
    client._client.set_cookie(COOKIES[kind], value, domain=HOST, secure=True)


def hits(session: Session, bucket: str) -> int:
    """How many hits of buckets that begin like this are counted."""
    return len(session.scalars(select(ThrottleHit.id).where(ThrottleHit.bucket.startswith(bucket))).all())


def bare(page: Page) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without what is drawn by lot for each: form token and nonce."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "token", page.text)
    text = re.sub(r'nonce="[^"]+"|content="[^"]+"', "nonce", text)
    drawn = {"Content-Security-Policy", "Set-Cookie", "Content-Length"}
    return page.status, text, sorted(item for item in page.answer.headers if item[0] not in drawn)


def ask_for_reset(client: InspectingClient, door: str, login_id: str, mail: str, **options: Option) -> Page:
    """Go through the first two steps of the wizard."""
    first = client.get(f"{door}/password/forgot")
    second = client.submit(first, f"{door}/password/forgot", login_id=login_id)
    assert second.location == f"{door}/password/verify", second.words()
    fields = client.get(second.location).form(second.location) | {"mail": mail}
    return client.post(second.location, fields, **options)


def ask_for_reset_as(client: InspectingClient, name: str, service: str = "cs", **options: Option) -> Page:
    """Ask for a link as a member of the cast, with the right address."""
    mail = ROLES[name].login_id.removesuffix(".cs").removesuffix(".fm")
    return ask_for_reset(client, door_of(name, service), ROLES[name].login_id, mail, **options)


def set_password(client: InspectingClient, link: str, password: str) -> Page:
    """Open a link and choose a password."""
    return client.submit(client.get(link), link, password=password, again=password)
