"""Users, their links and their roles, as the actions keep them (SVC-03, ROLE-01 to ROLE-05)."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import actions
from app.accounts.models import USER_ID_LENGTH, DeskRole, User
from app.accounts.roles import ADMINISTRATOR, AGENT, GENERAL_USER, LEAD, SYSTEM_ADMINISTRATOR
from app.authz import Actor, Forbidden, Permission, system_actor
from app.contracts import queries as contracts
from app.contracts.models import ContractHolder, Service
from tests import cast

ADMINISTRATION = {Permission.CONTRACT_MANAGE, Permission.USER_MANAGE}


def _holder(session: Session) -> ContractHolder:
    found = contracts.holder_by_name(session, cast.SAMPLE)
    assert found is not None
    return found


def _service(session: Session) -> Service:
    found = contracts.service_by_slug(session, "cs")
    assert found is not None
    return found


def _create(session: Session, login_id: str, actor: Actor | None = None) -> User:
    return actions.create_customer(
        session,
        actor=actor or system_actor("tests"),
        login_id=login_id,
        mail="x@sample.example",
        family_name="試験",
        given_name="",
        holder=_holder(session),
    )


@pytest.mark.req("ROLE-01", "ROLE-02")
def test_an_administrator_can_do_all_that_a_general_user_can() -> None:
    assert ADMINISTRATOR >= GENERAL_USER
    assert {item.value.partition(":")[0] for item in ADMINISTRATOR} == {"portal", "own"}


@pytest.mark.req("ROLE-05")
def test_only_system_administrators_manage_contracts_and_users() -> None:
    assert SYSTEM_ADMINISTRATOR > LEAD > AGENT
    assert SYSTEM_ADMINISTRATOR >= ADMINISTRATION
    assert not ADMINISTRATION & (LEAD | GENERAL_USER | ADMINISTRATOR)
    assert {item.value.partition(":")[0] for item in SYSTEM_ADMINISTRATOR} == {"console", "own"}


@pytest.mark.req("ROLE-05", "SVC-04")
def test_actors_reach_their_own_services_and_numbers(session: Session) -> None:
    ids = {name: cast.number(session, name) for name in (cast.CS_NUMBER, cast.FM_NUMBER)}
    cs, fm = (number.service_id for number in ids.values())
    hanako = cast.actor_of(session, "hanako")
    assert hanako.services == {cs, fm}
    assert hanako.numbers == {number.id for number in ids.values()}
    assert cast.actor_of(session, "hanako", "cs").numbers == {ids[cast.CS_NUMBER].id}
    assert cast.actor_of(session, "jiro", "cs").numbers == frozenset()
    assert cast.actor_of(session, "cs_agent").services == {cs}
    assert cast.actor_of(session, "admin").services == {cs, fm}
    assert cast.actor_of(session, "agent").numbers == frozenset()


@pytest.mark.req("SVC-03")
def test_a_user_is_linked_to_numbers_of_the_own_company_only(session: Session) -> None:
    actor, user = system_actor("tests"), cast.person(session, "taro")
    with pytest.raises(actions.BadAccountData, match="own contract holder"):
        actions.link_numbers(
            session, actor=actor, user=user, numbers=[cast.number(session, cast.ALICE_CS_NUMBER)]
        )
    actions.link_numbers(session, actor=actor, user=user, numbers=[cast.number(session, cast.FM_NUMBER)])
    session.flush()
    assert len(cast.actor_of(session, "taro").numbers) == 2


@pytest.mark.parametrize("login_id", ["", "   ", "x" * (USER_ID_LENGTH + 1)])
def test_a_user_id_has_one_to_forty_characters(session: Session, login_id: str) -> None:
    with pytest.raises(actions.BadAccountData, match="1 to 40"):
        _create(session, login_id)


def test_the_longest_user_id_is_taken(session: Session) -> None:
    assert _create(session, "İ" * USER_ID_LENGTH).login_id == "İ" * USER_ID_LENGTH


@pytest.mark.parametrize(
    "login_id", ["hanako@sample.example.cs", "HANAKO@Sample.Example.CS", " agent@desk.example "]
)
def test_a_user_id_is_unique_without_regard_to_case(session: Session, login_id: str) -> None:
    with pytest.raises(actions.BadAccountData, match="in use"):
        _create(session, login_id)


def test_the_database_holds_the_uniqueness_too(session: Session) -> None:
    user = cast.person(session, "taro")
    user.login_key = "hanako@sample.example.cs"
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.req("ROLE-05", "ROLE-02")
@pytest.mark.parametrize("name", ["hanako", "taro", "agent", "lead"])
def test_nobody_else_creates_links_or_disables(session: Session, name: str) -> None:
    actor, user = cast.actor_of(session, name), cast.person(session, "taro")
    acts: list[Callable[[], object]] = [
        lambda: _create(session, "new@sample.example.cs", actor),
        lambda: actions.link_numbers(session, actor=actor, user=user, numbers=[]),
        lambda: actions.assign_services(session, actor=actor, user=user, services=[_service(session)]),
        lambda: actions.set_administrator(session, actor=actor, user=user, is_administrator=True),
        lambda: actions.disable(session, actor=actor, user=user),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert user.is_enabled
    assert not user.is_administrator


@pytest.mark.req("ROLE-05")
def test_a_system_administrator_does(session: Session) -> None:
    actor = cast.actor_of(session, "admin")
    user = _create(session, "new@sample.example.cs", actor)
    actions.disable(session, actor=actor, user=user)
    agent = actions.create_agent(
        session,
        actor=actor,
        login_id="new@desk.example",
        mail="new@desk.example",
        family_name="新人",
        given_name="一",
        role=DeskRole.AGENT,
    )
    actions.assign_services(session, actor=actor, user=agent, services=[_service(session)])
    session.flush()
    assert (user.is_enabled, agent.display_name) == (False, "新人 一")


@pytest.mark.parametrize(
    "change",
    [{"holder_id": None}, {"desk_role": DeskRole.AGENT}, {"language": "fr"}],
    ids=["customer without holder", "customer with desk role", "unknown language"],
)
def test_the_database_refuses_what_cannot_be(session: Session, change: dict[str, object]) -> None:
    user = cast.person(session, "taro")
    for name, value in change.items():
        setattr(user, name, value)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("family", "given", "shown"),
    [
        ("佐藤", "花子", "佐藤 花子"),
        ("Adams", "Alice", "Alice Adams"),
        ("佐藤", "", "佐藤"),
        ("Cher", "", "Cher"),
        ("O'Neill", "Zoë", "O'Neill Zoë"),
    ],
)
def test_names_are_joined_as_their_bearers_write_them(family: str, given: str, shown: str) -> None:
    assert User(family_name=family, given_name=given).display_name == shown
