"""A creating form is taken once: the same key and body give the same answer, another body is refused (REL-04)."""

from datetime import timedelta

import pytest

from app import clock
from app.authz import Audience
from app.cases.lifecycle import CaseState
from app.web.once import KEPT_FOR
from tests.cases.races import at_once
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases

FORM = "/cs/inquiries/new"
USED = (
    "このフォームは古くなっているか、別の内容で送信済みです。内容を確認して、もう一度送信してください。",
    "This form is out of date or was already sent with other content. Check the text and send it again.",
)

pytestmark = pytest.mark.req("REL-04")


def test_the_same_key_and_body_lead_to_the_same_case(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    answers = [client.submit(page, FORM, category="other", details="同じ") for _ in range(3)]
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/cs/cases/CS0000001")}
    assert stored(cases.all_numbers) == ["CS0000001"]


@pytest.mark.parametrize(("person", "language"), [("hanako", 0), ("alice", 1)])
def test_the_same_key_with_another_body_is_refused_with_the_text_kept(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, person: str, language: int
) -> None:
    client = signed_in(person)
    page = client.get(FORM)
    client.submit(page, FORM, category="other", details="初め")
    with untouched():
        answer = client.submit(page, FORM, category="other", details="書き直し")
    assert answer.status == 422
    assert USED[language] in answer.alerts()
    assert answer.form(FORM)["details"] == "書き直し"
    assert answer.form(FORM)["form_key"] != page.form(FORM)["form_key"]
    assert client.submit(answer, FORM).location == "/cs/cases/CS0000002"
    assert len(stored(cases.all_numbers)) == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 31, "G" * 32, "0" * 33, "\0" * 32, "𠮷" * 32, "０" * 32])
def test_a_missing_or_malformed_key_is_refused_and_replaced(
    signed_in: SignedIn, untouched: Untouched, key: str
) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    with untouched():
        answer = client.submit(page, FORM, category="other", details="残る文", form_key=key)
    assert answer.status == 422
    assert answer.form(FORM)["details"] == "残る文"
    assert client.submit(answer, FORM).status == 303


def test_no_key_at_all_is_refused(signed_in: SignedIn, untouched: Untouched) -> None:
    client = signed_in("hanako")
    fields = client.get(FORM).form(FORM) | {"category": "other"}
    del fields["form_key"]
    with untouched():
        assert client.post(FORM, fields).status == 422


def test_two_people_may_hold_the_same_key(signed_in: SignedIn, stored: Stored) -> None:
    key = "ab" * 16
    for name in ("hanako", "taro"):
        client = signed_in(name)
        client.submit(client.get(FORM), FORM, category="other", details="同じ", form_key=key)
    assert len(stored(cases.all_numbers)) == 2


def test_a_refused_form_has_not_used_its_key(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    refused = client.submit(page, FORM, details="種別なし")
    assert refused.form(FORM)["form_key"] == page.form(FORM)["form_key"]
    assert client.submit(refused, FORM, category="other").status == 303
    assert len(stored(cases.all_numbers)) == 1


def test_a_key_of_one_form_does_not_serve_another(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    page = client.get(FORM)
    key = page.form(FORM)["form_key"]
    client.submit(page, FORM, category="other")
    action = f"/cs/cases/{number}/comments"
    answer = client.submit(client.get(f"/cs/cases/{number}"), action, body="別の用件", form_key=key)
    assert answer.status == 422
    assert stored(lambda session: cases.bodies(session, number)) == []


@pytest.mark.req("CASE-05")
def test_a_comment_sent_twice_is_written_once(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    number = given(cases.open_inquiry)
    outbox()
    client = signed_in("hanako")
    page = client.get(f"/cs/cases/{number}")
    for _ in range(2):
        assert client.submit(page, f"/cs/cases/{number}/comments", body="一度").status == 303
    assert stored(lambda session: cases.bodies(session, number)) == ["一度"]
    assert len(outbox()) == 1


@pytest.mark.req("DESK-04")
def test_a_note_sent_twice_is_written_once(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    for _ in range(2):
        assert client.submit(page, f"/console/cases/{number}/notes", note__body="一度").status == 303
    assert stored(lambda session: cases.bodies(session, number, Audience.DESK)) == ["一度"]


@pytest.mark.req("DESK-06")
def test_the_desk_opens_a_case_once(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("agent")
    address = "/console/cases/new?number=N200000001"
    page = client.get(address)
    answers = [client.submit(page, address, category="alarm", subject="件名") for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert len(stored(cases.all_numbers)) == 1


def test_a_double_click_at_the_same_moment_makes_one_case(signed_in: SignedIn, stored: Stored) -> None:
    client, twin = signed_in("hanako"), signed_in("hanako")
    page = client.get(FORM)
    fields = page.form(FORM) | {"category": "other", "details": "二度押し"}
    token = twin.token()
    answers = at_once(
        lambda: client.post(FORM, fields), lambda: twin.post(FORM, fields | {"csrf_token": token})
    )
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/cs/cases/CS0000001")}
    assert len(stored(cases.all_numbers)) == 1


def test_a_key_is_kept_for_a_day(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    page = client.get(FORM)
    client.submit(page, FORM, category="other", details="同じ")
    with clock.at(clock.now() + KEPT_FOR - timedelta(minutes=1)):
        later = signed_in("hanako")
        fields = page.form(FORM) | {"category": "other", "details": "同じ", "csrf_token": later.token()}
        assert later.post(FORM, fields).location == "/cs/cases/CS0000001"
    assert len(stored(cases.all_numbers)) == 1


def test_an_act_of_a_state_needs_no_key_since_it_cannot_happen_twice(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    client = signed_in("hanako")
    statuses = [client.act(f"/cs/cases/{number}/acceptance").status for _ in range(2)]
    assert statuses == [303, 409]
    history = stored(lambda session: cases.history(session, number))
    assert history.count("case.state_changed") == 3
