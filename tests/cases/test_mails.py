"""Who is told what by mail, and in which language (MAIL-01 to MAIL-06), up to the outbox."""

from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import outbox as messages
from app.accounts import actions as accounts
from app.accounts.models import User
from app.authz import system_actor
from app.cases.lifecycle import Act, CaseState
from app.cases.models import CaseSettings
from app.extensions import db
from app.mail import compose
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored
from tests.factories import cases
from tests.factories.wording import state

HANAKO, TARO, ALICE = "hanako@sample.example", "taro@sample.example", "alice@a-company.example"
DESK = "desk-cs@desk.example"


def _without_desk_address(session: Session) -> None:
    session.execute(update(CaseSettings).values(desk_mail=None))


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))


@pytest.mark.req("MAIL-02", "MAIL-04", "MAIL-05")
@pytest.mark.parametrize(
    ("number", "to", "language", "words"),
    [
        (CS_NUMBER, HANAKO, "ja", ("ご確認ください", "ケース番号", "お客様確認待ち")),
        (ALICE_CS_NUMBER, ALICE, "en", ("ご確認ください", "Case number", "Awaiting customer")),
    ],
)
def test_the_contact_is_told_in_the_own_language(
    given: Given, outbox: Outbox, number: str, to: str, language: str, words: tuple[str, ...]
) -> None:
    """The agent works in Japanese; the mail follows its reader."""
    case = given(cases.in_state, CaseState.AWAITING_CUSTOMER, number=number)
    outbox()
    given(cases.comment, case, "ご確認ください")
    (mail,) = outbox()
    assert (mail.to, mail.language) == (to, language)
    assert all(word in mail.text for word in words)


@pytest.mark.req("MAIL-04")
def test_the_contact_alone_is_told_not_the_colleagues(given: Given, outbox: Outbox) -> None:
    number = given(cases.open_case, contact="taro")
    assert [mail.to for mail in outbox()] == [TARO]
    given(cases.comment, number, "本文")
    assert [mail.to for mail in outbox()] == [TARO]


@pytest.mark.req("MAIL-04")
def test_without_a_contact_all_enabled_users_are_told_and_disabled_ones_never(
    given: Given, outbox: Outbox
) -> None:
    number = given(cases.open_case)
    given(cases.comment, number, "本文")
    told = [mail.to for mail in outbox()]
    assert told == [HANAKO, TARO, HANAKO, TARO]


@pytest.mark.req("MAIL-04", "AUTH-07")
def test_a_contact_who_was_disabled_is_told_no_more(given: Given, outbox: Outbox) -> None:
    number = given(cases.open_case, contact="taro")
    outbox()
    given(_disable, "taro")
    given(cases.comment, number, "本文")
    assert [mail.to for mail in outbox()] == [HANAKO]


@pytest.mark.req("MAIL-06")
def test_the_assignee_is_told_before_the_desks_address(given: Given, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    assert [mail.to for mail in outbox()] == [HANAKO, DESK]
    given(cases.assign, number, "cs_agent")
    given(cases.comment, number, "お客様より", by="hanako")
    (mail,) = outbox()
    assert (mail.to, mail.language) == ("ichika@desk.example", "en")
    assert "wrote a comment" in mail.text


@pytest.mark.req("MAIL-06", "AUTH-07")
def test_an_assignee_who_was_disabled_is_told_no_more(given: Given, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    given(cases.assign, number, "cs_agent")
    given(_disable, "cs_agent")
    outbox()
    given(cases.comment, number, "お客様より", by="hanako")
    assert [mail.to for mail in outbox()] == [DESK]


@pytest.mark.req("MAIL-06")
def test_without_the_address_the_agents_of_the_service_are_told_each_in_their_language(
    given: Given, outbox: Outbox
) -> None:
    given(_without_desk_address)
    given(cases.open_inquiry)
    told = [(mail.to, mail.language) for mail in outbox() if mail.to != HANAKO]
    assert told == [("agent@desk.example", "ja"), ("ichika@desk.example", "en"), ("lead@desk.example", "ja")]
    given(cases.open_inquiry, number=FM_NUMBER)
    told = [(mail.to, mail.language) for mail in outbox() if mail.to != HANAKO]
    assert told == [("agent@desk.example", "ja"), ("lead@desk.example", "ja")]


@pytest.mark.req("MAIL-02", "MAIL-06")
@pytest.mark.parametrize(
    ("source", "act", "who", "to"),
    [
        (CaseState.NEW, Act.TAKE_ON, "agent", HANAKO),
        (CaseState.IN_PROGRESS, Act.ASK, "agent", HANAKO),
        (CaseState.AWAITING_CUSTOMER, Act.RESUME, "agent", HANAKO),
        (CaseState.IN_PROGRESS, Act.RESOLVE, "agent", HANAKO),
        (CaseState.RESOLVED, Act.ACCEPT, "taro", DESK),
        (CaseState.RESOLVED, Act.REJECT, "taro", DESK),
        (CaseState.NEW, Act.CLOSE, "taro", DESK),
    ],
)
def test_each_change_of_state_tells_the_other_side(
    given: Given, outbox: Outbox, stored: Stored, source: CaseState, act: Act, who: str, to: str
) -> None:
    number = given(cases.in_state, source)
    outbox()
    given(cases.move, number, act, by=who)
    (mail,) = outbox()
    assert mail.to == to
    now = stored(lambda session: cases.state_of(session, number))
    assert state(now.value, "ja") in mail.subject


@pytest.mark.req("MAIL-06", "CASE-17")
def test_an_answer_to_a_waiting_case_is_one_mail_that_names_the_new_state(
    given: Given, outbox: Outbox
) -> None:
    number = given(cases.in_state, CaseState.AWAITING_CUSTOMER)
    outbox()
    given(cases.comment, number, "お答えします", by="hanako")
    (mail,) = outbox()
    assert mail.to == DESK
    assert "対応中" in mail.text


@pytest.mark.req("MAIL-02")
def test_nobody_is_told_of_their_own_act(given: Given, outbox: Outbox) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    given(cases.assign, number, "agent")
    outbox()
    given(cases.comment, number, "本文", by="agent")
    given(cases.comment, number, "返信", by="hanako")
    assert [mail.to for mail in outbox()] == [HANAKO, "agent@desk.example"]


@pytest.mark.req("DESK-04")
def test_notes_and_assignments_tell_nobody(given: Given, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    outbox()
    given(cases.note, number, "内部だけ")
    given(cases.assign, number, "lead")
    given(cases.edit, number, subject="言い換え")
    assert outbox() == []


@pytest.mark.req("MAIL-03")
@pytest.mark.parametrize(
    ("number", "not_read"),
    [
        (CS_NUMBER, "このメールへの返信は確認していません。ポータルからご連絡ください。"),
        (ALICE_CS_NUMBER, "Replies to this mail are not read. Please answer in the portal."),
    ],
)
def test_each_mail_names_the_case_and_links_to_it(
    given: Given, outbox: Outbox, number: str, not_read: str
) -> None:
    case = given(cases.in_state, CaseState.RESOLVED, number=number)
    given(cases.comment, case, "本文")
    mails = [mail for mail in outbox() if mail.to != DESK]
    assert len(mails) == 4
    for mail in mails:
        assert case in mail.subject
        assert f"https://desk.test/cs/cases/{case}" in mail.text
        assert not_read in mail.text


@pytest.mark.req("MAIL-03", "MAIL-06")
def test_a_mail_to_the_desk_links_to_the_console_and_names_the_customer(given: Given, outbox: Outbox) -> None:
    case = given(cases.open_inquiry, details="質問です")
    told = next(mail for mail in outbox() if mail.to == DESK)
    assert f"https://desk.test/console/cases/{case}" in told.text
    for word in ("株式会社サンプル", "佐藤 花子", "質問です"):
        assert word in told.text
    assert "https://desk.test/cs/" not in told.text


@pytest.mark.req("MAIL-04")
def test_one_address_of_two_users_gets_a_mail_once(given: Given, outbox: Outbox) -> None:
    def share(session: Session) -> None:
        session.execute(update(User).where(User.login_key == "taro@sample.example.cs").values(mail=HANAKO))

    given(share)
    given(cases.open_case)
    assert [mail.to for mail in outbox()] == [HANAKO]


@pytest.mark.req("MAIL-05")
def test_who_follows_the_system_is_written_to_in_its_language(given: Given, outbox: Outbox) -> None:
    given(cases.choose_language, "alice", None)
    given(cases.open_case, number=ALICE_CS_NUMBER, contact="alice")
    (mail,) = outbox()
    assert mail.language == "ja"


@pytest.mark.req("MAIL-05")
def test_an_act_that_is_rolled_back_tells_nobody(session: Session, outbox: Outbox) -> None:
    cases.open_inquiry(session)
    session.rollback()
    assert outbox() == []


@pytest.mark.req("MAIL-01")
@pytest.mark.parametrize(
    ("number", "name"), [(CS_NUMBER, "アドバイザリーセンター"), (ALICE_CS_NUMBER, "Advisory Center")]
)
def test_all_mails_come_from_one_sender(app: Flask, given: Given, number: str, name: str) -> None:
    given(cases.in_state, CaseState.RESOLVED, number=number)
    with app.app_context():
        mails = [compose(app.config["SETTINGS"], claimed) for claimed in messages.claim(db.session)]
        db.session.rollback()
    senders = [parseaddr(str(mail["From"])) for mail in mails]
    assert {address for _, address in senders} == {"desk@madoguchi.example"}
    assert name in {str(make_header(decode_header(shown))) for shown, _ in senders}


@pytest.mark.req("MAIL-03", "SEC-38")
def test_nothing_that_was_typed_becomes_a_header(signed_in: SignedIn, outbox: Outbox) -> None:
    client = signed_in("agent")
    address = f"/console/cases/new?number={CS_NUMBER}"
    subject = "件名\r\nBcc: spy@evil.example\u2028X: y"
    assert client.submit(client.get(address), address, category="alarm", subject=subject).status == 303
    mails = outbox()
    assert {mail.to for mail in mails} == {HANAKO, TARO}
    assert not [mail for mail in mails if set(mail.subject) & set("\r\n\u2028\u2029\x85")]
