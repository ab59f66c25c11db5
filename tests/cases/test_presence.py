"""POST /console/cases/<case>/presence: who of the desk is at a case; customers never learn of it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden
from app.cases import draft_jobs, presence, queries
from app.cases.actions import presence as acts
from app.cases.lifecycle import CaseState
from app.cases.models import CasePresence
from tests import cast
from tests.client import InspectingClient
from tests.conftest import Given, SignedIn, Stored
from tests.factories import cases
from tests.factories.live import OpenPage, region

SAKURA, TAKAHASHI = "中村 さくら", "高橋 健"


@pytest.fixture
def number(given: Given) -> str:
    return str(given(cases.in_state, CaseState.IN_PROGRESS))


def be_there(client: InspectingClient, number: str, doing: str = "viewing") -> int:
    return client.act(f"/console/cases/{number}/presence", doing=doing).status


def rows(session: Session) -> list[tuple[str | None, bool]]:
    found = session.scalars(select(CasePresence).order_by(CasePresence.user_id))
    return [(queries.name_of(session, row.user_id), row.typed_at is not None) for row in found]


@pytest.mark.req("DESK-04", "C20")
def test_customers_neither_see_the_desk_nor_are_seen(
    signed_in: SignedIn, stored: Stored, number: str
) -> None:
    page = OpenPage(signed_in("hanako"), f"/cs/cases/{number}")
    before = page.ask()
    assert be_there(signed_in("agent"), number, "typing") == 204
    after = page.ask()
    assert (before.status, after.status, before.queries) == (204, 204, after.queries)
    whole = signed_in("hanako").get(f"/cs/cases/{number}")
    assert "閲覧中" not in whole.text
    assert "data-sign" not in whole.text
    assert signed_in("hanako").act(f"/cs/cases/{number}/presence", doing="typing").status == 404
    assert stored(rows) == [(SAKURA, True)]


@pytest.mark.req("DESK-03")
def test_colleagues_see_who_is_there_and_who_types(signed_in: SignedIn, number: str) -> None:
    sakura, page = signed_in("agent"), OpenPage(signed_in("lead"), f"/console/cases/{number}")
    assert region(page.page, "presence") == ""
    seen = []
    for doing in ("viewing", "typing", "viewing", "left"):
        be_there(sakura, number, doing)
        answer = page.ask()
        assert answer.status == 200
        seen.append(region(answer, "presence"))
        assert page.ask().status == 204
    assert seen == [f"{SAKURA}さんが閲覧中", f"{SAKURA}さんが入力中", f"{SAKURA}さんが閲覧中", ""]


def test_nobody_sees_themselves_and_each_case_has_its_own(
    signed_in: SignedIn, given: Given, number: str
) -> None:
    elsewhere = given(cases.open_case)
    sakura, takahashi = signed_in("agent"), signed_in("lead")
    be_there(sakura, number)
    be_there(takahashi, elsewhere)
    assert region(sakura.get(f"/console/cases/{number}"), "presence") == ""
    assert region(takahashi.get(f"/console/cases/{number}"), "presence") == f"{SAKURA}さんが閲覧中"
    assert region(sakura.get(f"/console/cases/{elsewhere}"), "presence") == f"{TAKAHASHI}さんが閲覧中"


def test_names_stand_in_the_readers_language(signed_in: SignedIn, number: str) -> None:
    be_there(signed_in("agent"), number, "typing")
    page = signed_in("cs_agent").get(f"/console/cases/{number}")
    assert region(page, "presence") == f"{SAKURA} is typing"


@pytest.mark.parametrize(("seconds", "is_there"), [(29, True), (30, False)])
def test_after_half_a_minute_of_silence_nobody_is_there(
    signed_in: SignedIn, number: str, seconds: int, *, is_there: bool
) -> None:
    start = clock.now()
    with clock.at(start):
        be_there(signed_in("agent"), number)
    with clock.at(start + timedelta(seconds=seconds)):
        page = signed_in("lead").get(f"/console/cases/{number}")
    assert (region(page, "presence") != "") is is_there


def test_a_page_that_goes_on_is_written_now_and_then(session: Session) -> None:
    case, start = cases.case_of(session, cases.open_inquiry(session)), clock.now()
    sakura, seen = cast.actor_of(session, "agent"), []
    for seconds, is_typing in ((0, False), (4, False), (8, False), (9, True), (10, True), (11, False)):
        with clock.at(start + timedelta(seconds=seconds)):
            acts.be_present(session, case, actor=sakura, is_typing=is_typing)
        row = session.scalars(select(CasePresence)).one()
        seen.append((row.seen_at - start).total_seconds())
    # Every eight seconds, and at once when somebody begins or stops typing.
    assert seen == [0, 0, 8, 9, 9, 11]


@pytest.mark.req("SEC-25")
@pytest.mark.parametrize("name", ["hanako", "taro", "alice"])
def test_the_actions_ask_the_rule_themselves(session: Session, name: str) -> None:
    case = cases.case_of(session, cases.open_inquiry(session))
    customer = cast.actor_of(session, name)
    with pytest.raises(Forbidden):
        acts.be_present(session, case, actor=customer, is_typing=True)
    with pytest.raises(Forbidden):
        acts.leave(session, case, actor=customer)


@pytest.mark.req("SVC-05", "SEC-26")
def test_an_agent_of_another_service_is_at_no_case_of_this_one(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.open_case, number=cast.FM_NUMBER)
    assert be_there(signed_in("cs_agent"), number) == 404
    assert stored(rows) == []


@pytest.mark.parametrize("doing", ["", "shouting", "\0", "x" * 5000])
def test_whatever_else_a_page_says_is_viewing(
    signed_in: SignedIn, stored: Stored, number: str, doing: str
) -> None:
    assert be_there(signed_in("agent"), number, doing) == 204
    assert stored(rows) == [(SAKURA, False)]


def test_the_absent_are_swept(app: Flask, signed_in: SignedIn, stored: Stored, number: str) -> None:
    start = clock.now()
    for name, seconds in (("agent", 0), ("lead", 10)):
        with clock.at(start + timedelta(seconds=seconds)):
            be_there(signed_in(name), number)
    with clock.at(start + timedelta(seconds=30)):
        assert draft_jobs.forget_absent(app) == 1
    assert stored(rows) == [(TAKAHASHI, False)]


def test_a_customer_as_reader_gets_nobody(session: Session) -> None:
    number = cases.open_inquiry(session)
    case = cases.case_of(session, number)
    acts.be_present(session, case, actor=cast.actor_of(session, "agent"), is_typing=False)
    for name in ("hanako", "alice"):
        assert presence.others_at(session, cast.actor_of(session, name), number) == ()
    assert len(presence.others_at(session, cast.actor_of(session, "lead"), case)) == 1
