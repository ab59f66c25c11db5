"""A customer number without an administrator who can sign in: what waits for an approval there is seen at the desk.

The desk asks, it does not approve in the customer's place (docs/decisions/0022).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User, UserNumber
from app.authz import Audience, Forbidden
from app.cases.actions import StaleEdit
from app.catalog.actions import asking
from app.catalog.actions.asking import NOT_BEFORE, JustAsked, NobodyToAsk, NotInApproval
from app.catalog.claiming import AlreadyDecided
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.journal import JournalEvent
from tests import cast
from tests.catalog.approval.steps import amend, approve, seen, sent
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import requests
from tests.factories.mails import queued_mails

pytestmark = pytest.mark.req("WR-08", "DESK-02")

QUEUE = "/console/work-requests/"
STUCK = f"{QUEUE}?view=approval"
DESK, HANAKO, TARO = "desk-cs@desk.example", "hanako@sample.example", "taro@sample.example"
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
Loss = Callable[[Session], None]


def set_hanako(session: Session, **values: object) -> None:
    session.execute(update(User).where(User.login_key == cast.ROLES["hanako"].login_id).values(**values))


def disabled(session: Session) -> None:
    set_hanako(session, disabled_at=clock.now())


def stopped_by_herself(session: Session) -> None:
    set_hanako(session, frozen_at=clock.now())


def no_administrator(session: Session) -> None:
    set_hanako(session, is_administrator=False)


def without_the_number(session: Session) -> None:
    """She keeps the company's number of the other service."""
    number = cast.number(session, cast.CS_NUMBER)
    session.execute(
        delete(UserNumber).where(
            UserNumber.number_id == number.id, UserNumber.user_id == cast.person(session, "hanako").id
        )
    )


LOSSES = (disabled, stopped_by_herself, no_administrator, without_the_number)


def ask(session: Session, request: WorkRequest, *, who: str = "agent", version: int | None = None) -> int:
    actor, found = seen(session, request, who)
    chosen = found.version if version is None else version
    return asking.ask_again(session, found, actor=actor, version=chosen)


def asked_again(session: Session) -> list[str]:
    return [mail.to for mail in queued_mails(session) if "承認をお待ちしています" in mail.subject]


@pytest.mark.parametrize("lose", LOSSES)
def test_what_nobody_can_approve_stands_under_a_heading_of_its_own(
    given: Given, signed_in: SignedIn, lose: Loss
) -> None:
    number, other = given(requests.in_approval), given(requests.waiting)
    agent = signed_in("agent")
    assert "承認できる人がいない" not in agent.get("/console/").words()
    assert [row["依頼番号"] for row in agent.get(STUCK).rows()] == []
    assert "承認できる管理者がいます" in agent.get(STUCK).words()
    given(lose)
    page = agent.get(STUCK)
    assert [row["依頼番号"] for row in page.rows()] == [number]
    assert "管理者の作成または有効化" in page.words()
    queue = agent.get(QUEUE)
    assert [row["依頼番号"] for row in queue.rows()] == [other]
    assert "ほかに 1 件の依頼" in queue.words()
    (link,) = [item for item in queue.all("a", href=STUCK) if queue.words(item) != "承認できる人がいない 1"]
    assert queue.words(link) == "対応方法を表示"
    assert "承認できる人がいない作業依頼 1" in agent.get("/console/").words()


@pytest.mark.req("ROLE-05")
def test_agents_see_it_in_their_services_alone(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    given(disabled)
    english = signed_in("cs_agent").get(STUCK)
    assert [row["Request number"] for row in english.rows()] == [number]
    assert "Have one created or enabled" in english.words()
    given(lambda session: session.execute(update(WorkRequest).values(service_id=2)) and None)
    assert signed_in("cs_agent").get(STUCK).rows() == []


def test_at_the_sending_desk_and_requester_are_told(given: Given, outbox: Outbox) -> None:
    given(disabled)
    outbox()
    number = given(requests.in_approval)
    mails = {mail.to: mail for mail in outbox()}
    assert set(mails) == {DESK, TARO}
    assert mails[DESK].subject.startswith(f"[{number}] この作業依頼を承認できる人がいません")
    assert f"お客様番号 {cast.CS_NUMBER} には" in mails[DESK].text
    assert "承認できる管理者がいません" in mails[TARO].text
    assert "依頼内容" in mails[TARO].text


def test_with_an_administrator_nobody_at_the_desk_is_told(given: Given, outbox: Outbox) -> None:
    given(requests.in_approval)
    assert {mail.to for mail in outbox()} == {HANAKO, TARO}


def test_a_change_tells_the_desk_only_when_it_takes_the_request_away_from_there(session: Session) -> None:
    request = sent(session, points=0)
    approve(session, request)
    disabled(session)
    for text in ("一つ目", "二つ目", "三つ目"):
        amend(session, request, text)
    told = [mail for mail in queued_mails(session) if "承認できる人がいません" in mail.subject]
    assert [mail.to for mail in told] == [DESK]
    assert request.state is RequestState.APPROVAL


def test_its_page_says_what_to_do_to_each_by_their_rights(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    given(disabled)
    create = f"/console/people/new?number={cast.CS_NUMBER}"
    page = signed_in("admin").get(f"{QUEUE}{number}")
    assert "承認できる人がいません" in page.words()
    assert page.all("a", href=create)
    assert not page.offers(f"{QUEUE}{number}/approval-request")
    agents = signed_in("agent").get(f"{QUEUE}{number}")
    assert not agents.all("a", href=create)
    assert "システム管理者が作成できます" in agents.words()
    assert agents.all("a", href=f"/console/people/?q={cast.CS_NUMBER}")
    own = signed_in("taro").get(f"/cs/work-requests/sent/{number}")
    assert "ログインできる管理者がいません" in own.words()


def test_nobody_at_the_desk_can_approve(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.in_approval)
    for who in ("agent", "admin"):
        page = signed_in(who).get(f"{QUEUE}{number}")
        posts = [item.get("action") or "" for item in page.all("form", method="post")]
        assert [action for action in posts if number in action] == [f"{QUEUE}{number}/approval-request"]


@pytest.mark.req("REL-04")
def test_the_desk_asks_again_once_an_hour_however_often_it_clicks(
    given: Given, signed_in: SignedIn, outbox: Outbox, stored: Stored
) -> None:
    with clock.at(NOON):
        number = given(requests.in_approval)
    ask_at = f"{QUEUE}{number}/approval-request"
    outbox()
    with clock.at(NOON):
        agent = signed_in("agent")
        page = agent.get(f"{QUEUE}{number}")
        assert "佐藤 花子" in page.words()
        assert agent.submit(page, ask_at).location == f"{QUEUE}{number}"
        [mail] = outbox()
        assert mail.to == HANAKO
        assert mail.subject.startswith(f"[{number}] 作業依頼の承認をお待ちしています")
        assert "依頼内容" in mail.text
    with clock.at(NOON + NOT_BEFORE - timedelta(seconds=1)):
        agent = signed_in("agent")
        page = agent.get(f"{QUEUE}{number}")
        late = agent.submit(page, ask_at)
        assert late.status == 409
        assert "1時間以内" in late.alerts()
        assert outbox() == []
    with clock.at(NOON + NOT_BEFORE):
        assert agent.submit(page, ask_at).status == 303
        assert len(outbox()) == 1
    told = stored(
        lambda session: session.scalars(
            select(JournalEvent).where(JournalEvent.kind == "work_request.approval_asked_again")
        ).all()
    )
    assert [(row.audience, row.data) for row in told] == [(Audience.CUSTOMER, {"recipients": 1})] * 2
    assert "承認を再度依頼" in signed_in("hanako").get(f"/cs/work-requests/sent/{number}").words()


@pytest.mark.parametrize("who", ["hanako", "taro", "alice"])
def test_no_customer_asks_in_the_name_of_the_desk(session: Session, who: str) -> None:
    request = requests.request_of(session, requests.in_approval(session))
    with pytest.raises(Forbidden):
        asking.ask_again(session, request, actor=cast.actor_of(session, who), version=request.version)


def test_what_does_not_wait_for_an_approval_is_not_asked_for(session: Session) -> None:
    request = sent(session, points=0)
    old = request.version
    approve(session, request)
    with pytest.raises(StaleEdit):
        ask(session, request, version=old)
    with pytest.raises(NotInApproval):
        ask(session, request)
    requests.accept(session, request.number)
    with pytest.raises(AlreadyDecided):
        ask(session, request)
    assert asked_again(session) == []


def test_nobody_is_asked_where_nobody_can_answer(session: Session) -> None:
    request = sent(session, points=0)
    disabled(session)
    with pytest.raises(NobodyToAsk):
        ask(session, request)
    set_hanako(session, disabled_at=None)
    assert ask(session, request) == 1
    with pytest.raises(JustAsked):
        ask(session, request, who="lead")
    assert asked_again(session) == [HANAKO]


def approved(session: Session, number: str) -> None:
    approve(session, requests.request_of(session, number))


def test_an_old_page_is_told_how_things_stand(
    given: Given, signed_in: SignedIn, untouched: Untouched
) -> None:
    number = given(requests.in_approval)
    agent, ask_at = signed_in("agent"), f"{QUEUE}{number}/approval-request"
    page = agent.get(f"{QUEUE}{number}")
    given(lambda session: approved(session, number))
    with untouched():
        stale = agent.submit(page, ask_at)
        assert stale.status == 409
        assert stale.offers(f"{QUEUE}{number}/acceptance")
        current = str(stale.form(f"{QUEUE}{number}/acceptance")["version"])
        late = agent.submit(page, ask_at, version=current)
        assert late.status == 409
        assert "承認待ちではなくなりました" in late.alerts()
