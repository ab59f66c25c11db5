"""The HTML part of the mails, who gets them, and where their link leads (MAIL-02 to MAIL-06)."""

import re
from email import message_from_bytes
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import outbox as messages
from app.accounts import actions as accounts
from app.authz import system_actor
from app.cases import notifications
from app.cases.actions import watching
from app.cases.lifecycle import Act, CaseState
from app.extensions import db
from app.mail import compose
from tests import cast
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.conftest import Given, Outbox, SignedIn
from tests.factories import cases, files
from tests.factories.mails import SentMail

HANAKO, TARO, ALICE = "hanako@sample.example", "taro@sample.example", "alice@a-company.example"
DESK = "desk-cs@desk.example"
HTML = "{http://www.w3.org/1999/xhtml}"
CUSTOMERS = [(CS_NUMBER, "ja", "ケースを開く"), (ALICE_CS_NUMBER, "en", "Open the case")]


def inspect(mail: SentMail) -> str:
    """Check what holds for the HTML of every mail, and return its words."""
    tree = html5lib.HTMLParser(strict=True).parse(mail.html)
    assert tree.get("lang") == mail.language
    used = {item.tag.removeprefix(HTML) for item in tree.iter()}
    assert not used & {"img", "script", "link", "style", "iframe", "form", "table", "object"}
    addresses = [item.get("href") for item in tree.iter(f"{HTML}a")]
    link = re.search(r"https://desk\.test/\S+", mail.text)
    assert link is not None
    assert link[0] in addresses
    assert "url(" not in mail.html
    assert "\ue000" not in mail.html
    return " ".join(" ".join(tree.itertext()).split())


@pytest.mark.req("MAIL-02", "MAIL-05")
@pytest.mark.parametrize(("number", "language", "button"), CUSTOMERS)
def test_every_mail_has_the_same_words_in_html(
    given: Given, outbox: Outbox, number: str, language: str, button: str
) -> None:
    case = given(cases.in_state, CaseState.RESOLVED, number=number, details="一行目\n<b>二行目</b>")
    given(cases.comment, case, "お返事 & 説明")
    given(cases.move, case, Act.REJECT, by=cases.OWNERS[number])
    given(files.on_case, case, name="報告 <1>.txt")
    mails = outbox()
    assert len(mails) >= 7
    for mail in mails:
        words = inspect(mail)
        assert case in words
        for line in mail.text.split("\n--\n")[0].splitlines():
            if "https://" not in line:
                assert " ".join(line.split()) in words, line
        if mail.to != DESK:
            assert mail.language == language
            assert button in words


@pytest.mark.req("MAIL-05")
def test_each_kind_of_mail_has_words_of_both_parts() -> None:
    folder = Path(notifications.__file__).parent / "templates" / "cases" / "mail"
    parts = {"about_case.txt", "alert_facts.txt", "file_names.txt"}
    for template in folder.glob("*.txt"):
        if template.name not in parts:
            assert '{% include "cases/mail/about_case.txt" %}' in template.read_text(), template.name


@pytest.mark.req("MAIL-02", "SEC-33", "SEC-34")
def test_what_people_write_is_text_in_the_html_whatever_it_looks_like(given: Given, outbox: Outbox) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS)
    outbox()
    given(cases.comment, case, "<script>pwned()</script>{{ 7 * 7 }}\n<img src=x onerror=pwned()>")
    (mail,) = outbox()
    inspect(mail)
    assert "&lt;script&gt;pwned()&lt;/script&gt;{{ 7 * 7 }}" in mail.html


@pytest.mark.req("MAIL-02")
def test_a_mail_that_leaves_has_both_parts(app: Flask, given: Given) -> None:
    given(cases.open_inquiry, details="質問です")
    with app.app_context():
        (claimed,) = messages.claim(db.session)
        mail = message_from_bytes(compose(app.config["SETTINGS"], claimed).as_bytes())
        db.session.rollback()
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    assert mail["References"] == mail["In-Reply-To"]


@pytest.mark.req("MAIL-04", "CASE-24")
def test_the_watch_list_gets_what_the_contact_gets(given: Given, outbox: Outbox) -> None:
    case = given(cases.open_case, contact="hanako")
    given(_watch, case, "taro")
    outbox()
    given(cases.comment, case, "本文")
    assert sorted(mail.to for mail in outbox()) == [HANAKO, TARO]


@pytest.mark.req("MAIL-04", "AUTH-07")
def test_a_watcher_who_was_disabled_gets_nothing(given: Given, outbox: Outbox) -> None:
    case = given(cases.open_case, contact="hanako")
    given(_watch, case, "taro")
    given(_disable, "taro")
    outbox()
    given(cases.comment, case, "本文")
    assert [mail.to for mail in outbox()] == [HANAKO]


@pytest.mark.req("CASE-10", "MAIL-06")
@pytest.mark.parametrize(("by", "to"), [("agent", HANAKO), ("hanako", DESK)])
def test_files_that_come_alone_are_told_to_the_other_side(
    given: Given, outbox: Outbox, by: str, to: str
) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS)
    outbox()
    given(files.on_case, case, by=by, name="報告.txt")
    (mail,) = outbox()
    assert mail.to == to
    assert "- 報告.txt" in mail.text
    assert case in mail.subject


@pytest.mark.req("CASE-09", "MAIL-02")
def test_the_files_of_a_comment_are_named_in_its_mail_and_those_of_a_note_nowhere(
    given: Given, outbox: Outbox
) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS)
    outbox()
    given(files.on_note, case, name="社内.txt")
    assert outbox() == []
    given(files.on_comment, case, name="報告.txt")
    (mail,) = outbox()
    assert "- 報告.txt" in mail.text
    assert "- 報告.txt" in inspect(mail)
    assert "社内.txt" not in mail.text + mail.html


@pytest.mark.req("MAIL-03", "MAIL-06")
@pytest.mark.parametrize(("person", "by", "details"), [("hanako", "agent", ""), ("agent", "hanako", "x")])
def test_the_link_asks_for_the_sign_in_and_lands_on_the_case(
    app: Flask, given: Given, outbox: Outbox, signed_in: SignedIn, person: str, by: str, details: str
) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS, details=details)
    outbox()
    given(cases.comment, case, "本文", by=by)
    (mail,) = outbox()
    link = re.search(r"https://desk\.test(/\S+)", mail.text)
    assert link is not None
    answer = app.test_client().get(link[1], base_url="https://desk.test")
    assert answer.status_code in {302, 303}
    assert "login" in answer.headers["Location"]
    assert case in answer.headers["Location"]
    page = signed_in(person).get(link[1])
    assert page.status == 200
    assert "本文" in page.text


def _watch(session: Session, case_number: str, name: str) -> None:
    case = cases.case_of(session, case_number)
    actor = cases.actor_for(session, "agent", case)
    watching.add_watcher(session, case, actor=actor, user_id=cast.person(session, name).id)


def _disable(session: Session, name: str) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, name))
