"""People with passkeys, and the way through the pages that ask for one."""

import secrets

from flask import current_app
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts.models import AuthSession, User
from app.accounts.passkeys import enrolment
from app.accounts.sign_in import as_actor
from tests import cast
from tests.cast import PASSWORD, ROLES
from tests.client import InspectingClient, Page
from tests.factories.soft_key import Lies, SoftKey


def enrol(session: Session, who: str | User, key: SoftKey, label: str = "鍵") -> int:
    """Add a passkey as its owner does, in a session that has ended since; the passkey's id."""
    user = cast.person(session, who) if isinstance(who, str) else who
    settings, moment = current_app.config["SETTINGS"], clock.now()
    row = AuthSession(
        token_hash=secrets.token_hex(32), user_id=user.id, door="tests", created_at=moment, last_seen_at=moment,
        proved_at=moment, ended_at=moment, address="", browser="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    sealed = enrolment.challenge(settings, user, row)
    options = enrolment.options(session, user, row, sealed, settings=settings)
    assert options is not None
    with outbox.silenced():
        passkey = enrolment.add(
            session, actor=as_actor(user), user=user, row=row, name=label,
            answer=key.make(options), sealed=sealed, settings=settings,
        )  # fmt: skip
    return passkey.id


def options_on(page: Page) -> str:
    """What a page hands to the browser for the authenticator."""
    return str(page.one("form", data_controller="passkey").get("data-passkey-options-value"))


def door_of(name: str) -> str:
    """Where somebody signs in."""
    return "/console" if ROLES[name].desk_role else "/cs"


def asked(browser: InspectingClient, name: str) -> Page:
    """Give the password, choose the passkey, and come to the page that asks for it."""
    door = f"{door_of(name)}/login"
    fields = {"login_id": ROLES[name].login_id, "password": PASSWORD}
    page = browser.submit(browser.get(door), door, **fields)
    assert page.location == f"{door}/method", page.words()
    chosen = browser.submit(browser.get(f"{door}/method"), f"{door}/method", method="passkey")
    assert chosen.location == f"{door}/passkey", chosen.words()
    return browser.get(f"{door}/passkey")


def answer(
    browser: InspectingClient, page: Page, key: SoftKey, lies: Lies | None = None, **fields: str
) -> Page:
    """Let a key sign what a page asks, and send it."""
    return give(browser, page, key.sign(options_on(page), lies), **fields)


def give(browser: InspectingClient, page: Page, text: str, **fields: str) -> Page:
    """Send an answer, whoever has made it."""
    action = str(page.one("form", data_controller="passkey").get("action"))
    return browser.submit(page, action, answer=text, **fields)
