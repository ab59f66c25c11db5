"""Internal notes: the desk reads them, and no word of them reaches a customer by any way (DESK-04)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Audience, Forbidden
from app.cases.lifecycle import CaseState
from tests.cast import FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases

# Once in Latin letters and once in Japanese, in case a way out treats them differently.
CANARY = "canary-7f3a カナリア内部情報"
STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.req("DESK-04")


@pytest.mark.parametrize("state", list(CaseState))
def test_an_agent_writes_a_note_and_colleagues_read_it(
    signed_in: SignedIn, given: Given, stored: Stored, state: CaseState
) -> None:
    number = given(cases.in_state, state)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    answer = client.submit(page, f"/console/cases/{number}/notes", note__body=CANARY)
    assert (answer.status, answer.location) == (303, f"/console/cases/{number}")
    assert stored(lambda session: cases.bodies(session, number, Audience.DESK)) == [CANARY]
    for reader, label in (("lead", "内部メモ"), ("cs_agent", "Internal note")):
        entry = signed_in(reader).get(f"/console/cases/{number}").styled("li", "timeline-note")[0]
        words = " ".join(" ".join(entry.itertext()).split())
        assert CANARY in words
        assert label in words
        assert "中村 さくら" in words


def test_no_customer_page_holds_the_note(signed_in: SignedIn, given: Given) -> None:
    """Every page a customer can reach, whole and enhanced, and the oldest part of the timeline too."""
    number = given(cases.in_state, CaseState.AWAITING_CUSTOMER, details="公開の内容")
    given(cases.note, number, CANARY)
    given(cases.comment, number, "公開の返信")
    for person in ("hanako", "taro"):
        client = signed_in(person)
        pages = [
            "/cs/",
            "/cs/cases",
            "/cs/inquiries/new",
            f"/cs/cases/{number}",
            f"/cs/cases/{number}?before=99999",
        ]
        pages += [f"/cs/cases?view={view}" for view in ("all", "action", "third")]
        for path in pages:
            for headers in ({}, {"HX-Request": "true"}):
                text = client.get(path, headers=headers).text
                assert not [word for word in CANARY.split() if word in text], path
                assert "内部メモ" not in text
        assert "公開の返信" in client.get(f"/cs/cases/{number}").words()


def test_no_answer_to_a_customers_act_holds_the_note(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    given(cases.note, number, CANARY)
    client = signed_in("hanako")
    headers = {"HX-Request": "true"}
    token = client.token()
    for path in ("comments", "rejection", "closure", "acceptance", "closure"):
        answer = client.post(f"/cs/cases/{number}/{path}", {"csrf_token": token}, headers=headers)
        assert CANARY not in answer.text


def test_no_mail_tells_of_the_note(signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox) -> None:
    number = given(cases.in_state, CaseState.IN_PROGRESS)
    outbox()
    client = signed_in("agent")
    client.submit(client.get(f"/console/cases/{number}"), f"/console/cases/{number}/notes", note__body=CANARY)
    assert outbox() == []
    given(cases.comment, number, "公開の返信")
    given(cases.comment, number, "お客様の返信", by="hanako")
    mails = outbox()
    assert len(mails) == 2
    assert not [mail for mail in mails if "canary" in mail.text + mail.subject]
    assert stored(lambda session: cases.history(session, number)).count("case.note_added") == 1


@pytest.mark.req("CASE-22")
def test_the_note_leaves_the_updated_time_and_the_order_of_the_list_alone(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    with clock.at(STARTED):
        older = given(cases.open_inquiry)
    with clock.at(STARTED + timedelta(hours=1)):
        newer = given(cases.open_inquiry)
    with clock.at(STARTED + timedelta(hours=2)):
        given(cases.note, older, CANARY)
        before = signed_in("hanako").get("/cs/cases")
    assert stored(lambda session: cases.case_of(session, older).updated_at) == STARTED
    assert [row["ケース番号"] for row in before.rows()] == [newer, older]


def test_no_count_of_the_customer_follows_the_note(signed_in: SignedIn, given: Given) -> None:
    paths = ("/cs/", "/cs/cases")
    with clock.at(STARTED):
        number = given(cases.open_inquiry)
        client = signed_in("hanako")
        before = [client.get(path).words() for path in (*paths, f"/cs/cases/{number}")]
        given(cases.note, number, CANARY)
        given(cases.assign, number, "agent")
        assert [client.get(path).words() for path in (*paths, f"/cs/cases/{number}")] == before


def test_who_is_assigned_is_the_desks_matter_too(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    given(cases.assign, number, "lead")
    client = signed_in("hanako")
    for path in ("/cs/", "/cs/cases", f"/cs/cases/{number}"):
        assert "高橋" not in client.get(path).text
    assert "高橋 健" in signed_in("agent").get(f"/console/cases/{number}").text


def test_a_full_timeline_of_notes_does_not_push_comments_out(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry, details="最初の質問")
    given(cases.notes, number, [f"{CANARY} {index}" for index in range(60)])
    page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "最初の質問" in page.words()
    assert "?before=" not in page.text


@pytest.mark.req("CASE-22")
def test_a_note_on_a_closed_case_changes_nothing_of_it(session: Session) -> None:
    number = cases.in_state(session, CaseState.CLOSED)
    case = cases.case_of(session, number)
    before = (case.state, case.updated_at, case.closed_at, case.version)
    cases.note(session, number, CANARY)
    session.flush()
    session.refresh(case)
    assert (case.state, case.updated_at, case.closed_at, case.version) == before


def test_customers_cannot_write_one(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    with pytest.raises(Forbidden):
        given(cases.note, number, CANARY, by="hanako")
    client = signed_in("hanako")
    assert client.act(f"/cs/cases/{number}/notes", body=CANARY).status == 404


@pytest.mark.req("ROLE-05")
def test_stranger(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    client = signed_in("cs_agent")
    with untouched():
        assert client.act(f"/console/cases/{number}/notes", form_key="0" * 32).status == 404
    with pytest.raises(Forbidden):
        given(cases.note, number, CANARY, by="cs_agent")
