"""Mails that wait while their readers lose the right to read them: what was withdrawn holds for them too (SEC-28)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock, mail
from app import outbox as messages
from app.accounts import actions as accounts
from app.accounts.mail_readers import is_read_at
from app.accounts.models import AgentService, User, UserNumber
from app.announcements.jobs import mail_what_is_due
from app.authz import system_actor
from app.cases.models import CaseSettings
from app.extensions import db
from app.mail import Circle, Readers
from app.outbox import MessageState, OutboxMessage
from tests import cast
from tests.cast import CS_NUMBER, FM_NUMBER
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases, knowledge, requests

pytestmark = pytest.mark.req("SEC-28", "SEC-22", "MAIL-04")

AN_HOUR = timedelta(hours=1)
SENT_ON, GIVEN_UP = MessageState.WAITING, MessageState.DEAD


def _take_number(session: Session, name: str, number: str = CS_NUMBER) -> None:
    link = (UserNumber.user_id == cast.person(session, name).id) & (
        UserNumber.number_id == cast.number(session, number).id
    )
    session.execute(delete(UserNumber).where(link))


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))


def _take_services(session: Session, name: str) -> None:
    session.execute(delete(AgentService).where(AgentService.user_id == cast.person(session, name).id))


def _mail_elsewhere(session: Session, name: str) -> None:
    elsewhere = update(User).where(User.id == cast.person(session, name).id)
    session.execute(elsewhere.values(mail="elsewhere@sample.example"))


def _reply(session: Session, contact: str = "taro") -> str:
    number = cases.open_case(session, contact=contact)
    session.execute(delete(OutboxMessage))
    cases.comment(session, number, "まだ届いていない返信です。")
    return number


def _to_the_assigned_agent(session: Session) -> None:
    number = cases.open_inquiry(session)
    cases.assign(session, number, "cs_agent")
    session.execute(delete(OutboxMessage))
    cases.comment(session, number, "担当者への追記です。", by="hanako")


def _relay(app: Flask) -> dict[str, tuple[MessageState, str | None]]:
    """Let the worker hand over what waits, an hour later; no server takes mails in these tests."""
    with app.app_context(), clock.at(clock.now() + AN_HOUR):
        messages.relay(db.sessionmaker, app.extensions["deliverers"])
        with db.sessionmaker() as session:
            rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
            return {row.payload["to"]: (row.state, row.last_error) for row in rows}


@pytest.mark.parametrize("lose", [_take_number, _disable, _mail_elsewhere])
def test_a_reply_that_still_waits_does_not_reach_who_may_not_read_it_any_more(
    app: Flask, given: Given, lose: Callable[[Session, str], None]
) -> None:
    given(_reply)
    given(lose, "taro")
    [(state, why)] = _relay(app).values()
    assert (state, why) == (GIVEN_UP, "The recipient may not read this mail any more.")


def test_a_reply_reaches_those_who_may_read_it_still(app: Flask, given: Given) -> None:
    """It is handed to the server, which is not there, and tried again later."""
    given(_reply)
    given(_take_number, "hanako")
    [(state, why)] = _relay(app).values()
    assert (state, why) == (SENT_ON, "mail server not reached: ConnectionRefusedError")


def test_an_agent_who_has_left_the_service_gets_nothing_that_still_waits(app: Flask, given: Given) -> None:
    given(_to_the_assigned_agent)
    given(_take_services, "cs_agent")
    assert {state for state, _why in _relay(app).values()} == {GIVEN_UP}


def test_an_agent_of_the_service_and_its_own_address_are_written_to(app: Flask, given: Given) -> None:
    given(_to_the_assigned_agent)
    given(cases.open_inquiry, number=FM_NUMBER)
    given(lambda session: session.execute(update(CaseSettings).values(desk_mail="desk@desk.example")))
    assert {state for state, _why in _relay(app).values()} == {SENT_ON}


def test_a_work_requests_mails_ask_the_same(app: Flask, given: Given) -> None:
    given(requests.waiting)
    given(_take_number, "hanako")
    given(_take_number, "taro")
    told = _relay(app)
    customers = {address: state for address, (state, _why) in told.items() if "sample" in address}
    assert set(customers.values()) == {GIVEN_UP}
    assert {state for address, (state, _why) in told.items() if "desk" in address} == {SENT_ON}


def test_an_announcement_reaches_no_one_who_has_left_the_service(app: Flask, given: Given) -> None:
    given(lambda session: setattr(knowledge.announcement(session), "is_mailed", True))
    mail_what_is_due(app)
    given(_take_number, "taro")
    told = _relay(app)
    assert told["taro@sample.example"][0] is GIVEN_UP
    assert told["hanako@sample.example"][0] is SENT_ON


def test_the_desk_reads_why_and_sending_it_again_helps_nobody(
    app: Flask, given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    given(_reply)
    given(_take_number, "taro")
    _relay(app)
    lead = signed_in("lead")
    page = lead.get("/console/mail/")
    assert "宛先の方はこのメールを閲覧できなくなりました。" in page.words()
    identity = stored(lambda session: session.scalars(select(OutboxMessage.id)).one())
    assert lead.submit(page, f"/console/mail/{identity}/retry").status == 303
    assert [state for state, _why in _relay(app).values()] == [GIVEN_UP]


@pytest.mark.req("CONTACT-07")
def test_an_address_of_two_users_is_one_of_either(session: Session) -> None:
    """Hanako and Taro have one mailbox: as long as one of them has the number, it is written to."""
    readers = Readers(Circle.NUMBER, cast.number(session, CS_NUMBER).id)
    session.execute(
        update(User).where(User.id == cast.person(session, "taro").id).values(mail="one@sample.example")
    )
    session.execute(
        update(User).where(User.id == cast.person(session, "hanako").id).values(mail="one@sample.example")
    )
    _take_number(session, "taro")
    assert is_read_at(session, "one@sample.example", readers)
    _take_number(session, "hanako")
    assert not is_read_at(session, "one@sample.example", readers)


def test_strangers_and_other_services_are_no_readers(session: Session) -> None:
    number = cast.number(session, CS_NUMBER)
    for name, is_reader in (
        ("taro", True),
        ("jiro", False),
        ("alice", False),
        ("kaito", False),
        ("agent", False),
    ):
        address = cast.person(session, name).mail
        assert is_read_at(session, address, Readers(Circle.NUMBER, number.id)) is is_reader
    for name, is_reader in (("taro", True), ("alice", True), ("charlie", False), ("cs_agent", False)):
        address = cast.person(session, name).mail
        assert is_read_at(session, address, Readers(Circle.PORTAL, number.service_id)) is is_reader
    for name, is_reader in (("cs_agent", True), ("admin", True), ("taro", False)):
        address = cast.person(session, name).mail
        assert is_read_at(session, address, Readers(Circle.DESK, number.service_id)) is is_reader


@pytest.mark.req("REL-03")
def test_a_mail_of_an_earlier_version_names_no_readers_and_leaves(session: Session) -> None:
    """A queue holds what an older process has put there (F17)."""
    old = mail.Mail(to="taro@sample.example", language="ja", subject="件名", text="本文", thread="CS0000001")
    mail.queue(session, old)
    session.flush()
    [payload] = session.scalars(select(OutboxMessage.payload))
    assert mail.readers_of(payload) is None
