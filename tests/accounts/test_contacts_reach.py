"""Who reaches which contact: administrators the users of their own company, and nobody else anybody."""

import pytest
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions import contacts as actions
from app.authz import Forbidden
from app.contracts.models import Service
from tests import cast
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import contacts
from tests.factories.contacts import LIST, NEW

CHANGE = {"family_name": "乗っ取り", "mail": "thief@evil.example", "login_id": "thief", "version": "x"}


def _bytes(page: Page) -> tuple[int, bytes]:
    return page.status, page.answer.get_data()


def _everywhere(client: InspectingClient, address: str, service: str = "cs") -> list[Page]:
    token = client.token(f"/{service}/login")
    fields = {"csrf_token": token, **CHANGE}
    return [
        client.get(address),
        client.post(address, fields),
        client.post(f"{address}/disablement", {"csrf_token": token}),
        client.post(f"{address}/enablement", {"csrf_token": token, "shown": "disabled:2026-01-01"}),
    ]


@pytest.mark.req("ROLE-04", "ROLE-02")
@pytest.mark.parametrize("person", ["taro", "alice"])
def test_a_general_user_gets_403_on_every_address(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, person: str
) -> None:
    client = signed_in(person)
    own = contacts.path_of(stored, person)
    foreign = contacts.path_of(stored, "hanako")
    token = client.token()
    with untouched():
        pages = [
            client.get(LIST),
            client.get(NEW),
            client.post(NEW, {"csrf_token": token}),
            *(page for address in (own, foreign, f"{LIST}999999") for page in _everywhere(client, address)),
        ]
    assert {page.status for page in pages} == {403}


@pytest.mark.req("ROLE-04", "UI-02")
@pytest.mark.parametrize(("person", "is_offered"), [("hanako", True), ("taro", False), ("alice", False)])
def test_the_entries_are_in_the_menu_of_administrators_only(
    signed_in: SignedIn, person: str, *, is_offered: bool
) -> None:
    client = signed_in(person)
    for path in ("/cs/", "/cs/cases", "/cs/account/"):
        links = {item.get("href") for item in client.get(path).all("a")}
        assert ({LIST, NEW} <= links) is is_offered
        assert bool({LIST, NEW} & links) is is_offered


@pytest.mark.req("CONTACT-13", "SEC-26", "SEC-29")
def test_strangers_agents_and_nobody_are_the_same_404_on_every_address(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    client = signed_in("hanako")
    places = [contacts.path_of(stored, name) for name in ("alice", "charlie", "agent", "admin")]
    with untouched():
        answers = [_everywhere(client, address) for address in (*places, f"{LIST}999999", f"{LIST}0")]
    for same in zip(*answers, strict=True):
        assert {page.status for page in same} == {404}
        assert len({_bytes(page) for page in same}) == 1
    for odd in ("abc", "-1", "1.0", "9" * 30, "%00"):
        assert client.get(f"{LIST}{odd}").status == 404


@pytest.mark.req("CONTACT-13", "ROLE-02")
def test_the_scope_is_the_company_in_every_portal(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("hanako")
    for service in ("cs", "fm"):
        names = {row["名前"] for row in client.get(f"/{service}/contacts/").rows()}
        assert names == {"佐藤 花子", "鈴木 太郎", "田中 次郎", "山本 海斗"}
        jiro = contacts.path_of(stored, "jiro", service)
        assert client.get(jiro).status == 200


@pytest.mark.req("CONTACT-13", "SEC-24")
def test_the_queries_and_the_actions_hold_without_any_page(session: Session) -> None:
    hanako, taro = cast.actor_of(session, "hanako", "cs"), cast.actor_of(session, "taro", "cs")
    for actor in (taro, cast.actor_of(session, "admin"), cast.actor_of(session, "agent"), contacts.ACTOR):
        assert session.scalars(queries.contacts_visible_to(actor)).all() == []
    user = cast.person(session, "alice")
    data = actions.data_of(user)
    for actor in (hanako, taro, cast.actor_of(session, "agent")):
        for act in (
            lambda actor=actor: actions.check(session, user, actor=actor, version="", data=data),
            lambda actor=actor: actions.edit(session, user, actor=actor, version="", data=data),
            lambda actor=actor: actions.disable(session, user, actor=actor),
            lambda actor=actor: actions.enable(session, user, actor=actor, shown=[]),
        ):
            with pytest.raises(Forbidden):
                act()
    number = cast.number(session, cast.CS_NUMBER)
    service = session.get_one(Service, number.service_id)
    for actor in (taro, cast.actor_of(session, "agent")):
        with pytest.raises(Forbidden):
            actions.create(session, actor=actor, data=data, numbers=[number], service=service)


@pytest.mark.req("SEC-29")
@pytest.mark.parametrize("person", ["hanako", "alice"])
def test_whoever_belongs_to_a_second_company_too_is_changed_by_no_administrator(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, person: str
) -> None:
    """T09 in both directions: neither the home company's administrator nor the other one becomes that person."""
    given(contacts.set_administrator, "alice")
    given(contacts.link, "taro", cast.ALICE_CS_NUMBER)
    client = signed_in(person)
    address = contacts.path_of(stored, "taro")
    with untouched():
        shown, *acts = _everywhere(client, address)
    if person == "alice":
        assert {page.status for page in (shown, *acts)} == {404}
        return
    assert {page.status for page in acts} == {403}
    assert "このユーザーはアドバイザリーセンターが管理しています" in shown.words()
    assert not shown.offers(address)
    assert not shown.offers(f"{address}/disablement")


@pytest.mark.req("SEC-29")
def test_it_is_the_link_to_the_other_company_that_decides(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.link, "taro", cast.FM_NUMBER)
    address = contacts.path_of(stored, "taro")
    client = signed_in("hanako")
    assert client.submit(client.get(address), address, job_title="主任").status == 303


@pytest.mark.req("SVC-04")
def test_of_a_contacts_numbers_only_those_in_the_own_reach_are_told(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(contacts.set_administrator, "jiro")
    given(contacts.set_administrator, "hanako", to=False)
    address = contacts.path_of(stored, "hanako", "fm")
    page = signed_in("jiro").get(address)
    assert cast.FM_NUMBER in page.words()
    assert cast.CS_NUMBER not in page.words()


@pytest.mark.req("CONTACT-07", "SEC-29")
@pytest.mark.parametrize("name", ["hanako", "alice", "agent"])
def test_an_equal_mail_address_neither_merges_nor_betrays_anybody(
    signed_in: SignedIn, stored: Stored, name: str
) -> None:
    """A lesson of Zammad CVE-2026-84458: nobody becomes, meets or learns of whoever has the same address."""
    client = signed_in("hanako")
    before = stored(lambda session: contacts.told(session, name))
    other = contacts.user_of(stored, name)
    created = client.submit(
        client.get(NEW), NEW, login_id="twin.cs", given_name="双子", family_name="別人", mail=other.mail
    )
    assert created.status == 303
    twin = stored(lambda session: contacts.by_id(session, "twin.cs"))
    assert (twin.id != other.id, twin.mail, twin.password_hash) == (True, other.mail, None)
    page = client.get(created.location)
    if name != "hanako":
        assert other.display_name not in page.words()
    assert other.login_id not in page.words(page.one("main"))
    assert stored(lambda session: contacts.told(session, name)) == before
    assert contacts.user_of(stored, name).version == other.version
