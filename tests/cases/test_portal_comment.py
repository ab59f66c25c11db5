"""POST /<service>/cases/<case>/comments: a customer writes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden
from app.cases.lifecycle import Act, CaseState
from app.cases.models import COMMENT_LENGTH
from tests import cast
from tests.cases import bad_texts
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
PEOPLE = [("hanako", CS_NUMBER, 0), ("alice", ALICE_CS_NUMBER, 1)]
OPEN = [state for state in CaseState if state is not CaseState.CLOSED]
NOT_SENT = (
    "ケースがクローズされたため、入力した内容は送信されていません。",
    "The case has been closed; your text was not sent.",
)


@pytest.mark.req("CASE-05", "ROLE-06")
@pytest.mark.parametrize("person", ["hanako", "taro"])
def test_a_comment_appears_with_author_and_time(signed_in: SignedIn, given: Given, person: str) -> None:
    number = given(cases.open_inquiry)
    client = signed_in(person)
    page = client.get(f"/cs/cases/{number}")
    button = [
        page.words(item)
        for item in page.one("form", action=f"/cs/cases/{number}/comments").iter()
        if item.tag.endswith("button") and item.get("type") == "submit"
    ]
    assert button == ["送信"]
    answer = client.submit(page, f"/cs/cases/{number}/comments", body="追加の情報です")
    assert (answer.status, answer.location) == (303, f"/cs/cases/{number}")
    entry = client.get(answer.location).styled("li", "timeline-entry")[0]
    words = page.words(entry)
    assert "追加の情報です" in words
    assert cast.ROLES[person].family in words
    assert "たった今" in words or "数秒前" in words


@pytest.mark.req("CASE-05", "MAIL-06")
def test_the_agents_are_told(signed_in: SignedIn, given: Given, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    outbox()
    client = signed_in("taro")
    client.submit(client.get(f"/cs/cases/{number}"), f"/cs/cases/{number}/comments", body="急ぎです")
    (told,) = outbox()
    assert told.to == "desk-cs@desk.example"
    assert number in told.subject
    assert "急ぎです" in told.text


@pytest.mark.req("CASE-17", "T6")
@pytest.mark.parametrize("state", OPEN)
def test_only_where_the_customer_is_awaited_a_comment_changes_the_state(
    signed_in: SignedIn, given: Given, stored: Stored, state: CaseState
) -> None:
    number = given(cases.in_state, state)
    client = signed_in("taro")
    client.submit(client.get(f"/cs/cases/{number}"), f"/cs/cases/{number}/comments", body="返信")
    expected = CaseState.IN_PROGRESS if state is CaseState.AWAITING_CUSTOMER else state
    assert stored(lambda session: cases.state_of(session, number)) is expected
    history = stored(lambda session: cases.history(session, number))
    moved = ["case.state_changed"] if state is CaseState.AWAITING_CUSTOMER else []
    assert history[history.index("case.comment_added") :] == ["case.comment_added", *moved]


@pytest.mark.req("CASE-17", "T6")
@pytest.mark.parametrize("state", OPEN)
def test_an_agents_comment_changes_no_state(session: Session, state: CaseState) -> None:
    number = cases.in_state(session, state)
    cases.comment(session, number, "確認しました")
    assert cases.state_of(session, number) is state


@pytest.mark.req("CASE-22")
@pytest.mark.parametrize("person", ["hanako", "agent"])
def test_a_comment_changes_the_updated_time(given: Given, stored: Stored, person: str) -> None:
    with clock.at(STARTED):
        number = given(cases.open_inquiry)
    with clock.at(STARTED + timedelta(hours=2)):
        given(cases.comment, number, "本文", by=person)
    updated = stored(lambda session: cases.case_of(session, number).updated_at)
    assert updated == STARTED + timedelta(hours=2)


@bad_texts.each_odd
def test_odd_text_is_kept_and_shown_as_typed(signed_in: SignedIn, given: Given, typed: str) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    address = f"/cs/cases/{number}"
    assert client.submit(client.get(address), f"{address}/comments", body=typed).status == 303
    for reader in (client.get(address), signed_in("agent").get(f"/console/cases/{number}")):
        assert typed in "".join(reader.styled("p", "as-typed")[0].itertext())


@pytest.mark.parametrize(("person", "number", "language"), PEOPLE)
@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ("", bad_texts.EMPTY_MESSAGE),
        (" \n\t ", bad_texts.EMPTY_MESSAGE),
        ("a\0b", bad_texts.CONTROL_MESSAGE),
        ("a\u202eb", bad_texts.CONTROL_MESSAGE),
        (
            "あ" * (COMMENT_LENGTH + 5),
            tuple(text.format(length=COMMENT_LENGTH, excess=5) for text in bad_texts.TOO_LONG_MESSAGE),
        ),
    ],
    ids=["empty", "blank", "NUL", "bidi", "too long"],
)
def test_a_bad_text_is_refused_at_the_field_and_kept(
    signed_in: SignedIn,
    given: Given,
    untouched: Untouched,
    person: str,
    number: str,
    language: int,
    typed: str,
    messages: tuple[str, str],
) -> None:
    case = given(cases.in_state, CaseState.AWAITING_CUSTOMER, number=number)
    client = signed_in(person)
    action = f"/cs/cases/{case}/comments"
    page = client.get(f"/cs/cases/{case}")
    with untouched():
        answer = client.submit(page, action, body=typed)
    assert answer.status == 422
    assert messages[language] in answer.error_at("body")
    assert answer.form(action)["body"].strip() == bad_texts.shown(typed).strip()


@pytest.mark.req("CASE-16")
@pytest.mark.parametrize(("person", "number", "language"), PEOPLE)
def test_after_the_closure_the_text_is_shown_but_not_sent(
    signed_in: SignedIn, given: Given, untouched: Untouched, person: str, number: str, language: int
) -> None:
    case = given(cases.in_state, CaseState.IN_PROGRESS, number=number)
    client = signed_in(person)
    page = client.get(f"/cs/cases/{case}")
    given(cases.move, case, Act.CLOSE, by=person)
    with untouched():
        answer = client.submit(page, f"/cs/cases/{case}/comments", body="間に合わなかった返信")
    assert answer.status == 409
    assert NOT_SENT[language] in answer.alerts()
    assert answer.value("body") == "間に合わなかった返信"
    assert not [item for item in answer.all("button") if answer.words(item) in {"送信", "Send"}]


@pytest.mark.req("CASE-16", "T12")
def test_the_action_itself_refuses_a_comment_on_a_closed_case(given: Given, stored: Stored) -> None:
    number = given(cases.in_state, CaseState.CLOSED)
    for name in ("hanako", "agent"):
        with pytest.raises(Forbidden):
            given(cases.comment, number, "もう一度", by=name)
    assert stored(lambda session: cases.bodies(session, number)) == []


def test_the_action_refuses_a_stranger(given: Given) -> None:
    number = given(cases.open_inquiry)
    for name in ("alice", "charlie", "jiro"):
        with pytest.raises(Forbidden):
            given(cases.comment, number, "覗き見", by=name)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, untouched: Untouched, method: str) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    fields = {"csrf_token": client.token(), "body": "x"}
    with untouched():
        answer = client.fetch(method, f"/cs/cases/{number}/comments", data=fields)
    assert answer.status == 405


@pytest.mark.req("SVC-04", "SEC-26")
def test_stranger(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("alice")
    with untouched():
        answer = client.act(f"/cs/cases/{number}/comments", body="覗き見", form_key="0" * 32)
    assert answer.status == 404


@pytest.mark.parametrize("person", ["agent", "charlie"])
def test_wrong_role(signed_in: SignedIn, given: Given, untouched: Untouched, person: str) -> None:
    number = given(cases.open_inquiry)
    client = signed_in(person)
    with untouched():
        answer = client.act(f"/cs/cases/{number}/comments", body="代理", form_key="0" * 32)
    assert (answer.status, answer.location) == (303, "/cs/login")


def test_nobody_is_sent_to_sign_in(client: object, given: Given, signed_in: SignedIn) -> None:
    del client
    number = given(cases.open_inquiry)
    visitor = signed_in("hanako")
    visitor.act("/cs/logout")
    answer = visitor.act(f"/cs/cases/{number}/comments", body="退出後", form_key="0" * 32)
    assert (answer.status, answer.location) == (303, "/cs/login")


@pytest.mark.req("CASE-05")
def test_the_enhanced_answer_is_the_part_of_the_page(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    number = given(cases.in_state, CaseState.AWAITING_CUSTOMER)
    client = signed_in("hanako")
    page = client.get(f"/cs/cases/{number}")
    action = f"/cs/cases/{number}/comments"
    fields = page.form(action) | {"body": "返信"}
    answer = client.post(action, fields, headers={"HX-Request": "true"})
    assert (answer.status, answer.is_part) == (200, True)
    assert "返信" in answer.words(answer.styled("p", "as-typed")[0])
    assert answer.form(action)["body"] == ""
    assert answer.form(action)["form_key"] != fields["form_key"]
    refused = client.post(action, answer.form(action), headers={"HX-Request": "true"})
    assert (refused.status, refused.is_part) == (422, True)
    assert refused.error_at("body")
    assert stored(lambda session: cases.bodies(session, number)) == ["返信"]
