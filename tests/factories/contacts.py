"""The users of a company in every state that an administrator may meet them in, and what became of them."""

from collections.abc import Sequence
from typing import Any

import pyotp
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.accounts import actions, authenticators, events, tries
from app.accounts.actions.pairing import pair
from app.accounts.login_ids import login_key
from app.accounts.models import Passkey, RecoveryCode, TryKind, User, UserNumber
from app.accounts.sign_in import as_actor
from app.authz import system_actor
from app.contracts import queries as contracts
from app.contracts.events import ServiceAdded
from app.journal import JournalEvent, record
from tests import cast
from tests.client import Page
from tests.conftest import Stored

LIST, NEW = "/cs/contacts/", "/cs/contacts/new"
ACTOR = system_actor("tests")


def address(session: Session, name: str, service: str = "cs") -> str:
    """The page of a member of the cast as a contact."""
    return f"/{service}/contacts/{cast.person(session, name).id}"


def path_of(stored: Stored, name: str, service: str = "cs") -> str:
    """The page of a member of the cast, for a test without a session of its own."""

    def look(session: Session) -> str:
        return address(session, name, service)

    found: str = stored(look)
    return found


def user_of(stored: Stored, name: str) -> User:
    """The row of a member of the cast as it is now."""

    def look(session: Session) -> User:
        return cast.person(session, name)

    found: User = stored(look)
    return found


def by_id(session: Session, login_id: str) -> User | None:
    """The user of a user ID."""
    return session.scalar(select(User).where(User.login_key == login_key(login_id)))


def set_administrator(session: Session, name: str, *, to: bool = True) -> None:
    """Make somebody an administrator of their company, or no longer."""
    actions.set_administrator(session, actor=ACTOR, user=cast.person(session, name), is_administrator=to)


def set_administrator_by_id(session: Session, login_id: str) -> None:
    """Make a user who is not of the cast an administrator."""
    user = by_id(session, login_id)
    assert user is not None
    actions.set_administrator(session, actor=ACTOR, user=user, is_administrator=True)


def disable(session: Session, name: str) -> None:
    """Disable somebody's login."""
    actions.disable(session, actor=ACTOR, user=cast.person(session, name))


def freeze(session: Session, name: str) -> None:
    """Stop somebody's account as they would by the link "this was not me"."""
    user = cast.person(session, name)
    user.frozen_at = clock.now()
    record(session, actor=as_actor(user), subject=user, happened=events.UserFrozen())


def lock(session: Session, name: str) -> None:
    """Lock somebody's ID by five wrong passwords."""
    for _ in range(tries.MOST):
        tries.charge(session, TryKind.PASSWORD, cast.person(session, name).subject_for_tries)


def give_factors(session: Session, name: str) -> None:
    """Give somebody an app, a passkey and a recovery code, which turns MFA on."""
    user, moment = cast.person(session, name), clock.now()
    settings = current_app.config["SETTINGS"]
    with outbox.silenced():
        offered = authenticators.offer(settings, user)
        code = pyotp.TOTP(offered.secret).at(moment)
        assert pair(session, actor=as_actor(user), user=user, offered=offered, code=code, settings=settings)
    session.add(
        Passkey(user_id=user.id, credential_id=b"id", public_key=b"key", name="会社のPC", created_at=moment)
    )
    record(session, actor=as_actor(user), subject=user, happened=events.PasskeyAdded("会社のPC"))
    session.add(RecoveryCode(user_id=user.id, code_hash="0" * 64, created_at=moment))


def link(session: Session, name: str, number: str) -> None:
    """Link somebody to a customer number of any company, past the rule that keeps to the own one."""
    user = cast.person(session, name)
    session.add(UserNumber(user_id=user.id, number_id=cast.number(session, number).id))
    record(session, actor=ACTOR, subject=user, happened=events.NumbersLinked((number,)))


def many(session: Session, count: int) -> None:
    """So many further users of the company."""
    holder = contracts.holder_by_name(session, cast.SAMPLE)
    assert holder is not None
    for index in range(count):
        actions.create_customer(
            session, actor=ACTOR, login_id=f"user{index:03}.cs", mail=f"user{index:03}@sample.example",
            family_name=f"利用者{index:03}", given_name="", holder=holder,
        )  # fmt: skip


def mail_new_contacts(session: Session, slug: str) -> None:
    """Let a service tell new contacts by mail."""
    service = contracts.service_by_slug(session, slug)
    assert service is not None
    service.mails_new_contacts = True
    record(session, actor=ACTOR, subject=service, happened=ServiceAdded(slug))


def told(session: Session, name: str, login_id: str = "") -> list[tuple[str, dict[str, Any]]]:
    """What the journal says of somebody since the cast was built: kind and data."""
    user = by_id(session, login_id) if login_id else cast.person(session, name)
    assert user is not None
    rows = select(JournalEvent.kind, JournalEvent.data).where(
        JournalEvent.subject_type == "user",
        JournalEvent.subject_id == user.id,
        JournalEvent.actor_name != "tests",
    )
    return [(kind, data) for kind, data in session.execute(rows.order_by(JournalEvent.id))]


def numbers_of(session: Session, login_id: str) -> Sequence[str]:
    """The customer numbers of a user."""
    user = by_id(session, login_id)
    assert user is not None
    ids = select(UserNumber.number_id).where(UserNumber.user_id == user.id)
    return [number for number in (cast.CS_NUMBER, cast.FM_NUMBER, cast.ALICE_CS_NUMBER, cast.ALICE_FM_NUMBER)
            if cast.number(session, number).id in session.scalars(ids).all()]  # fmt: skip


def unticked(page: Page, action: str, *boxes: str, **typed: str) -> dict[str, str]:
    """The form's fields without some boxes, and with what is typed."""
    return {name: value for name, value in page.form(action).items() if name not in boxes} | typed
