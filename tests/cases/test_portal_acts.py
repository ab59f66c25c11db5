"""POST /<service>/cases/<case>/closure, acceptance, rejection: what a customer does to a case."""

import pytest

from app.cases.lifecycle import CaseState
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases

# Section 4: what each act does, from which states, and what the page says of it afterwards.
CLOSURE, ACCEPTANCE, REJECTION = "closure", "acceptance", "rejection"
SOURCES = {
    CLOSURE: {CaseState.NEW, CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER},
    ACCEPTANCE: {CaseState.RESOLVED},
    REJECTION: {CaseState.RESOLVED},
}
TARGETS = {CLOSURE: CaseState.CLOSED, ACCEPTANCE: CaseState.CLOSED, REJECTION: CaseState.IN_PROGRESS}
SAID = {
    CLOSURE: ("ケースをクローズしました。", "The case is closed."),
    ACCEPTANCE: (
        "ソリューションを承認し、ケースをクローズしました。",
        "You accepted the solution. The case is closed.",
    ),
    REJECTION: (
        "ソリューションを却下しました。アドバイザリーセンターが引き続き対応します。",
        "You rejected the solution. The Advisory Center goes on working.",
    ),
}
MAILED = {
    CLOSURE: "ケースをクローズしました",
    ACCEPTANCE: "ソリューションを承認し",
    REJECTION: "ソリューションを却下しました",
}
SPEC = {CLOSURE: ("T10", "CASE-14"), ACCEPTANCE: ("T8", "CASE-15"), REJECTION: ("T9", "CASE-15")}
PEOPLE = [("hanako", CS_NUMBER), ("alice", ALICE_CS_NUMBER)]

each_act = pytest.mark.parametrize(
    "act", [pytest.param(act, marks=pytest.mark.req(*ids)) for act, ids in SPEC.items()]
)
allowed = pytest.mark.parametrize(
    ("act", "state"),
    [
        pytest.param(act, state, marks=pytest.mark.req(*SPEC[act]))
        for act, states in SOURCES.items()
        for state in sorted(states)
    ],
)
refused = pytest.mark.parametrize(
    ("act", "state"),
    [
        pytest.param(act, state, marks=pytest.mark.req("CASE-12", *(["T12"] if state == "closed" else [])))
        for act, states in SOURCES.items()
        for state in CaseState
        if state not in states
    ],
)


@allowed
@pytest.mark.parametrize(("person", "number"), PEOPLE)
def test_it_works(
    signed_in: SignedIn, given: Given, stored: Stored, act: str, state: CaseState, person: str, number: str
) -> None:
    case = given(cases.in_state, state, number=number)
    client = signed_in(person)
    answer = client.submit(client.get(f"/cs/cases/{case}"), f"/cs/cases/{case}/{act}")
    assert (answer.status, answer.location) == (303, f"/cs/cases/{case}")
    assert stored(lambda session: cases.state_of(session, case)) is TARGETS[act]
    page = client.get(answer.location)
    said = [page.words(item) for item in page.styled("div", "message-text")]
    assert SAID[act][0 if page.language == "ja" else 1] in said


@each_act
@pytest.mark.req("ROLE-06", "MAIL-06")
def test_a_colleague_may_and_the_desk_is_told(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, act: str
) -> None:
    number = given(cases.in_state, min(SOURCES[act]))
    outbox()
    assert signed_in("taro").act(f"/cs/cases/{number}/{act}").status == 303
    assert stored(lambda session: cases.state_of(session, number)) is TARGETS[act]
    (told,) = outbox()
    assert told.to == "desk-cs@desk.example"
    assert MAILED[act] in told.text
    assert "鈴木 太郎" in told.text


@refused
@pytest.mark.parametrize(("person", "number"), PEOPLE)
def test_a_wrong_state_is_refused_with_the_present_one(
    signed_in: SignedIn,
    given: Given,
    untouched: Untouched,
    act: str,
    state: CaseState,
    person: str,
    number: str,
) -> None:
    case = given(cases.in_state, state, number=number)
    client = signed_in(person)
    with untouched():
        answer = client.act(f"/cs/cases/{case}/{act}")
    assert answer.status == 409
    words = ("この操作はできません", "This is not possible any more")
    assert words[0 if answer.language == "ja" else 1] in answer.alerts()


@each_act
def test_repeated(signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, act: str) -> None:
    number = given(cases.in_state, max(SOURCES[act]))
    outbox()
    client = signed_in("hanako")
    assert [client.act(f"/cs/cases/{number}/{act}").status for _ in range(2)] == [303, 409]
    assert stored(lambda session: cases.state_of(session, number)) is TARGETS[act]
    assert len(outbox()) == 1


@each_act
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, untouched: Untouched, act: str, method: str) -> None:
    number = given(cases.in_state, max(SOURCES[act]))
    client = signed_in("hanako")
    fields = {"csrf_token": client.token()}
    with untouched():
        assert client.fetch(method, f"/cs/cases/{number}/{act}", data=fields).status == 405


@each_act
@pytest.mark.req("SVC-04", "SEC-26")
def test_stranger(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    number = given(cases.in_state, max(SOURCES[act]))
    client = signed_in("alice")
    with untouched():
        foreign = client.act(f"/cs/cases/{number}/{act}")
        absent = client.act(f"/cs/cases/CS9999999/{act}")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.answer.data == absent.answer.data


@each_act
def test_wrong_role(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    """An agent neither acts in the portal nor finds the act in the console."""
    number = given(cases.in_state, max(SOURCES[act]))
    client = signed_in("agent")
    with untouched():
        answer = client.act(f"/cs/cases/{number}/{act}")
        assert (answer.status, answer.location) == (303, "/cs/login")
        assert client.act(f"/console/cases/{number}/{act}").status == 404


@each_act
@pytest.mark.req("SESS-03")
def test_without_the_form_token(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    number = given(cases.in_state, max(SOURCES[act]))
    client, token = signed_in("hanako"), signed_in("taro").token()
    with untouched():
        assert client.post(f"/cs/cases/{number}/{act}").status == 400
        assert client.post(f"/cs/cases/{number}/{act}", {"csrf_token": token}).status == 400


@each_act
def test_the_enhanced_answer_is_the_part_of_the_page(signed_in: SignedIn, given: Given, act: str) -> None:
    number = given(cases.in_state, max(SOURCES[act]))
    client = signed_in("hanako")
    headers = {"HX-Request": "true"}
    fields = {"csrf_token": client.token()}
    done = client.post(f"/cs/cases/{number}/{act}", fields, headers=headers)
    assert (done.status, done.is_part) == (200, True)
    assert SAID[act][0] in [done.words(item) for item in done.styled("div", "message-text")]
    again = client.post(f"/cs/cases/{number}/{act}", fields, headers=headers)
    assert (again.status, again.is_part) == (409, True)


@pytest.mark.req("UI-07")
def test_what_became_of_an_act_is_said_once(signed_in: SignedIn, given: Given) -> None:
    """Also without script, where the whole page comes: its layout shows messages, and so does the part in it."""
    number = given(cases.in_state, CaseState.NEW)
    browser = signed_in("hanako")
    page = browser.get(browser.act(f"/cs/cases/{number}/closure").location)
    assert page.words().count(SAID[CLOSURE][0]) == 1
