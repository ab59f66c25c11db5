"""GET /console/mail/ and POST …/retry: mails that did not go out, for the desk to see (REL-03)."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.journal import JournalEvent
from app.outbox import MessageState, OutboxMessage
from tests.cast import FM_NUMBER
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import cases

LIST = "/console/mail/"
DEAD = {"state": MessageState.DEAD, "attempts": 9, "last_error": "550 no such user"}

pytestmark = pytest.mark.req("REL-03")


def _settle(session: Session, message_id: int, values: dict[str, object]) -> None:
    session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def _ids(session: Session) -> list[int]:
    return list(session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)))


def _state(session: Session, message_id: int) -> tuple[MessageState, int]:
    row = session.get_one(OutboxMessage, message_id)
    return row.state, row.attempts


def _dead(given: Given, stored: Stored, number: str = "N200000001") -> int:
    """A mail to Hanako that was given up."""
    given(cases.open_inquiry, number=number)
    message_id = int(stored(_ids)[-2])
    given(_settle, message_id, DEAD)
    return message_id


@pytest.mark.parametrize(
    ("person", "empty"),
    [("agent", "すべてのメールが送信されています。"), ("cs_agent", "Every mail has been delivered.")],
)
def test_waiting_mails_that_never_failed_are_not_listed(
    signed_in: SignedIn, given: Given, person: str, empty: str
) -> None:
    given(cases.open_inquiry)
    assert empty in signed_in(person).get(LIST).words()


@pytest.mark.parametrize(
    ("person", "states"), [("agent", ("送信中止", "待機中")), ("cs_agent", ("Given up", "Waiting"))]
)
def test_given_up_and_failed_ones_are_listed_with_the_reason_but_without_their_text(
    signed_in: SignedIn, given: Given, stored: Stored, person: str, states: tuple[str, str]
) -> None:
    given(cases.open_inquiry, details="本文は本人だけのもの")
    first, second = stored(_ids)
    given(_settle, first, DEAD)
    given(_settle, second, {"attempts": 2, "last_error": "451 later"})
    page = signed_in(person).get(LIST)
    rows = [list(row.values()) for row in page.rows()]
    assert [row[2] for row in rows] == [states[1], states[0]]
    assert "hanako@sample.example" in rows[1]
    assert "550 no such user" in rows[1]
    assert "本文は本人だけのもの" not in page.text


@pytest.mark.req("ROLE-05")
def test_only_of_the_own_services(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    message_id = _dead(given, stored, FM_NUMBER)
    client = signed_in("cs_agent")
    assert client.get(LIST).rows() == []
    assert client.act(f"{LIST}{message_id}/retry").status in {403, 404}
    assert len(signed_in("agent").get(LIST).rows()) == 1
    assert "1" in signed_in("agent").get("/console/").words(
        signed_in("agent").get("/console/").styled("a", "tile")[-1]
    )


def test_a_lead_sends_one_again(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    message_id = _dead(given, stored)
    client = signed_in("lead")
    page = client.get(LIST)
    answer = client.submit(page, f"{LIST}{message_id}/retry")
    assert (answer.status, answer.location) == (303, LIST)
    assert stored(lambda session: _state(session, message_id))[0] is MessageState.WAITING
    assert "hanako@sample.example へのメールを再送信しています。" in client.get(LIST).words()
    told = stored(
        lambda session: session.execute(
            select(JournalEvent.actor_name, JournalEvent.data).where(
                JournalEvent.kind == "mail.sent_again", JournalEvent.subject_id == message_id
            )
        ).all()
    )
    assert [tuple(row) for row in told] == [("高橋 健", {"to": "hanako@sample.example"})]


def test_wrong_role(signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched) -> None:
    """Agents see the list; sending again is the lead's."""
    message_id = _dead(given, stored)
    client = signed_in("agent")
    assert not client.get(LIST).offers(f"{LIST}{message_id}/retry")
    with untouched():
        assert client.act(f"{LIST}{message_id}/retry").status == 403


@pytest.mark.req("SEC-26")
def test_stranger_and_absent(signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched) -> None:
    given(cases.open_inquiry)
    healthy = stored(_ids)[0]
    client = signed_in("lead")
    with untouched():
        answers = [client.act(f"{LIST}{name}/retry") for name in (healthy, 999_999, "9" * 30, "abc", "-1")]
    assert [answer.status for answer in answers] == [404] * 5
    assert answers[0].answer.data == answers[1].answer.data


def test_repeated(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    message_id = _dead(given, stored)
    client = signed_in("lead")
    statuses = [client.act(f"{LIST}{message_id}/retry").status for _ in range(2)]
    assert statuses[0] == 303
    assert statuses[1] in {303, 404}
    assert stored(lambda session: _state(session, message_id))[0] is MessageState.WAITING


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, stored: Stored, method: str) -> None:
    message_id = _dead(given, stored)
    client = signed_in("lead")
    answer = client.fetch(method, f"{LIST}{message_id}/retry", data={"csrf_token": client.token()})
    assert answer.status == 405


@pytest.mark.parametrize("wanted", ["abc", "0", "99", "%00"])
def test_what_is_no_page_is_no_fault(signed_in: SignedIn, given: Given, stored: Stored, wanted: str) -> None:
    _dead(given, stored)
    assert len(signed_in("agent").get(f"{LIST}?page={wanted}").rows()) == 1
