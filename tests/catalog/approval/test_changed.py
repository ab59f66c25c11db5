"""A customer changes what waits at the desk already: the queue shows it, and the desk gets one mail of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.catalog.actions import deciding, withdrawing
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.catalog.notifications import CHANGES_WAIT
from app.outbox import MessageState, OutboxMessage
from tests import cast
from tests.catalog.approval.steps import amend, approve, seen, sent
from tests.conftest import Given, SignedIn
from tests.factories import requests
from tests.factories.mails import SentMail, queued_mails

pytestmark = pytest.mark.req("DESK-02", "MAIL-06")

QUEUE = "/console/work-requests/"
DESK = "desk-cs@desk.example"
MORNING = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(session: Session, words: str = "受理待ちの作業依頼が変更されました") -> list[SentMail]:
    """The mails to the desk whose subject says so."""
    return [mail for mail in queued_mails(session) if mail.to == DESK and words in mail.subject]


def change(session: Session, number: str, text: str = "変更後の内容", who: str = "taro") -> None:
    amend(session, requests.request_of(session, number), text, who=who)


def decide(session: Session, way: str, request: WorkRequest) -> None:
    actor, found = seen(session, request, "taro" if way == "withdraw" else "agent")
    if way == "withdraw":
        withdrawing.withdraw(session, found, actor=actor, version=found.version)
    elif way == "accept":
        deciding.accept(session, found, actor=actor, version=found.version)
    else:
        deciding.reject(session, found, actor=actor, version=found.version, reason=requests.REASON)


def test_the_desk_is_told_once_of_a_flurry_of_changes(session: Session) -> None:
    with clock.at(MORNING):
        request = sent(session, needs_approval=False, points=0)
        assert told(session) == []
        for index in range(3):
            amend(session, request, f"{index}つ目の内容")
    [mail] = told(session)
    assert "株式会社サンプル" in mail.text
    assert f"https://desk.test/console/work-requests/{request.number}\n" in mail.text
    row = session.get_one(OutboxMessage, mail.id)
    assert (row.available_at, row.state) == (MORNING + CHANGES_WAIT, MessageState.WAITING)


def test_a_change_after_the_mail_has_left_is_told_anew(session: Session) -> None:
    request = sent(session, needs_approval=False, points=0)
    amend(session, request, "一つ目の内容")
    row = session.get_one(OutboxMessage, told(session)[0].id)
    row.state, row.attempts = MessageState.SENT, 1
    session.flush()
    amend(session, request, "二つ目の内容")
    assert len(told(session)) == 2


@pytest.mark.parametrize("way", ["accept", "reject", "withdraw"])
def test_nobody_learns_of_a_change_to_what_is_decided_by_then(session: Session, way: str) -> None:
    request = sent(session, needs_approval=False, points=0)
    amend(session, request, "変更後の内容")
    decide(session, way, request)
    assert told(session) == []


def test_a_mail_on_its_way_is_left_alone(session: Session) -> None:
    request = sent(session, needs_approval=False, points=0)
    amend(session, request, "変更後の内容")
    row = session.get_one(OutboxMessage, told(session)[0].id)
    row.state, row.attempts = MessageState.CLAIMED, 1
    session.flush()
    decide(session, "withdraw", request)
    assert session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == row.id)).one() == "claimed"


def test_what_has_not_come_to_the_desk_is_not_told_there(session: Session) -> None:
    request = sent(session, points=0)
    amend(session, request, "変更後の内容")
    assert (request.state, request.changed_at) == (RequestState.APPROVAL, None)
    assert [mail for mail in queued_mails(session) if mail.to == DESK] == []
    approve(session, request)
    assert "新しい作業依頼" in told(session, request.number)[-1].subject
    assert request.changed_at is None


def test_what_was_there_before_comes_again_as_changed(session: Session) -> None:
    request = sent(session, points=0)
    approve(session, request)
    amend(session, request, "変更後の内容")
    # It left the desk, so there is nothing to tell yet.
    assert (request.state, told(session)) == (RequestState.APPROVAL, [])
    amend(session, request, "さらに変更後の内容")
    assert request.changed_at == request.updated_at
    approve(session, request)
    again = told(session, "再び受理待ち")
    assert len(again) == 1
    assert "改めて管理者が承認しました" in again[0].text
    assert "さらに変更後の内容" in again[0].text


def test_an_administrators_change_stays_at_the_desk_and_is_told(session: Session) -> None:
    request = sent(session, points=0)
    approve(session, request)
    amend(session, request, "変更後の内容", who="hanako")
    assert request.state is RequestState.WAITING
    assert len(told(session)) == 1


def test_nothing_changed_is_nothing_told(session: Session) -> None:
    request = sent(session, needs_approval=False, points=0)
    assert not amend(session, request, "ポリシーの変更をお願いします。")
    assert (request.changed_at, told(session)) == (None, [])


@pytest.mark.req("LIST-05")
def test_the_queue_shows_and_sorts_what_was_changed(given: Given, signed_in: SignedIn) -> None:
    with clock.at(MORNING):
        first, second, third = (given(requests.waiting) for _ in range(3))
    with clock.at(MORNING + 10 * MINUTE):
        given(change, third)
    with clock.at(MORNING + 20 * MINUTE):
        given(change, second)
    with clock.at(MORNING + 30 * MINUTE):
        agent = signed_in("agent")
        page = agent.get(QUEUE)
        rows = {row["依頼番号"]: row["変更"] for row in page.rows()}
        assert rows == {first: "", second: "10分前", third: "20分前"}
        titles = {item.get("title") for item in page.styled("span", "badge")}
        assert "受付後に変更: 2026年11月20日(金) 09:20:00" in titles
        assert [row["依頼番号"] for row in agent.get(f"{QUEUE}?sort=-changed").rows()] == [
            second,
            third,
            first,
        ]
        assert "受付後の変更 10分前" in agent.get(f"{QUEUE}{second}").words()
        assert "受付後の変更" not in agent.get(f"{QUEUE}{first}").words()
        assert "10分前" in [row.get("変更") for row in agent.get("/console/").rows()]


def test_an_agent_who_reads_english_reads_the_same(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting)
    given(change, number)
    page = signed_in("cs_agent").get(QUEUE)
    assert page.rows()[0]["Changed"] == "just now"


def test_who_was_not_there_is_told_nothing_more_than_the_service(session: Session) -> None:
    """Strangers of the customer and agents of other services are not among the recipients."""
    request = sent(session, needs_approval=False, points=0)
    before = len(queued_mails(session))
    amend(session, request, "変更後の内容", who="hanako")
    assert [mail.to for mail in queued_mails(session)[before:]] == [DESK]
    assert cast.ROLES["agent"].login_id != DESK
