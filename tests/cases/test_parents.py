"""One case of the desk above many: set, cleared, written to in one go; customers see nothing of it."""

import pytest

from app.authz import Forbidden
from app.cases.actions.parenting import ParentFault, ParentRefused
from app.cases.lifecycle import Act, CaseState
from tests.cast import ALICE_CS_NUMBER, CS_NUMBER, FM_NUMBER
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, related

CANARY = "カナリア親ケースの件名"

pytestmark = pytest.mark.req("DESK-06")


def _preview(client: InspectingClient, parent: str, text: str) -> Page:
    page = client.get(f"/console/cases/{parent}")
    return client.submit(page, f"/console/cases/{parent}/children/comments", children__body=text)


def _send(client: InspectingClient, parent: str, preview: Page) -> Page:
    return client.submit(preview, f"/console/cases/{parent}/children/comments/confirmation")


def _public(stored: Stored, number: str) -> list[str]:
    return list(stored(lambda session: cases.bodies(session, number)))


def _parent_of(stored: Stored, number: str) -> int | None:
    found: int | None = stored(lambda session: cases.case_of(session, number).parent_id)
    return found


@pytest.mark.req("ROLE-05")
def test_customers_set_no_parent(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    one, other = given(cases.many, 2)
    with pytest.raises(Forbidden):
        given(related.put_under, one, other, by="hanako")
    client = signed_in("hanako")
    with untouched():
        assert client.act(f"/cs/cases/{one}/parent", number=other).status == 404


@pytest.mark.parametrize(
    ("parent", "fault"),
    [
        ("itself", ParentFault.SAME),
        ("of another service", ParentFault.OTHER_SERVICE),
        ("closed", ParentFault.NOT_OPEN),
        ("merged", ParentFault.NOT_OPEN),
        ("a child", ParentFault.IS_CHILD),
    ],
)
def test_what_cannot_be_a_parent_is_refused_and_changes_nothing(
    signed_in: SignedIn, given: Given, untouched: Untouched, parent: str, fault: ParentFault
) -> None:
    one, other, duplicate = given(cases.many, 3)
    given(related.merge, duplicate, other)
    _above, (child,) = given(related.family, CS_NUMBER)
    number = {
        "itself": one,
        "of another service": given(cases.open_case, number=FM_NUMBER),
        "closed": given(cases.in_state, CaseState.CLOSED),
        "merged": duplicate,
        "a child": child,
    }[parent]
    with pytest.raises(ParentRefused) as refused:
        given(related.put_under, one, number)
    assert refused.value.fault is fault
    client = signed_in("agent")
    page = client.get(f"/console/cases/{one}")
    with untouched():
        answer = client.submit(page, f"/console/cases/{one}/parent", parent__number=number)
    assert answer.status == 422
    assert answer.error_at("parent-number")


def test_a_parent_cannot_become_a_child(given: Given) -> None:
    parent, _children = given(related.family, CS_NUMBER)
    other = given(cases.open_case)
    with pytest.raises(ParentRefused) as refused:
        given(related.put_under, parent, other)
    assert refused.value.fault is ParentFault.HAS_CHILDREN


def test_set_replaced_and_cleared_again(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    one, first, second = given(cases.many, 3)
    client = signed_in("agent")
    for parent in (first, second):
        page = client.get(f"/console/cases/{one}")
        assert client.submit(page, f"/console/cases/{one}/parent", parent__number=parent).status == 303
    assert "case.child_removed" in stored(lambda session: cases.history(session, first))
    page = client.get(f"/console/cases/{one}")
    assert client.submit(page, f"/console/cases/{one}/parent/removal").status == 303
    assert _parent_of(stored, one) is None
    assert stored(lambda session: cases.history(session, second))[-1] == "case.child_removed"


def test_the_parent_lists_its_children_with_states_and_counts(signed_in: SignedIn, given: Given) -> None:
    parent, (one, other) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER)
    given(cases.move, other, Act.TAKE_ON, by="agent")
    page = signed_in("agent").get(f"/console/cases/{parent}")
    part = page.words(page.one("section", aria_label="親ケース・子ケース"))
    assert part.startswith("親ケース・子ケース 新規 1 対応中 1")
    assert [number for number in (one, other, CS_NUMBER, "A会社") if number in part] == [
        one, other, CS_NUMBER, "A会社",
    ]  # fmt: skip
    child = signed_in("agent").get(f"/console/cases/{one}")
    part = child.words(child.one("section", aria_label="親ケース・子ケース"))
    assert (parent in part, other in part) == (True, False)


def test_a_text_to_all_open_children_is_previewed_then_sent_to_each(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox, untouched: Untouched
) -> None:
    parent, (one, other, closed) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER, ALICE_CS_NUMBER)
    given(cases.move, closed, Act.CLOSE, by="alice")
    outbox()
    client = signed_in("agent")
    with untouched():
        preview = _preview(client, parent, "障害は復旧しました。\n\nお待たせしました。")
    assert preview.status == 200
    assert "子ケース2件とこのケースに送信します。" in preview.words()
    assert (one in preview.words(), closed in preview.words()) == (True, False)
    for _ in range(2):
        answer = _send(client, parent, preview)
        assert (answer.status, answer.location) == (303, f"/console/cases/{parent}")
    text = ["障害は復旧しました。\n\nお待たせしました。"]
    assert [_public(stored, number) for number in (parent, one, other, closed)] == [text, text, text, []]
    mails = outbox()
    assert sorted({mail.to for mail in mails}) == [
        "alice@a-company.example", "hanako@sample.example", "taro@sample.example",
    ]  # fmt: skip
    assert not [
        mail for mail in mails if mail.to.startswith("alice") and (parent in mail.text or one in mail.text)
    ]
    assert stored(lambda session: cases.history(session, parent))[-1] == "case.children_told"


def test_the_same_text_again_reaches_only_whom_it_has_not(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    parent, (one,) = given(related.family, CS_NUMBER)
    client = signed_in("agent")
    _send(client, parent, _preview(client, parent, "お知らせ"))
    late = given(cases.open_case, number=ALICE_CS_NUMBER)
    given(related.put_under, late, parent)
    preview = _preview(client, parent, "お知らせ")
    assert "子ケース1件" in preview.words()
    assert _send(client, parent, preview).status == 303
    assert [_public(stored, number) for number in (parent, one, late)] == [["お知らせ"]] * 3
    assert "未クローズの子ケースはありません" in _preview(client, parent, "お知らせ").words()


@pytest.mark.req("C13")
def test_children_that_changed_since_the_preview_stop_it_all(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    parent, (_one, other) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER)
    client = signed_in("agent")
    preview = _preview(client, parent, "お知らせ")
    given(cases.move, other, Act.CLOSE, by="alice")
    with untouched():
        answer = _send(client, parent, preview)
    assert answer.status == 409
    assert "送信していません" in answer.alerts()
    assert _public(stored, parent) == []
    assert _send(client, parent, answer).status == 303


def test_a_text_that_names_a_customer_is_stopped_until_somebody_has_looked(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    parent, (one, _other) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER)
    client = signed_in("agent")
    preview = _preview(client, parent, "株式会社サンプル様ほかへのお知らせです。")
    assert "株式会社サンプル" in preview.words(preview.styled("fieldset", "guard")[0])
    with untouched():
        answer = _send(client, parent, preview)
    assert answer.status == 422
    box = answer.one("input", name="children-confirmed")
    fields = answer.form(f"/console/cases/{parent}/children/comments/confirmation")
    done = client.post(
        f"/console/cases/{parent}/children/comments/confirmation",
        {**fields, "children-confirmed": box.get("value")},
    )
    assert done.status == 303
    assert len(_public(stored, one)) == 1
    assert "case.guard_overruled" in stored(lambda session: cases.history(session, parent))


@pytest.mark.req("REL-04")
def test_more_than_a_hundred_children_are_told_in_turns(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    parent, first = given(related.family, *[CS_NUMBER] * 102)
    client = signed_in("agent")
    preview = _preview(client, parent, "お知らせ")
    assert "対象の子ケースは102件です" in preview.words()
    rest = _send(client, parent, preview)
    assert rest.status == 200
    assert "子ケース2件" in rest.words()
    assert [_public(stored, first[place]) for place in (0, 99, 100)] == [["お知らせ"], ["お知らせ"], []]
    assert _send(client, parent, rest).status == 303
    assert [_public(stored, number) for number in (first[101], parent)] == [["お知らせ"]] * 2


@pytest.mark.parametrize("text", ["", "  ", "x" * 20_001, "a\x00b"])
def test_a_text_that_does_not_hold_is_shown_again(
    signed_in: SignedIn, given: Given, untouched: Untouched, text: str
) -> None:
    parent, _children = given(related.family, CS_NUMBER)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{parent}")
    with untouched():
        answer = client.submit(page, f"/console/cases/{parent}/children/comments", children__body=text)
    assert answer.status == 422
    assert answer.error_at("children-body")


@pytest.mark.req("DESK-04", "SVC-04")
def test_no_customer_learns_of_the_parent_or_of_other_children(
    signed_in: SignedIn, given: Given, outbox: Outbox
) -> None:
    outbox()
    parent, (one, other) = given(related.family, CS_NUMBER, ALICE_CS_NUMBER)
    given(cases.edit, parent, subject=CANARY)
    agent = signed_in("agent")
    outbox()
    _send(agent, parent, _preview(agent, parent, "復旧しました"))
    alice = signed_in("alice")
    for path in ("/cs/", "/cs/cases", f"/cs/cases/{other}", f"/cs/search?q={parent}"):
        text = alice.get(path).text.replace(f'value="{parent}"', "")
        assert not [word for word in (one, CANARY, CS_NUMBER, "サンプル", "親ケース") if word in text], path
    table = alice.get("/cs/cases.csv").text
    assert other in table
    assert not [word for word in (one, parent, CANARY, CS_NUMBER) if word in table]
    hanako = signed_in("hanako").get(f"/cs/cases/{one}")
    assert not [word for word in (other, parent, CANARY, ALICE_CS_NUMBER, "A会社") if word in hanako.text]
    to_alice = [mail for mail in outbox() if mail.to.startswith("alice")]
    assert len(to_alice) == 1
    assert not [word for word in (one, parent, CANARY) if word in to_alice[0].text + to_alice[0].subject]
