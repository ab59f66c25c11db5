"""One open inquiry per customer number, where the service asks for it; and the database holds it too."""

import pysqlite3
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.cases import actions
from app.cases.categories import Category
from app.cases.lifecycle import Act, CaseState
from app.cases.models import Case
from app.extensions import db
from tests import cast
from tests.cases.races import at_once
from tests.cast import ALICE_CS_NUMBER, ALICE_FM_NUMBER, CHARLIE_NUMBER, CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import message

FORM = "/fm/inquiries/new"


@pytest.mark.req("INQ-07", "M-20")
@pytest.mark.parametrize("person", ["jiro", "alice"])
def test_the_notice_stands_above_the_form(signed_in: SignedIn, person: str) -> None:
    page = signed_in(person).get(FORM)
    notice = page.styled("p", "notice-strict")
    assert [page.words(item) for item in notice] == [message("M-20", page.language)]
    text = page.words()
    assert text.index(message("M-20", page.language)) < text.index(message("M-48", page.language))


@pytest.mark.req("INQ-07")
def test_where_the_rule_is_off_there_is_no_notice_and_no_limit(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    for _ in range(2):
        page = client.get("/cs/inquiries/new")
        assert not page.styled("p", "notice-strict")
        assert client.submit(page, "/cs/inquiries/new", category="other").status == 303
    assert len(stored(cases.all_numbers)) == 2


@pytest.mark.req("INQ-07", "M-25")
@pytest.mark.parametrize(("person", "number"), [("jiro", FM_NUMBER), ("alice", ALICE_FM_NUMBER)])
def test_a_second_inquiry_is_refused_naming_the_open_case(
    signed_in: SignedIn, given: Given, untouched: Untouched, outbox: Outbox, person: str, number: str
) -> None:
    first = given(cases.open_inquiry, number=number)
    outbox()
    client = signed_in(person)
    page = client.get(FORM)
    with untouched():
        answer = client.submit(page, FORM, category="other", details="二件目")
    assert answer.status == 422
    assert message("M-25", answer.language, number=first) in answer.alerts()
    assert [item.get("href") for item in answer.all("a", href=f"/fm/cases/{first}")] == [f"/fm/cases/{first}"]
    assert answer.form(FORM)["details"] == "二件目"
    assert outbox() == []


@pytest.mark.req("INQ-07")
def test_the_refusal_counts_for_every_user_of_the_number(session: Session) -> None:
    first = cases.open_inquiry(session, number=FM_NUMBER, by="hanako")
    with pytest.raises(actions.OpenInquiryExists) as refusal:
        cases.open_inquiry(session, number=FM_NUMBER, by="jiro")
    assert refusal.value.number == first


@pytest.mark.req("INQ-07")
@pytest.mark.parametrize(
    "state", [CaseState.NEW, CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER, CaseState.RESOLVED]
)
def test_every_state_but_closed_keeps_a_further_one_out(session: Session, state: CaseState) -> None:
    cases.in_state(session, state, number=FM_NUMBER)
    with pytest.raises(actions.OpenInquiryExists):
        cases.open_inquiry(session, number=FM_NUMBER)


@pytest.mark.req("INQ-07")
@pytest.mark.parametrize("act", [Act.CLOSE, Act.ACCEPT])
def test_once_it_is_closed_the_next_is_accepted(session: Session, act: Act) -> None:
    state = CaseState.RESOLVED if act is Act.ACCEPT else CaseState.IN_PROGRESS
    first = cases.in_state(session, state, number=FM_NUMBER)
    cases.move(session, first, act, by="jiro")
    assert cases.open_inquiry(session, number=FM_NUMBER) > first


@pytest.mark.req("INQ-07")
def test_numbers_do_not_keep_each_other_out(session: Session) -> None:
    numbers = [FM_NUMBER, ALICE_FM_NUMBER, CHARLIE_NUMBER]
    assert len({cases.open_inquiry(session, number=number) for number in numbers}) == 3


@pytest.mark.req("INQ-08")
def test_failures_are_always_accepted_and_not_counted(session: Session) -> None:
    for _ in range(2):
        cases.open_inquiry(session, number=FM_NUMBER, category=Category.FAILURE)
    assert cases.open_inquiry(session, number=FM_NUMBER)
    assert cases.open_inquiry(session, number=FM_NUMBER, category=Category.FAILURE)
    with pytest.raises(actions.OpenInquiryExists):
        cases.open_inquiry(session, number=FM_NUMBER)


@pytest.mark.req("INQ-08", "DESK-06")
def test_cases_of_the_desk_are_neither_counted_nor_kept_out(session: Session) -> None:
    cases.open_case(session, number=FM_NUMBER)
    cases.open_inquiry(session, number=FM_NUMBER)
    cases.open_case(session, number=FM_NUMBER, category=Category.ALERT)
    assert len(cases.all_numbers(session)) == 3


INSERT = (
    'INSERT INTO "case" (number, service_id, customer_number_id, category, origin, state, closed_at, '
    "holds_inquiry_slot, created_at, updated_at, version) "
    "SELECT ?, service_id, customer_number_id, category, origin, ?, ?, holds_inquiry_slot, created_at, updated_at, 1 "
    'FROM "case" WHERE number = ?'
)


@pytest.mark.req("INQ-07")
def test_the_database_itself_refuses_a_second_one(given: Given, app: Flask) -> None:
    """Whatever code writes there, now or later: the unique index holds."""
    first = given(cases.open_inquiry, number=FM_NUMBER)
    with app.app_context():
        connection = pysqlite3.connect(db.engine.url.database)
    with pytest.raises(pysqlite3.IntegrityError, match="UNIQUE"):
        connection.execute(INSERT, ("CS9999999", "new", None, first))
    connection.execute(INSERT, ("CS9999998", "closed", "2026-01-01 00:00:00", first))
    connection.rollback()
    connection.close()


@pytest.mark.req("INQ-07")
def test_of_two_at_once_one_is_accepted(app: Flask, stored: Stored) -> None:
    """Jiro and Hanako press the button together, each in a transaction and a thread of its own."""

    def inquire(name: str) -> str:
        with app.test_request_context():
            try:
                number = cases.open_inquiry(db.session, number=FM_NUMBER, by=name)
                db.session.commit()
            except actions.OpenInquiryExists as refusal:
                db.session.rollback()
                return f"refused for {refusal.number}"
            return number

    outcomes = at_once(lambda: inquire("jiro"), lambda: inquire("hanako"))
    assert sorted(outcomes) == ["CS0000001", "refused for CS0000001"]
    assert stored(cases.all_numbers) == ["CS0000001"]


@pytest.mark.req("INQ-07", "REL-04")
def test_of_two_forms_sent_at_once_one_opens_a_case(signed_in: SignedIn, stored: Stored) -> None:
    clients = [signed_in(name) for name in ("jiro", "hanako")]
    pages = [client.get(FORM) for client in clients]
    answers = at_once(
        lambda: clients[0].submit(pages[0], FORM, category="other"),
        lambda: clients[1].submit(pages[1], FORM, category="other"),
    )
    assert sorted(answer.status for answer in answers) == [303, 422]
    assert stored(cases.all_numbers) == ["CS0000001"]


def test_the_slot_belongs_to_inquiries_alone(session: Session) -> None:
    for number, holds in ((FM_NUMBER, True), (CS_NUMBER, False), (ALICE_CS_NUMBER, False)):
        case: Case = cases.case_of(session, cases.open_inquiry(session, number=number))
        assert case.holds_inquiry_slot is holds
    desk = cases.case_of(session, cases.open_case(session, number=FM_NUMBER))
    assert not desk.holds_inquiry_slot
    assert cast.number(session, FM_NUMBER).id == desk.customer_number_id
