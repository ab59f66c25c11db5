"""The mails about work requests: who gets them, in which language, with what, and where they lead."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.authz import system_actor
from app.cases.models import CaseSettings
from tests import cast
from tests.cases.test_mails_html import inspect
from tests.cast import ALICE_CS_NUMBER
from tests.catalog.portal.steps import FORM, send
from tests.conftest import Given, Outbox, SignedIn
from tests.factories import catalog, requests
from tests.factories.mails import SentMail

HANAKO, TARO, ALICE = "hanako@sample.example", "taro@sample.example", "alice@a-company.example"
DESK = "desk-cs@desk.example"
TRICKY = "一行目\n<script>alert(1)</script>\n\ue000"


def mail_to(mails: list[SentMail], address: str) -> SentMail:
    """The only mail to an address."""
    (found,) = [mail for mail in mails if mail.to == address]
    return found


@pytest.mark.req("WR-06", "MAIL-02", "MAIL-05", "MAIL-06")
@pytest.mark.parametrize(
    ("person", "address", "language", "subject", "label"),
    [
        ("taro", TARO, "ja", "[WR0000001] 作業依頼を受け付けました", "依頼内容"),
        ("alice", ALICE, "en", "[WR0000001] We have received your work request", "Details"),
    ],
)
def test_the_requester_and_the_desk_get_the_content_at_once(
    given: Given,
    signed_in: SignedIn,
    outbox: Outbox,
    person: str,
    address: str,
    language: str,
    subject: str,
    label: str,
) -> None:
    given(catalog.item)
    client = signed_in(person)
    send(client, client.get(FORM), **{"f-details": "<b>太字</b> & 変更"})
    mails = outbox()
    assert {mail.to for mail in mails} == {address, DESK}
    receipt = mail_to(mails, address)
    assert (receipt.language, receipt.subject) == (language, subject)
    assert f"{label}\n<b>太字</b> & 変更" in receipt.text
    assert "https://desk.test/cs/work-requests/sent/WR0000001\n" in receipt.text
    assert "<b>太字</b> & 変更" in inspect(receipt)
    desk = mail_to(mails, DESK)
    assert desk.subject == "[WR0000001] 新しい作業依頼: 1. CSPM 検知ポリシー変更"
    assert "https://desk.test/console/work-requests/WR0000001\n" in desk.text
    assert "<b>太字</b> & 変更" in inspect(desk)


@pytest.mark.req("WR-06", "PT-05")
@pytest.mark.parametrize(("points", "is_short"), [(55, False), (56, True)])
def test_the_mails_say_what_is_needed_and_that_it_was_not_there(
    given: Given, outbox: Outbox, points: int, *, is_short: bool
) -> None:
    given(requests.period)
    given(requests.waiting, points=points, file_names=[])
    receipt = mail_to(outbox(), HANAKO)
    assert f"必要ポイント: {points}\n" in receipt.text
    assert ("残りポイントが不足していました" in receipt.text) is is_short


@pytest.mark.req("WR-10", "MAIL-02")
def test_an_acceptance_names_the_case_and_leads_there(given: Given, outbox: Outbox) -> None:
    number = given(requests.waiting)
    outbox()
    case = given(requests.accept, number)
    (told,) = [mail for mail in outbox() if mail.subject.startswith(f"[{number}]")]
    assert (told.to, told.subject) == (HANAKO, f"[{number}] 作業依頼を受理しました")
    assert f"ケース {case} として" in told.text
    assert f"https://desk.test/cs/cases/{case}\n" in told.text
    assert case in inspect(told)


@pytest.mark.req("PT-05", "WR-10")
def test_an_acceptance_tells_an_overdraft_with_its_reason(given: Given, outbox: Outbox) -> None:
    given(requests.period, plan_points=5, option_points=0)
    number = given(requests.waiting, points=8)
    outbox()
    given(requests.accept, number, overdraft_reason="<至急> & 例外")
    (told,) = [mail for mail in outbox() if mail.subject.startswith(f"[{number}]")]
    assert "3 ポイントを超過利用として計上しました。" in told.text
    assert "理由:\n<至急> & 例外" in told.text
    assert "<至急> & 例外" in inspect(told)


@pytest.mark.req("WR-10", "MAIL-02")
@pytest.mark.parametrize("reason", [requests.REASON, TRICKY])
def test_a_rejection_says_why(given: Given, outbox: Outbox, reason: str) -> None:
    number = given(requests.waiting)
    outbox()
    given(requests.reject, number, reason=reason)
    (told,) = outbox()
    assert (told.to, told.subject) == (HANAKO, f"[{number}] 作業依頼は不受理となりました")
    assert reason.replace("\ue000", "") in told.text.replace("\ue000", "")
    assert f"https://desk.test/cs/work-requests/sent/{number}\n" in told.text
    assert "<script>" not in told.html


@pytest.mark.req("MAIL-04", "MAIL-06")
def test_without_the_requester_all_users_of_the_number_are_told_and_without_an_address_the_agents(
    given: Given, outbox: Outbox
) -> None:
    given(_forget_the_desks_address)
    number = given(requests.waiting, who="taro")
    assert {mail.to for mail in outbox()} == {
        TARO,
        "agent@desk.example",
        "ichika@desk.example",
        "lead@desk.example",
    }
    given(_disable_taro)
    outbox()
    given(requests.reject, number)
    assert {mail.to for mail in outbox()} == {HANAKO}


@pytest.mark.req("WR-10")
def test_another_companys_people_are_told_nothing(given: Given, outbox: Outbox) -> None:
    number = given(requests.waiting, number=ALICE_CS_NUMBER, who="alice")
    given(requests.reject, number)
    assert {mail.to for mail in outbox()} == {ALICE, DESK}


def _disable_taro(session: Session) -> None:
    accounts.disable(session, actor=system_actor("tests"), user=cast.person(session, "taro"))


def _forget_the_desks_address(session: Session) -> None:
    session.execute(update(CaseSettings).values(desk_mail=""))
