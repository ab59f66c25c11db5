"""POST /console/cases/<case>/start, question, resumption, solution: how an agent moves a case."""

import pytest

from app.cases.lifecycle import CaseState
from tests.cast import FM_NUMBER
from tests.client import Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases
from tests.factories.wording import STATES, state

# Section 4: each act's sources, target, and number.
ACTS = {
    "start": ({CaseState.NEW}, CaseState.IN_PROGRESS, "T4"),
    "question": ({CaseState.IN_PROGRESS}, CaseState.AWAITING_CUSTOMER, "T5"),
    "resumption": ({CaseState.AWAITING_CUSTOMER}, CaseState.IN_PROGRESS, "T6"),
    "solution": ({CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER}, CaseState.RESOLVED, "T7"),
}
each_act = pytest.mark.parametrize(
    "act", [pytest.param(act, marks=pytest.mark.req(number)) for act, (_, _, number) in ACTS.items()]
)
allowed = pytest.mark.parametrize(
    ("act", "source"),
    [
        pytest.param(act, source, marks=pytest.mark.req(number))
        for act, (sources, _, number) in ACTS.items()
        for source in sorted(sources)
    ],
)
refused = pytest.mark.parametrize(
    ("act", "source"),
    [
        pytest.param(act, source, marks=pytest.mark.req("CASE-12", number))
        for act, (sources, _, number) in ACTS.items()
        for source in CaseState
        if source not in sources
    ],
)


def _offered(page: Page, number: str) -> dict[str, str]:
    """The acts the page offers, each by the word on its button."""
    forms = {act: page.all("form", action=f"/console/cases/{number}/{act}") for act in ACTS}
    return {act: page.words(form[0]) for act, form in forms.items() if form}


@allowed
@pytest.mark.req("DESK-05")
@pytest.mark.parametrize(("person", "language"), [("agent", "ja"), ("cs_agent", "en")])
def test_it_works(
    signed_in: SignedIn,
    given: Given,
    stored: Stored,
    act: str,
    source: CaseState,
    person: str,
    language: str,
) -> None:
    number = given(cases.in_state, source)
    client = signed_in(person)
    answer = client.submit(client.get(f"/console/cases/{number}"), f"/console/cases/{number}/{act}")
    assert (answer.status, answer.location) == (303, f"/console/cases/{number}")
    target = ACTS[act][1]
    assert stored(lambda session: cases.state_of(session, number)) is target
    page = client.get(answer.location)
    said = [page.words(item) for item in page.styled("div", "message-text")]
    assert any(state(target, language) in text for text in said)


@pytest.mark.req("DESK-05", "CASE-12", "CASE-13", "CASE-15", "CASE-16")
@pytest.mark.parametrize("source", list(CaseState))
@pytest.mark.parametrize(("person", "language"), [("agent", 0), ("cs_agent", 1)])
def test_the_page_offers_the_acts_of_the_state_by_the_names_of_their_targets(
    signed_in: SignedIn, given: Given, source: CaseState, person: str, language: int
) -> None:
    number = given(cases.in_state, source)
    page = signed_in(person).get(f"/console/cases/{number}")
    expected = {
        act: STATES[target.value][language] for act, (sources, target, _) in ACTS.items() if source in sources
    }
    assert _offered(page, number) == expected
    # What only the customer does is not in the desk's page at all.
    assert not [act for act in ("closure", "acceptance", "rejection") if f"/{act}" in page.text]


@each_act
@pytest.mark.req("MAIL-02", "MAIL-04")
def test_the_customer_is_told(signed_in: SignedIn, given: Given, outbox: Outbox, act: str) -> None:
    number = given(cases.in_state, max(ACTS[act][0]))
    outbox()
    signed_in("agent").act(f"/console/cases/{number}/{act}")
    (told,) = outbox()
    assert (told.to, told.language) == ("hanako@sample.example", "ja")
    assert number in told.subject
    assert STATES[ACTS[act][1].value][0] in told.subject


@refused
def test_a_wrong_state_is_refused_with_the_present_one(
    signed_in: SignedIn, given: Given, untouched: Untouched, act: str, source: CaseState
) -> None:
    number = given(cases.in_state, source)
    client = signed_in("agent")
    with untouched():
        answer = client.act(f"/console/cases/{number}/{act}")
    assert answer.status == 409
    assert state(source, "ja") in answer.alerts()


@each_act
def test_repeated(signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, act: str) -> None:
    number = given(cases.in_state, max(ACTS[act][0]))
    outbox()
    client = signed_in("agent")
    assert [client.act(f"/console/cases/{number}/{act}").status for _ in range(2)] == [303, 409]
    assert stored(lambda session: cases.state_of(session, number)) is ACTS[act][1]
    assert len(outbox()) == 1


@each_act
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(signed_in: SignedIn, given: Given, untouched: Untouched, act: str, method: str) -> None:
    number = given(cases.in_state, max(ACTS[act][0]))
    client = signed_in("agent")
    fields = {"csrf_token": client.token()}
    with untouched():
        assert client.fetch(method, f"/console/cases/{number}/{act}", data=fields).status == 405


@each_act
@pytest.mark.req("ROLE-05", "SEC-26")
def test_stranger(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    """An agent of another service: the case does not exist for them."""
    number = given(cases.in_state, max(ACTS[act][0]), number=FM_NUMBER)
    client = signed_in("cs_agent")
    with untouched():
        foreign = client.act(f"/console/cases/{number}/{act}")
        absent = client.act(f"/console/cases/CS9999999/{act}")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.answer.data == absent.answer.data


@each_act
@pytest.mark.req("ROLE-01")
def test_wrong_role(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    number = given(cases.in_state, max(ACTS[act][0]))
    client = signed_in("hanako")
    with untouched():
        answer = client.act(f"/console/cases/{number}/{act}")
        assert (answer.status, answer.location) == (303, "/console/login")
        assert client.act(f"/cs/cases/{number}/{act}").status == 404


@each_act
@pytest.mark.req("SESS-03")
def test_without_the_form_token(signed_in: SignedIn, given: Given, untouched: Untouched, act: str) -> None:
    number = given(cases.in_state, max(ACTS[act][0]))
    client = signed_in("agent")
    with untouched():
        assert client.post(f"/console/cases/{number}/{act}").status == 400


@pytest.mark.req("T12", "CASE-16")
def test_nobody_at_the_desk_reopens_a_closed_case(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    number = given(cases.in_state, CaseState.CLOSED)
    for person in ("agent", "lead", "admin"):
        client = signed_in(person)
        for act in ACTS:
            assert client.act(f"/console/cases/{number}/{act}").status == 409
    assert stored(lambda session: cases.state_of(session, number)) is CaseState.CLOSED
