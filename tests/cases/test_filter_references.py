"""References in filters: who is offered, who is found, and what happens where there are too many for a list."""

import pytest
from sqlalchemy.orm import Session

from app.authz import system_actor
from app.cases import records
from app.cases.lifecycle import CaseState
from app.contracts import actions as contracts
from app.contracts import queries as contracts_queries
from tests import cast
from tests.cast import ALICE_CS_NUMBER, FM_NUMBER
from tests.client import Page
from tests.conftest import Given, SignedIn
from tests.factories import cases, desk

pytestmark = pytest.mark.req("FILTER-04", "FILTER-05", "SVC-04")

DESK = "/console/cases/"
PANEL = "/console/cases/filter"


def numbers(page: Page) -> set[str]:
    assert page.status == 200, page.alerts()
    return {row["ケース番号"] for row in page.rows()}


def crowd(session: Session) -> None:
    """More companies and numbers than a list takes, and two companies of one name."""
    actor = system_actor("tests")
    service = contracts_queries.service_by_slug(session, "cs")
    assert service is not None
    for index in range(records.MOST_LISTED):
        holder = contracts.add_contract_holder(session, actor=actor, name=f"会社{index // 2:03}")
        contracts.add_customer_number(
            session, actor=actor, number=f"Z{index:09}", holder=holder, service=service, pattern=cast.PATTERN
        )


def test_a_few_are_picked_and_many_are_typed(signed_in: SignedIn, given: Given) -> None:
    client = signed_in("agent")
    asked = f"{PANEL}?c-0-0-field=customer-number&do=show"
    assert [item.get("name") for item in client.get(asked).all("select") if item.get("name") == "c-0-0-value"]
    given(crowd)
    page = client.get(asked)
    assert [item.get("type") for item in page.all("input") if item.get("name") == "c-0-0-value"] == ["text"]


def test_what_is_typed_is_found_by_its_name_and_stands_in_the_address_by_its_value(
    signed_in: SignedIn, given: Given
) -> None:
    wanted = given(cases.open_inquiry)
    given(cases.open_inquiry, number=ALICE_CS_NUMBER)
    given(crowd)
    client = signed_in("agent")
    run = f"{PANEL}?c-0-0-field=holder&c-0-0-operator=is&do=run&c-0-0-value="
    answer = client.get(run + cast.SAMPLE)
    assert answer.status == 303
    assert cast.SAMPLE not in answer.location
    page = client.get(answer.location)
    assert numbers(page) == {wanted}
    assert page.value("c-0-0-value") == cast.SAMPLE
    assert f"ご契約者名={cast.SAMPLE}" in page.words()


@pytest.mark.parametrize("typed", ["どこにもない会社", "会社001", ""])
def test_nobody_and_two_of_a_name_are_refused(signed_in: SignedIn, given: Given, typed: str) -> None:
    """Of two companies of one name nobody can say which was meant."""
    given(crowd)
    page = signed_in("agent").get(f"{PANEL}?c-0-0-field=holder&c-0-0-operator=is&c-0-0-value={typed}&do=run")
    assert page.status == 422
    assert page.value("c-0-0-value") == typed


def test_several_are_typed_a_line_each(signed_in: SignedIn, given: Given) -> None:
    first, second = given(cases.open_inquiry), given(cases.open_inquiry, number=ALICE_CS_NUMBER)
    given(cases.open_inquiry, number=FM_NUMBER)
    given(crowd)
    client = signed_in("agent")
    typed = f"{cast.CS_NUMBER}%0D%0A%0D%0A{ALICE_CS_NUMBER}%0D%0A{ALICE_CS_NUMBER}"
    answer = client.get(
        f"{PANEL}?c-0-0-field=customer-number&c-0-0-operator=any-of&c-0-0-value={typed}&do=run"
    )
    assert answer.location == f"{DESK}?f=customer-number:any-of:{cast.CS_NUMBER},{ALICE_CS_NUMBER}"
    assert numbers(client.get(answer.location)) == {first, second}


@pytest.mark.req("DESK-03")
def test_me_is_whoever_reads(signed_in: SignedIn, given: Given) -> None:
    mine, others = given(cases.open_inquiry), given(cases.open_inquiry)
    given(cases.assign, mine, "agent")
    given(cases.assign, others, "lead")
    assert numbers(signed_in("agent").get(f"{DESK}?f=assignee:is:me")) == {mine}
    assert numbers(signed_in("lead").get(f"{DESK}?f=assignee:is:me")) == {others}
    assert "担当者=自分" in signed_in("lead").get(f"{DESK}?f=assignee:is:me").words()


def test_nobody_is_a_value_as_well(signed_in: SignedIn, given: Given) -> None:
    given(cases.open_inquiry)
    nobodys = given(cases.open_case)
    client = signed_in("hanako")
    for f in ("contact:is:none", "contact:empty", "contact:is-not:me", "contact:none-of:me"):
        assert numbers(client.get(f"/cs/cases?f={f}")) == {nobodys}, f
    assert numbers(client.get("/cs/cases?f=contact:any-of:none,me")) == {nobodys, "CS0000001"}


@pytest.mark.req("CASE-24")
def test_the_watch_list_holds_several(signed_in: SignedIn, given: Given) -> None:
    watched, bare = given(cases.open_inquiry), given(cases.open_inquiry)
    given(cases.watch, watched, "taro")
    client = signed_in("hanako")

    def of(name: str) -> str:
        return str(given(desk.user_id, name))

    assert numbers(client.get(f"/cs/cases?f=watchers:any-of:{of('taro')}")) == {watched}
    assert numbers(client.get(f"/cs/cases?f=watchers:none-of:{of('taro')}")) == {bare}
    assert numbers(client.get("/cs/cases?f=watchers:empty")) == {bare}
    assert numbers(client.get("/cs/cases?f=watchers:filled")) == {watched}
    assert client.get(f"/cs/cases?f=watchers:any-of:{of('alice')}").status == 422


@pytest.mark.req("LANG-02")
def test_an_inquiry_is_found_by_its_name_in_either_language(signed_in: SignedIn, given: Given) -> None:
    inquiry = given(cases.open_inquiry)
    given(cases.open_case)
    client = signed_in("hanako")
    for typed in ("お問い合わせ", "inquiry", "問い合わ", "ＩＮＱ"):
        assert numbers(client.get(f"/cs/cases?f=subject:contains:{typed}")) == {inquiry}, typed
    assert inquiry not in numbers(client.get("/cs/cases?f=subject:lacks:お問い合わせ"))


@pytest.mark.req("LANG-02")
@pytest.mark.parametrize("typed", ["cspm", "マネージド", "Managed"])
def test_a_service_is_found_by_its_name_in_either_language(
    signed_in: SignedIn, given: Given, typed: str
) -> None:
    wanted = given(cases.open_inquiry)
    given(cases.open_inquiry, number=FM_NUMBER)
    client = signed_in("agent")
    assert numbers(client.get(f"{DESK}?f=service-name:contains:{typed}")) == {wanted}
    assert wanted not in numbers(client.get(f"{DESK}?f=service-name:lacks:{typed}"))
    assert numbers(client.get(f"{DESK}?f=service:is:cs")) == {wanted}


@pytest.mark.req("SEARCH-01")
@pytest.mark.parametrize("typed", ["cs0000001", "ＣＳ0000001", " CS0000001 "])
def test_a_case_number_is_found_as_people_type_it(signed_in: SignedIn, given: Given, typed: str) -> None:
    wanted = given(cases.in_state, CaseState.CLOSED)
    given(cases.open_inquiry)
    assert numbers(signed_in("hanako").get(f"/cs/cases?f=number:is:{typed}")) == {wanted}
