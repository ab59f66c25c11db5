"""Links between cases: within the agent's reach, one for two cases, and of the desk alone."""

import pytest

from app.authz import Forbidden
from app.cases.actions.linking import LinkFault, LinkRefused
from app.cases.lifecycle import CaseState
from app.cases.models import CaseLink, LinkKind
from tests import cast
from tests.cases.races import at_once
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import cases, related

pytestmark = pytest.mark.req("DESK-03")


def _links(stored: Stored) -> int:
    return int(stored(lambda session: session.query(CaseLink).count()))


@pytest.mark.req("ROLE-05")
def test_customers_link_nothing(given: Given, signed_in: SignedIn, untouched: Untouched) -> None:
    one, other = given(cases.many, 2)
    with pytest.raises(Forbidden):
        given(related.link, one, other, by="hanako")
    client = signed_in("hanako")
    with untouched():
        assert client.act(f"/cs/cases/{one}/links", number=other).status == 404


@pytest.mark.req("SEC-26", "ROLE-05")
def test_a_case_out_of_reach_reads_like_one_that_is_not_there(signed_in: SignedIn, given: Given) -> None:
    one = given(cases.open_inquiry)
    foreign = given(cases.open_case, number=FM_NUMBER)
    client = signed_in("cs_agent")
    page = client.get(f"/console/cases/{one}")
    answers = [
        client.submit(page, f"/console/cases/{one}/links", link__number=typed)
        for typed in (foreign, "CS9999999")
    ]
    assert [answer.status for answer in answers] == [422, 422]
    assert {answer.error_at("link-number") for answer in answers} == {
        "There is no such case in your services."
    }


def test_an_agent_links_two_cases_and_both_tell_of_it(signed_in: SignedIn, given: Given) -> None:
    one = given(cases.open_inquiry)
    other = given(cases.in_state, CaseState.CLOSED, number=ALICE_CS_NUMBER)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{one}")
    typed = other.replace("CS", " ｃｓ")
    answer = client.submit(page, f"/console/cases/{one}/links", link__number=typed, link__kind="duplicate")
    assert (answer.status, answer.location) == (303, f"/console/cases/{one}")
    for here, there, state in ((one, other, "クローズ"), (other, one, "新規")):
        shown = client.get(f"/console/cases/{here}")
        part = shown.words(next(item for item in shown.all("section", aria_label="関連するケース")))
        assert there in part
        assert state in part
        assert "重複としてリンク" in shown.words(shown.by_id("activity") or None)


def test_a_link_is_removed_from_either_end(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    one, other = given(cases.many, 2)
    link_id = given(related.link, one, other)
    client = signed_in("agent")
    assert client.act(f"/console/cases/{other}/links/{link_id}/removal").status == 303
    assert _links(stored) == 0
    assert stored(lambda session: cases.history(session, one))[-1] == "case.unlinked"
    assert client.act(f"/console/cases/{other}/links/{link_id}/removal").status == 404


@pytest.mark.req("SEC-26")
def test_a_link_of_other_cases_cannot_be_removed_here(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    one, other, third = given(cases.many, 3)
    link_id = given(related.link, one, other)
    client = signed_in("agent")
    with untouched():
        assert client.act(f"/console/cases/{third}/links/{link_id}/removal").status == 404


@pytest.mark.req("ROLE-05")
def test_the_end_out_of_reach_is_not_shown_and_stays(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    one = given(cases.open_case)
    foreign = given(cases.open_case, number=FM_NUMBER, subject="秘密の件名")
    link_id = given(related.link, one, foreign)
    client = signed_in("cs_agent")
    page = client.get(f"/console/cases/{one}")
    part = page.words(page.one("section", aria_label="Related cases"))
    assert foreign not in part
    assert "秘密" not in page.text
    with untouched():
        assert client.act(f"/console/cases/{one}/links/{link_id}/removal").status == 404


def test_two_cases_have_one_link_whatever_the_direction(given: Given) -> None:
    one, other = given(cases.many, 2)
    given(related.link, one, other)
    for first, second in ((one, other), (other, one)):
        with pytest.raises(LinkRefused) as refused:
            given(related.link, first, second, LinkKind.DUPLICATE)
        assert refused.value.fault is LinkFault.LINKED


def test_a_case_is_not_linked_to_itself(signed_in: SignedIn, given: Given, untouched: Untouched) -> None:
    one = given(cases.open_case)
    client = signed_in("agent")
    page = client.get(f"/console/cases/{one}")
    with untouched():
        answer = client.submit(page, f"/console/cases/{one}/links", link__number=one)
    assert answer.status == 422
    assert "このケース自身" in answer.error_at("link-number")
    assert answer.value("link-number") == one


@pytest.mark.parametrize(("field", "value"), [("number", ""), ("number", "x" * 41), ("kind", "enemy")])
def test_bad_input_is_named_and_kept(
    signed_in: SignedIn, given: Given, untouched: Untouched, field: str, value: str
) -> None:
    one, other = given(cases.many, 2)
    client = signed_in("agent")
    fields = {"link-number": other, "link-kind": "related", f"link-{field}": value}
    with untouched():
        answer = client.act(f"/console/cases/{one}/links", **fields)
    assert answer.status == 422
    assert answer.error_at(f"link-{field}")


@pytest.mark.req("F10")
def test_two_agents_linking_the_same_two_at_once_make_one_link(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    one, other = given(cases.many, 2)
    agent, lead = signed_in("agent"), signed_in("lead")
    fields = {"link-kind": "related"}
    tokens = agent.token(), lead.token()
    answers = at_once(
        lambda: agent.post(
            f"/console/cases/{one}/links", {"csrf_token": tokens[0], "link-number": other, **fields}
        ),
        lambda: lead.post(
            f"/console/cases/{other}/links", {"csrf_token": tokens[1], "link-number": one, **fields}
        ),
    )
    assert sorted(answer.status for answer in answers) == [303, 422]
    assert _links(stored) == 1


@pytest.mark.req("DESK-04")
def test_no_customer_learns_of_a_link(signed_in: SignedIn, given: Given, outbox: Outbox) -> None:
    one = given(cases.open_inquiry)
    others = given(cases.open_case, number=ALICE_CS_NUMBER, subject="カナリア件名")
    outbox()
    before = signed_in("hanako").get(f"/cs/cases/{one}").words()
    given(related.link, one, others, LinkKind.DUPLICATE)
    page = signed_in("hanako").get(f"/cs/cases/{one}")
    assert page.words() == before
    assert others not in page.text
    assert "カナリア" not in page.text
    assert outbox() == []


def test_beside_the_case_stand_the_customers_contracts_and_open_cases(
    signed_in: SignedIn, given: Given
) -> None:
    one = given(cases.open_inquiry)
    of_fm = given(cases.open_case, number=FM_NUMBER)
    given(cases.in_state, CaseState.CLOSED)
    strangers = given(cases.open_inquiry, number=ALICE_CS_NUMBER)
    page = signed_in("agent").get(f"/console/cases/{one}")
    part = page.words(page.one("section", aria_label="お客様"))
    assert (cast.CS_NUMBER in part, FM_NUMBER in part, of_fm in part) == (True, True, True)
    assert strangers not in part
    assert "CS0000003" not in part
    narrow = signed_in("cs_agent").get(f"/console/cases/{one}")
    part = narrow.words(narrow.one("section", aria_label="Customer"))
    assert (FM_NUMBER in part, of_fm in part) == (False, False)


def test_ten_open_cases_are_shown_the_oldest_first(signed_in: SignedIn, given: Given) -> None:
    one, *others = given(cases.many, 13)
    page = signed_in("agent").get(f"/console/cases/{one}")
    part = page.words(page.one("section", aria_label="お客様"))
    assert [number for number in others if number in part] == others[:10]
    more = next(item for item in page.all("a") if "すべて表示" in page.words(item))
    listed = signed_in("agent").get(more.get("href")).rows()
    assert [row["ケース番号"] for row in listed] == [one, *others]
