"""Many posts at the same moment, each in a thread of its own (REL-04, F11)."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.session import COOKIE
from app.cases.models import Case, CaseComment
from app.extensions import db
from app.journal import JournalEvent, broken_links
from app.outbox import OutboxMessage
from app.web.once import FormSubmission
from tests.client import BASE_URL, InspectingClient
from tests.ground_floor.threads import together

pytestmark = pytest.mark.req("REL-04")

POSTS = 20
INQUIRY = "/cs/inquiries/new"
FORM_COOKIE = "__Host-madoguchi-form"
Answer = tuple[int, str]


def post_together(
    app: Flask, browser: InspectingClient, path: str, bodies: list[dict[str, str]]
) -> list[Answer]:
    """Post all bodies at once, as tabs of one browser."""
    jar = {name: browser._client.get_cookie(name, domain="desk.test") for name in (COOKIE, FORM_COOKIE)}

    def post(index: int) -> Answer:
        tab = app.test_client()
        for name, cookie in jar.items():
            assert cookie is not None
            tab.set_cookie(name, cookie.value, domain="desk.test", secure=True)
        answer = tab.post(path, base_url=BASE_URL, data=bodies[index])
        return answer.status_code, answer.headers.get("Location", "")

    return together(app, len(bodies), post)


def count(app: Flask, *tables: type) -> list[int]:
    with app.app_context():
        found = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
        db.session.rollback()
        return found


@pytest.mark.req("INQ-06")
def test_twenty_equal_posts_make_one_case_and_one_set_of_mails(app: Flask, client: InspectingClient) -> None:
    client.sign_in("hanako")
    fields = {**client.get(INQUIRY).form(INQUIRY), "category": "service", "details": "一度だけ"}
    answers = post_together(app, client, INQUIRY, [fields] * POSTS)

    assert Counter(answers) == {(303, "/cs/cases/CS0000001"): POSTS}
    assert count(app, Case, CaseComment, FormSubmission) == [1, 1, 1]
    with app.app_context():
        receivers = db.session.scalars(select(OutboxMessage.payload["to"].as_string())).all()
        assert len(receivers) == len(set(receivers)) == 2
        assert broken_links(db.session) == []


def test_one_key_with_twenty_texts_takes_one_of_them(app: Flask, client: InspectingClient) -> None:
    client.sign_in("hanako")
    fields = {**client.get(INQUIRY).form(INQUIRY), "category": "service"}
    answers = post_together(
        app, client, INQUIRY, [{**fields, "details": f"本文 {index}"} for index in range(POSTS)]
    )

    assert Counter(status for status, _ in answers) == {303: 1, 422: POSTS - 1}
    assert count(app, Case, CaseComment, FormSubmission) == [1, 1, 1]


@pytest.mark.req("CASE-02")
def test_twenty_keys_make_twenty_cases_with_numbers_of_their_own(
    app: Flask, client: InspectingClient
) -> None:
    client.sign_in("hanako")
    fields = {**client.get(INQUIRY).form(INQUIRY), "category": "service"}
    bodies = [{**fields, "form_key": f"{index:032x}"} for index in range(POSTS)]
    answers = post_together(app, client, INQUIRY, bodies)

    assert sorted(answers) == [(303, f"/cs/cases/CS{number:07}") for number in range(1, POSTS + 1)]
    assert count(app, Case, FormSubmission) == [POSTS, POSTS]
    assert count(app, JournalEvent)[0] > POSTS


@pytest.mark.req("CASE-12")
def test_twenty_closings_close_once(app: Flask, client: InspectingClient) -> None:
    client.sign_in("hanako")
    fields = {**client.get(INQUIRY).form(INQUIRY), "category": "service"}
    case = client.post(INQUIRY, fields).location
    token = {"csrf_token": fields["csrf_token"]}
    answers = post_together(app, client, f"{case}/closure", [token] * POSTS)

    assert Counter(status for status, _ in answers) == {303: 1, 409: POSTS - 1}
    with app.app_context():
        told = select(func.count()).select_from(JournalEvent).where(JournalEvent.kind == "case.state_changed")
        assert db.session.scalar(told) == 1
