"""Taking a reply back within half a minute: it was on the page, its mail never leaves (docs/decisions/0013)."""

import re
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.authz import Audience, Forbidden
from app.cases.actions import withdrawing
from app.cases.lifecycle import Act, CaseState
from app.cases.models import CaseComment
from app.outbox import MessageState, OutboxMessage
from tests.cast import FM_NUMBER
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

OPENED = datetime(2026, 4, 1, 9, tzinfo=UTC)
SENT = OPENED + timedelta(hours=1)
LAST = SENT + timedelta(seconds=30) - timedelta(microseconds=1)
OVER = SENT + timedelta(seconds=30)
TEXT = "取り消したい返信"

pytestmark = pytest.mark.req("DESK-04")


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """A browser of its own for each person, signed in at the time of the tests or at the moment that is set."""

    def sign_in(name: str) -> InspectingClient:
        with nullcontext() if clock.now() < datetime(2026, 5, 1, tzinfo=UTC) else clock.at(SENT):
            return InspectingClient(app).enter(name)

    return sign_in


@pytest.fixture
def number(given: Given) -> str:
    with clock.at(OPENED):
        return str(given(cases.in_state, CaseState.IN_PROGRESS, details="最初の質問"))


def sent(given: Given, number: str, *, by: str = "agent") -> int:
    with clock.at(SENT):
        given(cases.comment, number, TEXT, by=by)
    return int(given(lambda session: session.scalar(select(CaseComment.id).where(CaseComment.body == TEXT))))


def take_back(client: InspectingClient, number: str, comment: int, **headers: str) -> int:
    path = f"/console/cases/{number}/comments/{comment}/withdrawal"
    return int(client.post(path, {"csrf_token": client.token()}, headers=headers).status)


def mails(stored: Stored, comment: int) -> list[MessageState]:
    rows = select(OutboxMessage.state).where(OutboxMessage.cause == f"comment:{comment}")
    found: list[MessageState] = stored(lambda session: list(session.scalars(rows)))
    return found


def row(stored: Stored, comment: int) -> CaseComment:
    found: CaseComment = stored(lambda session: session.get_one(CaseComment, comment))
    return found


@pytest.mark.parametrize("person", ["lead", "admin"])
def test_nobody_takes_back_what_somebody_else_wrote(
    signed_in: SignedIn, given: Given, untouched: Untouched, number: str, person: str
) -> None:
    comment = sent(given, number)
    client = signed_in(person)
    with clock.at(LAST), untouched():
        assert take_back(client, number, comment) == 403
        assert "取り消す" not in client.get(f"/console/cases/{number}").words()


def test_agents_of_other_services_find_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    with clock.at(OPENED):
        number = given(cases.open_inquiry, number=FM_NUMBER)
    comment = sent(given, number)
    client = signed_in("cs_agent")
    with clock.at(LAST), untouched():
        assert take_back(client, number, comment) == 404


def test_a_reply_of_another_case_is_not_found_here(
    signed_in: SignedIn, given: Given, untouched: Untouched, number: str
) -> None:
    other = given(cases.open_inquiry)
    comment = sent(given, number)
    client = signed_in("agent")
    with clock.at(LAST), untouched():
        assert take_back(client, other, comment) == 404
        assert take_back(client, number, comment + 99) == 404


def test_customers_take_nothing_back(given: Given, number: str) -> None:
    comment = sent(given, number, by="hanako")

    def act(session: Session) -> None:
        case = cases.case_of(session, number)
        row = session.get_one(CaseComment, comment)
        withdrawing.take_back(session, case, actor=cases.actor_for(session, "hanako", case), comment=row)

    with clock.at(LAST), pytest.raises(Forbidden):
        given(act)


def test_notes_and_first_messages_are_no_replies(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    with clock.at(SENT):
        number = given(cases.open_case, details=TEXT)
    ids = given(lambda session: list(session.scalars(select(CaseComment.id))))
    with clock.at(SENT + timedelta(seconds=1)):
        given(cases.note, number, "メモ")
        note = max(given(lambda session: list(session.scalars(select(CaseComment.id)))))
    client = signed_in("agent")
    with clock.at(LAST), untouched():
        assert [take_back(client, number, comment) for comment in (*ids, note)] == [403, 403]


def test_in_the_last_moment_it_is_taken_back_and_no_mail_leaves(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    comment = sent(given, number)
    assert mails(stored, comment) == [MessageState.WAITING]
    customer = signed_in("hanako")
    with clock.at(SENT):
        assert TEXT in customer.get(f"/cs/cases/{number}").words()
    with clock.at(LAST):
        assert take_back(signed_in("agent"), number, comment) == 303
        assert TEXT not in customer.get(f"/cs/cases/{number}").text
    assert mails(stored, comment) == []
    assert row(stored, comment).audience is Audience.DESK
    assert row(stored, comment).taken_back_at == LAST
    assert stored(lambda session: cases.history(session, number))[-1] == "case.comment_taken_back"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=3)])
def test_from_the_thirtieth_second_on_it_is_too_late(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, number: str, late: timedelta
) -> None:
    comment = sent(given, number)
    with clock.at(OVER + late):
        client = signed_in("agent")
    with clock.at(OVER + late), untouched():
        answer = client.act(f"/console/cases/{number}/comments/{comment}/withdrawal")
        assert answer.status == 409
        assert "取り消せません" in answer.words()
    assert row(stored, comment).audience is Audience.CUSTOMER


@pytest.mark.req("REL-03")
def test_the_mail_leaves_at_the_thirtieth_second_and_not_before(given: Given, number: str) -> None:
    comment = sent(given, number)
    outbox_of_before = given(lambda session: len(list(session.scalars(select(OutboxMessage.id)))))
    assert outbox_of_before

    def due(session: Session) -> list[int]:
        held = set(
            session.scalars(select(OutboxMessage.id).where(OutboxMessage.cause == f"comment:{comment}"))
        )
        return [message.id for message in outbox.claim(session, most=50) if message.id in held]

    with clock.at(LAST):
        assert given(due) == []
        given(lambda session: [session.delete(row) for row in session.scalars(_of_others(comment))])
    with clock.at(OVER):
        assert len(given(due)) == 1


def _of_others(comment: int) -> object:
    return select(OutboxMessage).where(OutboxMessage.cause.is_distinct_from(f"comment:{comment}"))


def test_what_is_on_its_way_cannot_be_taken_back(
    signed_in: SignedIn, given: Given, untouched: Untouched, number: str
) -> None:
    """A clock that was set on and back again: the mail has left, though the half minute is not over."""
    comment = sent(given, number)

    def leave(session: Session) -> None:
        for message in session.scalars(
            select(OutboxMessage).where(OutboxMessage.cause == f"comment:{comment}")
        ):
            message.state, message.attempts = MessageState.CLAIMED, 1

    given(leave)
    client = signed_in("agent")
    with clock.at(LAST), untouched():
        assert take_back(client, number, comment) == 409


@pytest.mark.req("CASE-22")
def test_the_updated_time_and_the_state_are_those_of_before(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    before = stored(lambda session: cases.case_of(session, number).updated_at)
    comment = sent(given, number)
    assert stored(lambda session: cases.case_of(session, number).updated_at) == SENT
    with clock.at(LAST):
        take_back(signed_in("agent"), number, comment)
    assert stored(lambda session: cases.case_of(session, number).updated_at) == before == OPENED
    assert stored(lambda session: cases.state_of(session, number)) is CaseState.IN_PROGRESS


@pytest.mark.req("CASE-22")
def test_what_came_after_the_reply_keeps_the_updated_time(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    comment = sent(given, number)
    later = SENT + timedelta(seconds=10)
    with clock.at(later):
        given(cases.comment, number, "お客様より", by="hanako")
    with clock.at(LAST):
        take_back(signed_in("agent"), number, comment)
    kept = stored(lambda session: cases.case_of(session, number).updated_at)
    assert kept - later <= timedelta(microseconds=1)


def test_the_text_is_in_the_form_again_with_and_without_script(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    comment = sent(given, number)
    client = signed_in("agent")
    path = f"/console/cases/{number}/comments/{comment}/withdrawal"
    with clock.at(LAST):
        page = client.get(f"/console/cases/{number}")
        assert "取り消す（残り 1 秒）" in page.words()
        answer = client.submit(page, path)
        assert answer.location == f"/console/cases/{number}?again={comment}"
        again = client.get(answer.location)
        assert again.form(f"/console/cases/{number}/comments")["reply-body"] == TEXT
        enhanced = client.post(path, {"csrf_token": client.token()}, headers={"HX-Request": "true"})
        assert enhanced.status == 200
        assert TEXT in enhanced.text
        stranger = signed_in("lead").get(f"/console/cases/{number}?again={comment}")
        assert stranger.form(f"/console/cases/{number}/comments")["reply-body"] == ""


@pytest.mark.parametrize("again", ["x", "-1", "99999999999999999999999", "٣", ""])
def test_a_strange_wish_for_a_text_is_no_fault(signed_in: SignedIn, number: str, again: str) -> None:
    with clock.at(SENT):
        page = signed_in("agent").get(f"/console/cases/{number}?again={again}")
    assert page.status == 200


def test_the_desk_sees_what_was_taken_back_and_the_customer_never(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    comment = sent(given, number)
    with clock.at(LAST):
        take_back(signed_in("agent"), number, comment)
        desk = signed_in("lead").get(f"/console/cases/{number}").words()
        assert TEXT in desk
        assert "返信の取り消し" in desk
        customer = signed_in("hanako")
        for address in (f"/cs/cases/{number}", f"/cs/cases/{number}?before=99999", "/cs/cases", "/cs/"):
            page = customer.get(address)
            assert page.status == 200
            assert TEXT not in page.text
            assert "返信の取り消し" not in page.text


def test_replies_that_were_taken_back_push_nothing_off_the_customers_page(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    with clock.at(SENT):
        given(cases.comments, number, [f"取り消し {index}" for index in range(60)])

    def take_all(session: Session) -> None:
        case = cases.case_of(session, number)
        for row in session.scalars(select(CaseComment).where(CaseComment.body.startswith("取り消し"))):
            withdrawing.take_back(session, case, actor=cases.actor_for(session, "agent", case), comment=row)

    with clock.at(LAST):
        given(take_all)
        page = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "最初の質問" in page.words()
    assert "?before=" not in page.text


def test_a_closed_case_does_not_keep_a_wrong_reply(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    comment = sent(given, number)
    with clock.at(SENT + timedelta(seconds=5)):
        given(cases.move, number, Act.CLOSE, by="hanako")
    with clock.at(LAST):
        assert take_back(signed_in("agent"), number, comment) == 303
    assert row(stored, comment).audience is Audience.DESK
    assert stored(lambda session: cases.state_of(session, number)) is CaseState.CLOSED


def test_a_second_press_changes_nothing_more(
    signed_in: SignedIn, given: Given, stored: Stored, number: str
) -> None:
    comment = sent(given, number)
    client = signed_in("agent")
    with clock.at(LAST):
        assert take_back(client, number, comment) == 303
    with clock.at(OVER):
        assert take_back(client, number, comment) == 303
    assert stored(lambda session: cases.history(session, number)).count("case.comment_taken_back") == 1


@pytest.mark.req("SEC-21")
@pytest.mark.parametrize("answers", [0, 1])
def test_an_open_page_of_the_customer_loses_the_reply_and_is_quiet_then(
    signed_in: SignedIn, given: Given, number: str, answers: int
) -> None:
    comment = sent(given, number)
    agent, customer = signed_in("agent"), signed_in("hanako")

    def news(after: str) -> int:
        return int(customer.get(f"/cs/cases/{number}/pulse?{after}").status)

    with clock.at(SENT + timedelta(seconds=5)):
        given(cases.comments, number, ["お客様より"] * answers, by="hanako")
        seen = mark(customer, number)
        assert news(seen) == 204
    with clock.at(LAST):
        take_back(agent, number, comment)
        assert news(seen) == 200
        seen = mark(customer, number)
        assert news(seen) == 204


def mark(client: InspectingClient, number: str) -> str:
    """How far an open page has been told, as it asks."""
    text = client.get(f"/cs/cases/{number}").text
    found = re.search(r'data-live-query-value="([^"]*)"', text)
    assert found
    return unescape(found.group(1))
