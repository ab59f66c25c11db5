"""GET /console/work-requests/<number>/pulse: an agent's open page learns that the customer has changed the request."""

import pytest
from sqlalchemy.orm import Session

from app.catalog.lifecycle import RequestState
from tests.catalog.approval.steps import amend
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored
from tests.factories import requests

pytestmark = pytest.mark.req("MAIL-06", "REL-05")

QUEUE = "/console/work-requests"
SENT = {"HX-Request": "true"}
NEW = "別のポリシーでお願いします。"
NEWS = "ページを開いた後に、この作業依頼が変更されました"


def change(session: Session, number: str) -> None:
    amend(session, requests.request_of(session, number), NEW)


def query_of(page: Page) -> str:
    """What an open page sends with its next question."""
    (told,) = [item for item in page.all("div") if item.get("data-live-query-value")]
    return str(told.get("data-live-query-value"))


def ask(agent: InspectingClient, number: str, query: str) -> Page:
    return agent.get(f"{QUEUE}/{number}/pulse?{query}", headers=SENT)


def test_it_says_nothing_as_long_as_nothing_changes(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting)
    agent = signed_in("agent")
    page = agent.get(f"{QUEUE}/{number}")
    assert NEWS not in page.words()
    agent.get(f"{QUEUE}/{number}/pulse?{query_of(page)}", headers=SENT)
    answer = ask(agent, number, query_of(page))
    assert (answer.status, answer.text) == (204, "")
    # The session and who has it, the services, the request.
    assert len(answer.queries) <= 6


def test_what_the_customer_changed_comes_in_with_a_warning_and_cannot_be_decided_unread(
    given: Given, signed_in: SignedIn, stored: Stored
) -> None:
    number = given(requests.waiting)
    agent = signed_in("agent")
    page = agent.get(f"{QUEUE}/{number}")
    given(change, number)
    news = ask(agent, number, query_of(page))
    assert news.status == 200
    for told in (NEWS, NEW, "受付後の変更"):
        assert told in news.text
    assert {item.get("data-live") for item in news.all("div")} >= {"news", "head", "content"}
    # The next question goes from there, and what came in by itself is not decided on.
    assert ask(agent, number, query_of(news)).status == 204
    accepted = agent.submit(page, f"{QUEUE}/{number}/acceptance")
    assert accepted.status == 409
    state = stored(lambda session: requests.request_of(session, number).state)
    assert state is RequestState.WAITING


def test_who_comes_back_gets_the_whole_part_and_no_warning(given: Given, signed_in: SignedIn) -> None:
    number = given(requests.waiting)
    agent = signed_in("agent")
    answer = ask(agent, number, "after=0&version=0")
    assert answer.status == 200
    assert NEWS not in answer.text


@pytest.mark.req("SEC-26")
def test_a_request_of_another_service_is_not_there(given: Given, signed_in: SignedIn) -> None:
    number = given(lambda session: requests.waiting(session, number="N700000002"))
    assert ask(signed_in("cs_agent"), number, "version=0").status == 404
