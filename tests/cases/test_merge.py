"""Merging a duplicate: the number stays, the customer is told later, and until then it can be undone."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.authz import Forbidden
from app.cases.actions.merging import TELLING_WAITS, MergeFault, MergeRefused, TooLate
from app.cases.lifecycle import CaseState
from app.cases.models import Case
from app.outbox import MessageState, OutboxMessage, claim
from tests.cases.races import at_once
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import InspectingClient
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, related

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)

pytestmark = pytest.mark.req("DESK-03")


def _merged_into(stored: Stored, number: str) -> str | None:
    def look(session: Session) -> str | None:
        target = cases.case_of(session, number).merged_into_id
        return session.get_one(Case, target).number if target else None

    found: str | None = stored(look)
    return found


def _merged(given: Given) -> str:
    duplicate, into = given(cases.many, 2)
    given(related.merge, duplicate, into)
    return str(duplicate)


@pytest.mark.req("ROLE-05", "DESK-04")
def test_customers_merge_nothing(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    one, other = given(cases.many, 2)
    with pytest.raises(Forbidden):
        given(related.merge, one, other, by="hanako")
    client = signed_in("hanako")
    with untouched():
        assert client.act(f"/cs/cases/{one}/merger", number=other).status == 404


@pytest.mark.req("C13")
@pytest.mark.parametrize(
    ("prepare", "fault"),
    [
        (lambda given: given(cases.open_case, number=ALICE_CS_NUMBER), MergeFault.OTHER_CUSTOMER),
        (lambda given: given(cases.open_case, number=FM_NUMBER), MergeFault.OTHER_CUSTOMER),
        (lambda given: given(cases.in_state, CaseState.CLOSED), MergeFault.TARGET_CLOSED),
        (_merged, MergeFault.TARGET_MERGED),
    ],
    ids=["stranger", "other number", "closed", "merged"],
)
def test_what_does_not_go_together_is_refused_and_changes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, prepare: object, fault: MergeFault
) -> None:
    one = given(cases.open_case)
    into = prepare(given)  # type: ignore[operator]  # A function of the table above.
    with pytest.raises(MergeRefused) as refused:
        given(related.merge, one, into)
    assert refused.value.fault is fault
    client = signed_in("agent")
    page = client.get(f"/console/cases/{one}")
    with untouched():
        answer = client.submit(page, f"/console/cases/{one}/merger", merge__number=into)
    assert answer.status == 422
    assert answer.error_at("merge-number")


@pytest.mark.parametrize("state", [CaseState.CLOSED, None], ids=["closed", "merged"])
def test_what_is_over_is_not_merged(
    signed_in: SignedIn, given: Given, untouched: Untouched, state: CaseState | None
) -> None:
    one = given(cases.in_state, state) if state else _merged(given)
    into = given(cases.open_case)
    with pytest.raises(MergeRefused):
        given(related.merge, one, into)
    client = signed_in("agent")
    assert not client.get(f"/console/cases/{one}").offers(f"/console/cases/{one}/merger")
    with untouched():
        assert client.act(f"/console/cases/{one}/merger", **{"merge-number": into}).status == 409


def test_a_case_is_not_merged_into_itself_nor_one_with_children(given: Given) -> None:
    parent, _children = given(related.family, CS_NUMBER)
    into = given(cases.open_case)
    for number, fault in ((into, MergeFault.SAME), (parent, MergeFault.HAS_CHILDREN)):
        with pytest.raises(MergeRefused) as refused:
            given(related.merge, number, into)
        assert refused.value.fault is fault


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.CLOSED])
def test_a_merged_case_keeps_number_and_state_and_takes_nothing_more(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, state: CaseState
) -> None:
    one, into = given(cases.in_state, state), given(cases.open_case)
    agent = signed_in("agent")
    page = agent.get(f"/console/cases/{one}")
    answer = agent.submit(page, f"/console/cases/{one}/merger", merge__number=into)
    assert (answer.status, answer.location) == (303, f"/console/cases/{one}")
    assert stored(lambda session: cases.state_of(session, one)) is state
    assert _merged_into(stored, one) == into
    shown = agent.get(f"/console/cases/{one}")
    for act in (
        "comments",
        "notes",
        "assignee",
        "start",
        "question",
        "solution",
        "links",
        "parent",
        "merger",
    ):
        assert not shown.offers(f"/console/cases/{one}/{act}"), act
    key = {"form_key": "0" * 32, "body": "遅い", "assignee": ""}
    fields = key | {f"{form}-{name}": value for form in ("reply", "note") for name, value in key.items()}
    acts = ("comments", "assignee", "start", "question", "resumption", "solution", "details", "links")
    hanako = signed_in("hanako")
    with untouched():
        for act in acts:
            assert agent.act(f"/console/cases/{one}/{act}", **fields).status == 409, act
    for act in ("comments", "closure", "acceptance", "rejection"):
        answer = hanako.act(f"/cs/cases/{one}/{act}", **key)
        assert answer.status == 409, act


def _holds_slot(stored: Stored, number: str) -> bool:
    return bool(stored(lambda session: cases.case_of(session, number).holds_inquiry_slot))


@pytest.mark.req("INQ-07")
def test_the_place_of_the_one_open_inquiry_is_free_again_and_comes_back(given: Given, stored: Stored) -> None:
    one = given(cases.open_inquiry, number=FM_NUMBER)
    into = given(cases.open_case, number=FM_NUMBER)
    given(related.merge, one, into)
    given(related.undo_merge, one)
    assert _holds_slot(stored, one) is True
    given(related.merge, one, into)
    second = given(cases.open_inquiry, number=FM_NUMBER)
    given(related.undo_merge, one)
    assert _holds_slot(stored, one) is False
    assert _holds_slot(stored, second) is True


def test_queues_and_counts_of_both_sides_leave_it_out(signed_in: SignedIn, given: Given) -> None:
    one, into = given(cases.in_state, CaseState.AWAITING_CUSTOMER), given(cases.open_case)
    given(related.merge, one, into)
    agent, hanako = signed_in("agent"), signed_in("hanako")
    for view in ("open", "unassigned", "awaiting"):
        assert one not in agent.get(f"/console/cases/?view={view}").words(), view
    assert one not in hanako.get("/cs/cases?view=action").words()
    assert one in hanako.get("/cs/cases").words()
    assert one in agent.get("/console/cases/").words()


def test_both_pages_say_where_it_goes_on_and_the_target_tells_of_it(
    signed_in: SignedIn, given: Given
) -> None:
    one, into = given(cases.open_inquiry, details="二重に送った内容"), given(cases.open_case)
    given(related.merge, one, into)
    for client, base in ((signed_in("hanako"), "/cs/cases"), (signed_in("agent"), "/console/cases")):
        page = client.get(f"{base}/{one}")
        assert "別の番号で引き続き対応" in page.words()
        assert f"{base}/{into}" in {item.get("href") for item in page.all("a")}
        assert "お客様からの追加情報" not in page.words()
    target = signed_in("agent").get(f"/console/cases/{into}")
    assert f"{one} のやり取りを読む" in target.words()
    assert "二重に送った内容" in signed_in("agent").get(f"/console/cases/{one}").words()


@pytest.mark.req("MAIL-02", "MAIL-05")
def test_the_customer_is_told_after_ten_minutes(given: Given, outbox: Outbox, stored: Stored) -> None:
    with clock.at(STARTED):
        one, into = given(cases.open_inquiry), given(cases.open_case)
        outbox()
        given(related.merge, one, into)
    (mail,) = outbox()
    assert mail.to == "hanako@sample.example"
    assert (one in mail.subject, into in mail.subject, into in mail.text) == (True, True, True)
    due = stored(lambda session: session.scalars(select(OutboxMessage.available_at)).all()[-1])
    assert due == STARTED + TELLING_WAITS


def test_until_then_it_can_be_undone_and_nobody_is_told(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    one, into = given(cases.in_state, CaseState.IN_PROGRESS), given(cases.open_case)
    before = stored(lambda session: _row(cases.case_of(session, one)))
    outbox()
    given(related.merge, one, into)
    agent = signed_in("agent")
    page = agent.get(f"/console/cases/{one}")
    assert agent.submit(page, f"/console/cases/{one}/merger/undoing").status == 303
    assert stored(lambda session: _row(cases.case_of(session, one))) == before
    assert outbox() == []
    assert agent.act(f"/console/cases/{one}/merger/undoing").status == 409
    for number in (one, into):
        assert _last_told(stored, number) == "case.merge_undone"
    given(cases.comment, one, "続けて対応します。")


def _last_told(stored: Stored, number: str) -> str:
    return str(stored(lambda session: cases.history(session, number))[-1])


def _row(case: Case) -> dict[str, object]:
    return {
        column.key: getattr(case, column.key) for column in Case.__table__.columns if column.key != "version"
    }


def test_once_the_mail_is_on_its_way_it_stays_merged(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    with clock.at(STARTED):
        one, into = given(cases.open_case), given(cases.open_case)
        given(lambda session: session.execute(update(OutboxMessage).values(state=MessageState.SENT)))
        given(related.merge, one, into)
    with clock.at(STARTED + TELLING_WAITS - timedelta(seconds=1)):
        assert given(lambda session: len(claim(session))) == 0
    with clock.at(STARTED + TELLING_WAITS):
        assert given(lambda session: len(claim(session))) == 1
    agent = signed_in("agent")
    assert not agent.get(f"/console/cases/{one}").offers(f"/console/cases/{one}/merger/undoing")
    with untouched():
        answer = agent.act(f"/console/cases/{one}/merger/undoing")
    assert answer.status == 409
    assert "統合を取り消すことはできません" in answer.alerts()
    assert _merged_into(stored, one) == into


@pytest.mark.parametrize(
    ("wait", "can"), [(TELLING_WAITS - timedelta(seconds=1), True), (TELLING_WAITS, False)]
)
def test_where_nobody_is_to_be_told_time_decides(given: Given, wait: timedelta, can: bool) -> None:  # noqa: FBT001 - a row of the table
    number = given(cases.add_number, "N210000009", holder="株式会社サンプル", service="cs")
    with clock.at(STARTED):
        one, into = (given(cases.open_case, number=number) for _ in range(2))
        given(related.merge, one, into)
    with clock.at(STARTED + wait):
        if can:
            given(related.undo_merge, one)
            return
        with pytest.raises(TooLate):
            given(related.undo_merge, one)


def test_merges_in_a_row_go_forward_and_never_in_a_circle(given: Given) -> None:
    first, second, third = given(cases.many, 3)
    given(related.merge, first, second)
    given(related.merge, second, third)
    for into in (first, second):
        with pytest.raises(MergeRefused):
            given(related.merge, third, into)


@pytest.mark.req("F10")
def test_two_merges_at_once_into_each_other_come_to_one(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    agent, lead = signed_in("agent"), signed_in("lead")
    tokens = agent.token(), lead.token()

    def merge(client: InspectingClient, token: str, number: str, into: str) -> int:
        return client.post(
            f"/console/cases/{number}/merger", {"csrf_token": token, "merge-number": into}
        ).status

    for _ in range(5):
        one, other = given(cases.many, 2)
        statuses = at_once(
            partial(merge, agent, tokens[0], one, other), partial(merge, lead, tokens[1], other, one)
        )
        assert sorted(statuses) in ([303, 409], [303, 422])
        assert [_merged_into(stored, one), _merged_into(stored, other)].count(None) == 1


@pytest.mark.req("DESK-04")
def test_the_customer_learns_the_fact_and_no_more(signed_in: SignedIn, given: Given, outbox: Outbox) -> None:
    one, into = given(cases.open_inquiry), given(cases.open_case)
    given(cases.note, into, "カナリア内部")
    outbox()
    given(related.merge, one, into, by="lead")
    client = signed_in("hanako")
    for number in (one, into):
        page = client.get(f"/cs/cases/{number}")
        assert not [
            word for word in ("高橋", "カナリア", "別のケースに統合", "のやり取りを読む") if word in page.text
        ]
    assert one not in client.get(f"/cs/cases/{into}").words().replace(f"{one} ", one)
    assert not [mail for mail in outbox() if "高橋" in mail.text + mail.subject or "カナリア" in mail.text]
