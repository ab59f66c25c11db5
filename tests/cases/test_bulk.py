"""One act on many cases: what the preview says happens to all of them, or nothing happens (C13)."""

from datetime import timedelta

import pytest

from app import clock
from app.authz import Audience
from app.cases.lifecycle import Act, CaseState
from tests import cast
from tests.cases.races import at_once
from tests.cast import FM_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, related

PREVIEW = "/console/cases/bulk"
CONFIRM = "/console/cases/bulk/confirmation"

pytestmark = pytest.mark.req("DESK-03", "C13")


def _choice(stored: Stored, name: str) -> str:
    return f"assign:{stored(lambda session: cast.person(session, name).id)}"


def _preview(client: InspectingClient, act: str, numbers: list[str], **more: object) -> Page:
    fields = {"csrf_token": client.token(), "act": act, "number": numbers, **more}
    return client.post(PREVIEW, fields)


def _fields(preview: Page, **typed: str) -> dict[str, object]:
    """The confirmation as a browser sends it, with all of its cases."""
    chosen = [item.get("value") for item in preview.all("input", name="chosen")]
    return {**preview.form(CONFIRM), "chosen": chosen, **typed}


def _confirm(client: InspectingClient, preview: Page, **typed: str) -> Page:
    return client.post(CONFIRM, _fields(preview, **typed))


def _assignee(stored: Stored, number: str) -> str | None:
    found: str | None = stored(
        lambda session: next(
            (
                person
                for person in ("agent", "lead", "cs_agent")
                if cast.person(session, person).id == cases.case_of(session, number).assignee_id
            ),
            None,
        )
    )
    return found


def _states(stored: Stored, numbers: list[str]) -> list[CaseState]:
    return list(stored(lambda session: [cases.state_of(session, number) for number in numbers]))


@pytest.mark.req("ROLE-05")
def test_customers_and_visitors_get_nowhere(
    signed_in: SignedIn, client: InspectingClient, given: Given, untouched: Untouched
) -> None:
    (one,) = given(cases.many, 1)
    hanako = signed_in("hanako")
    with untouched():
        for browser in (hanako, client):
            for path in (PREVIEW, CONFIRM):
                answer = browser.act(path, act="take_on", number=one, chosen=f"{one}:1")
                assert answer.location.startswith("/console/login")


@pytest.mark.req("SEC-26")
def test_one_case_out_of_reach_stops_it_all_and_is_named(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    mine = given(cases.many, 2)
    foreign = given(cases.open_case, number=FM_NUMBER, subject="他サービスの秘密")
    client = signed_in("cs_agent")
    preview = _preview(client, "take_on", [*mine, foreign, "CS9999999"])
    assert "他サービスの秘密" not in preview.text
    rows = {row["Case number"]: row["What changes"] for row in preview.rows()}
    assert rows[foreign] == rows["CS9999999"] == "There is no such case in your services."
    fields = _fields(preview)
    fields["chosen"] = [*fields["chosen"], f"{foreign}:1"]  # type: ignore[misc]  # A list, as above.
    with untouched():
        answer = client.post(CONFIRM, fields)
    assert answer.status == 409
    assert foreign in answer.alerts()
    assert _states(stored, [*mine, foreign]) == [CaseState.NEW] * 3


@pytest.mark.req("REL-05")
def test_one_case_changed_since_the_preview_stops_it_all_and_is_named(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    numbers = given(cases.many, 3)
    client = signed_in("agent")
    preview = _preview(client, "take_on", numbers)
    given(cases.comment, numbers[1], "その間のコメント", by="hanako")
    with untouched():
        answer = _confirm(client, preview)
    assert answer.status == 409
    assert numbers[1] in answer.alerts()
    assert numbers[0] not in answer.alerts()
    assert _states(stored, numbers) == [CaseState.NEW] * 3
    # Whoever has seen how it stands now may go on from here.
    assert _confirm(client, answer).status == 303
    assert _states(stored, numbers) == [CaseState.IN_PROGRESS] * 3


@pytest.mark.parametrize(
    ("act", "possible", "target"),
    [
        ("take_on", {CaseState.NEW}, CaseState.IN_PROGRESS),
        ("ask", {CaseState.IN_PROGRESS}, CaseState.AWAITING_CUSTOMER),
        ("resume", {CaseState.AWAITING_CUSTOMER}, CaseState.IN_PROGRESS),
        ("resolve", {CaseState.IN_PROGRESS, CaseState.AWAITING_CUSTOMER}, CaseState.RESOLVED),
    ],
)
@pytest.mark.req("CASE-12", "DESK-05")
def test_the_preview_says_for_each_case_what_the_table_allows(
    signed_in: SignedIn,
    given: Given,
    stored: Stored,
    outbox: Outbox,
    act: str,
    possible: set[CaseState],
    target: CaseState,
) -> None:
    made = {state: given(cases.in_state, state) for state in CaseState}
    outbox()
    client = signed_in("cs_agent")
    preview = _preview(client, act, list(made.values()))
    rows = {row["Case number"]: row["What changes"] for row in preview.rows()}
    for state, number in made.items():
        assert ("→" in rows[number]) is (state in possible)
        assert ("Its state does not allow this." in rows[number]) is (state not in possible)
    assert _confirm(client, preview).status == 303
    for state, number in made.items():
        expected = target if state in possible else state
        assert _states(stored, [number]) == [expected]
    assert len(outbox()) == len(possible)


def test_a_note_goes_to_all_and_to_no_customer(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, untouched: Untouched
) -> None:
    numbers = given(cases.many, 3)
    outbox()
    client = signed_in("agent")
    preview = _preview(client, "note", numbers)
    with untouched():
        empty = _confirm(client, preview, note="")
    assert (empty.status, bool(empty.error_at("note"))) == (422, True)
    for _ in range(2):
        assert _confirm(client, empty, note="まとめて確認済み").status == 303
    for number in numbers:
        assert _notes(stored, number) == ["まとめて確認済み"]
    assert outbox() == []


def _notes(stored: Stored, number: str) -> list[str]:
    return list(stored(lambda session: cases.bodies(session, number, Audience.DESK)))


def test_an_assignment_is_done_and_taken_back_again(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    numbers = given(cases.many, 3)
    given(cases.assign, numbers[0], "lead")
    client = signed_in("agent")
    preview = _preview(client, _choice(stored, "agent"), numbers, back="/console/cases/?view=open")
    rows = [row["変更内容"] for row in preview.rows()]
    assert rows == ["高橋 健 → 中村 さくら", *["未割り当て → 中村 さくら"] * 2]
    done = _confirm(client, preview)
    assert done.status == 303
    assert [_assignee(stored, number) for number in numbers] == ["agent"] * 3
    page = client.get(done.location)
    assert "/console/cases/?view=open" in {item.get("href") for item in page.all("a")}
    undoing = f"{done.location.partition('?')[0]}/undoing"
    assert client.submit(page, undoing).status == 303
    assert [_assignee(stored, number) for number in numbers] == ["lead", None, None]
    assert client.act(undoing).status == 409


def test_an_assignment_that_somebody_changed_since_is_not_taken_back(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    numbers = given(cases.many, 2)
    first, last = given(related.assign_many, numbers, "agent")
    given(cases.assign, numbers[1], "lead")
    client = signed_in("agent")
    page = client.get(f"/console/cases/bulk/{first}-{last}")
    assert not page.offers(f"/console/cases/bulk/{first}-{last}/undoing")
    with untouched():
        answer = client.act(f"/console/cases/bulk/{first}-{last}/undoing")
    assert answer.status == 409
    assert numbers[1] in answer.alerts()
    assert [_assignee(stored, number) for number in numbers] == ["agent", "lead"]


@pytest.mark.parametrize(("minutes", "status"), [(9, 303), (10, 404)])
def test_it_is_taken_back_within_ten_minutes_by_whoever_did_it(
    signed_in: SignedIn, given: Given, untouched: Untouched, minutes: int, status: int
) -> None:
    began = clock.now()
    with clock.at(began):
        first, last = given(related.assign_many, given(cases.many, 2), "agent")
    path = f"/console/cases/bulk/{first}-{last}"
    lead = signed_in("lead")
    with untouched():
        assert [lead.get(path).status, lead.act(f"{path}/undoing").status] == [404, 404]
    with clock.at(began + timedelta(minutes=minutes)):
        assert signed_in("agent").act(f"{path}/undoing").status == status


@pytest.mark.req("ROLE-05")
def test_nobody_is_assigned_who_does_not_work_for_the_service(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    of_cs, of_fm = given(cases.open_case), given(cases.open_case, number=FM_NUMBER)
    client = signed_in("agent")
    act = _choice(stored, "cs_agent")
    preview = _preview(client, act, [of_cs, of_fm])
    rows = {row["ケース番号"]: row["変更内容"] for row in preview.rows()}
    assert "このサービスの担当ではありません" in rows[of_fm]
    fields = _fields(preview)
    fields["chosen"] = [*fields["chosen"], f"{of_fm}:1"]  # type: ignore[misc]  # A list, as above.
    with untouched():
        assert client.post(CONFIRM, fields).status == 409
    # Somebody with whom one shares no service is no choice at all.
    assert _preview(signed_in("cs_agent"), _choice(stored, "admin"), [of_cs]).status == 422


def test_the_whole_page_is_taken_without_script(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    numbers = given(cases.many, 25)
    client = signed_in("agent")
    page = client.get("/console/cases/?sort=number")
    shown = [item.get("value") for item in page.all("input", name="shown")]
    assert shown == numbers[:20]
    preview = _preview(client, "take_on", [], whole_page="1", shown=shown)
    assert len(preview.rows()) == 20
    assert _confirm(client, preview).status == 303
    assert _states(stored, numbers).count(CaseState.IN_PROGRESS) == 20


@pytest.mark.parametrize(
    ("act", "count"), [("take_on", 0), ("take_on", 101), ("", 1), ("close", 1), ("assign:999", 1)]
)
def test_bad_input_changes_nothing_and_is_told(
    signed_in: SignedIn, given: Given, untouched: Untouched, act: str, count: int
) -> None:
    given(cases.many, 1)
    client = signed_in("agent")
    numbers = [f"CS{index + 1:07}" for index in range(count)]
    with untouched():
        preview = _preview(client, act, numbers)
        chosen = [f"{number}:1" for number in numbers]
        fields = {"csrf_token": client.token(), "act": act, "chosen": chosen, "form_key": "0" * 32}
        assert client.post(CONFIRM, fields).status == 422
    assert preview.status == 422
    assert preview.alerts()


@pytest.mark.parametrize("row", ["CS0000001", "CS0000001:x", ":1", "\x00:1", "CS0000001:99999999999"])
def test_a_row_that_is_none_is_refused(
    signed_in: SignedIn, given: Given, untouched: Untouched, row: str
) -> None:
    given(cases.many, 1)
    client = signed_in("agent")
    with untouched():
        answer = client.act(CONFIRM, act="take_on", chosen=row, form_key="0" * 32)
    assert answer.status == 409


def test_a_hundred_go_at_once(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    numbers = given(cases.many, 100)
    client = signed_in("agent")
    assert _confirm(client, _preview(client, "take_on", numbers)).status == 303
    assert set(_states(stored, numbers)) == {CaseState.IN_PROGRESS}


@pytest.mark.req("F10")
def test_two_at_once_over_the_same_cases_come_to_one(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    numbers = given(cases.many, 5)
    agent, lead = signed_in("agent"), signed_in("lead")
    fields = [_fields(_preview(client, "take_on", numbers)) for client in (agent, lead)]
    answers = at_once(lambda: agent.post(CONFIRM, fields[0]), lambda: lead.post(CONFIRM, fields[1]))
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert stored(lambda session: cases.history(session, numbers[0])).count("case.state_changed") == 1


def test_a_merged_case_is_named(signed_in: SignedIn, given: Given) -> None:
    one, into = given(cases.many, 2)
    given(related.merge, one, into)
    preview = _preview(signed_in("agent"), "note", [one, into])
    assert "別のケースに統合されています" in preview.rows()[0]["変更内容"]
    assert Act.TAKE_ON.value in [
        item.get("value") for item in signed_in("agent").get("/console/cases/").all("option")
    ]
