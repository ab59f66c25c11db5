"""GET /console/cases/<case> and POST …/comments: the desk reads a case and replies."""

import pytest

from app.cases.lifecycle import Act, CaseState
from app.cases.models import COMMENT_LENGTH
from tests.cases import bad_texts
from tests.cast import FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import state

OPEN = [item for item in CaseState if item is not CaseState.CLOSED]


@pytest.mark.req("CASE-01", "DESK-04", "UI-04")
@pytest.mark.parametrize("case_state", list(CaseState))
@pytest.mark.parametrize(
    ("person", "language", "trail", "labels"),
    [
        ("agent", "ja", "ホーム ケース", ("お客様への返信", "内部メモ")),
        ("cs_agent", "en", "Home Cases", ("Reply to the customer", "Internal note")),
    ],
)
def test_it_shows_the_case_and_what_can_be_done(
    signed_in: SignedIn,
    given: Given,
    case_state: CaseState,
    person: str,
    language: str,
    trail: str,
    labels: tuple[str, str],
) -> None:
    number = given(cases.in_state, case_state)
    page = signed_in(person).get(f"/console/cases/{number}")
    assert page.words(page.styled("nav", "breadcrumb")[0]) == f"{trail} {number}"
    words = page.words()
    for value in (number, state(case_state, language), "N200000001", "株式会社サンプル", "佐藤 花子"):
        assert value in words
    fields = [page.words(item).removesuffix(" *") for item in page.styled("label", "field-label")]
    is_open = case_state is not CaseState.CLOSED
    assert (labels[0] in fields, labels[1] in fields) == (is_open, True)


@pytest.mark.req("ROLE-05", "DESK-03")
@pytest.mark.parametrize("person", ["agent", "lead", "admin"])
def test_agents_of_the_service_and_administrators_see_it(
    signed_in: SignedIn, given: Given, person: str
) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    assert signed_in(person).get(f"/console/cases/{number}").status == 200


@pytest.mark.req("ROLE-05", "SEC-26")
def test_stranger_gets_the_bytes_of_an_absent_case(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    client = signed_in("cs_agent")
    pages = [client.get(f"/console/cases/{name}") for name in (number, "CS9999999", "x", "%00")]
    pages += [client.get(f"/console/cases/{name}/details") for name in (number, "CS9999999")]
    assert {page.status for page in pages} == {404}
    assert len({page.answer.data for page in pages}) == 1


def test_wrong_role(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    answer = signed_in("hanako").get(f"/console/cases/{number}")
    assert answer.location == f"/console/login?next=%2Fconsole%2Fcases%2F{number}"


@pytest.mark.req("DESK-04", "MAIL-02")
@pytest.mark.parametrize("case_state", OPEN)
def test_a_reply_reaches_the_customer(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, case_state: CaseState
) -> None:
    number = given(cases.in_state, case_state)
    outbox()
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    answer = client.submit(page, f"/console/cases/{number}/comments", reply__body="ご確認ください\n2行目")
    assert (answer.status, answer.location) == (303, f"/console/cases/{number}")
    assert stored(lambda session: cases.bodies(session, number)) == ["ご確認ください\n2行目"]
    assert stored(lambda session: cases.state_of(session, number)) is case_state
    entry = signed_in("taro").get(f"/cs/cases/{number}").styled("li", "timeline-entry")[0]
    shown = " ".join("".join(entry.itertext()).split())
    assert "中村 さくら" in shown
    assert "ご確認ください 2行目" in shown
    (told,) = outbox()
    assert told.to == "hanako@sample.example"
    assert "ご確認ください\n2行目" in told.text


@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ("", bad_texts.EMPTY_MESSAGE),
        ("\u3000\n", bad_texts.EMPTY_MESSAGE),
        ("a\0b", bad_texts.CONTROL_MESSAGE),
        ("a\u2066b", bad_texts.CONTROL_MESSAGE),
        (
            "𠮷" * (COMMENT_LENGTH + 2),
            tuple(text.format(length=COMMENT_LENGTH, excess=2) for text in bad_texts.TOO_LONG_MESSAGE),
        ),
    ],
    ids=["empty", "blank", "NUL", "bidi", "too long"],
)
@pytest.mark.parametrize(("path", "field"), [("comments", "reply-body"), ("notes", "note-body")])
def test_a_bad_text_is_refused_at_its_own_field_and_kept(
    signed_in: SignedIn,
    given: Given,
    untouched: Untouched,
    person: str,
    language: int,
    typed: str,
    messages: tuple[str, str],
    path: str,
    field: str,
) -> None:
    number = given(cases.open_inquiry)
    client = signed_in(person)
    action = f"/console/cases/{number}/{path}"
    fields = client.get(f"/console/cases/{number}").form(action) | {field: typed}
    with untouched():
        answer = client.post(action, fields)
    assert answer.status == 422
    assert messages[language] in answer.error_at(field)
    assert answer.form(action)[field].strip() == bad_texts.shown(typed).strip()
    other = "note-body" if field == "reply-body" else "reply-body"
    assert answer.error_at(other) == ""
    assert answer.value(other) == ""


@pytest.mark.req("CASE-16")
def test_after_the_closure_a_reply_is_shown_but_not_sent(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    number = given(cases.in_state, CaseState.RESOLVED)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    given(cases.move, number, Act.ACCEPT, by="hanako")
    with untouched():
        answer = client.submit(page, f"/console/cases/{number}/comments", reply__body="遅れた返信")
    assert answer.status == 409
    assert answer.value("reply-body") == "遅れた返信"
    assert "送信されていません" in answer.alerts()


@pytest.mark.parametrize("path", ["comments", "notes", "assignee"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(
    signed_in: SignedIn, given: Given, untouched: Untouched, path: str, method: str
) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    fields = {"csrf_token": client.token()}
    with untouched():
        assert client.fetch(method, f"/console/cases/{number}/{path}", data=fields).status == 405


@pytest.mark.req("ROLE-05", "SEC-26")
@pytest.mark.parametrize("path", ["comments", "notes", "assignee", "details"])
def test_a_stranger_writes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, path: str
) -> None:
    number = given(cases.open_inquiry, number=FM_NUMBER)
    client = signed_in("cs_agent")
    with untouched():
        answers = [client.act(f"/console/cases/{name}/{path}") for name in (number, "CS9999999")]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].answer.data == answers[1].answer.data


@pytest.mark.parametrize("path", ["comments", "notes", "assignee", "details"])
def test_a_customer_writes_nothing_here(
    signed_in: SignedIn, given: Given, untouched: Untouched, path: str
) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("hanako")
    with untouched():
        answer = client.act(f"/console/cases/{number}/{path}", body="x", form_key="0" * 32)
    assert (answer.status, answer.location) == (303, "/console/login")


@pytest.mark.req("REL-04")
def test_repeated(signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox) -> None:
    number = given(cases.open_inquiry)
    outbox()
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    for _ in range(2):
        assert client.submit(page, f"/console/cases/{number}/comments", reply__body="一度").status == 303
    assert stored(lambda session: cases.bodies(session, number)) == ["一度"]
    assert len(outbox()) == 1


def test_the_enhanced_answer_is_the_part_of_the_page(signed_in: SignedIn, given: Given) -> None:
    number = given(cases.open_inquiry)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{number}")
    headers = {"HX-Request": "true"}
    for path, field, text in (("comments", "reply-body", "返信"), ("notes", "note-body", "メモ")):
        action = f"/console/cases/{number}/{path}"
        answer = client.post(action, page.form(action) | {field: text}, headers=headers)
        assert (answer.status, answer.is_part) == (200, True)
        assert answer.words(answer.styled("p", "as-typed")[0]) == text
        assert answer.value(field) == ""
    token = page.form(f"/console/cases/{number}/start")
    for status in (200, 409):
        answer = client.post(f"/console/cases/{number}/start", token, headers=headers)
        assert (answer.status, answer.is_part) == (status, True)
