"""Agents: created by system administrators, with role and services that count at the next request (ROLE-05)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.actions import desk_people
from app.accounts.administrators import LastAdministrator
from app.accounts.models import AgentService, DeskRole, User
from app.authz import Forbidden
from app.contracts import queries as contracts_read
from app.contracts.models import Service
from tests import cast
from tests.accounts.test_desk_help import acts_of, address
from tests.cases.races import at_once
from tests.client import InspectingClient, Page
from tests.conftest import Given, SignedIn, Stored, Untouched
from tests.factories import contacts

NEW = "/console/people/agents/new"
STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
TYPED = {
    "family_name": "小林",
    "given_name": "蓮",
    "mail": "ren@desk.example",
    "login_id": "ren@desk.example",
}
BOTH = {"cs", "fm"}

pytestmark = pytest.mark.req("ROLE-05")


def services_of(session: Session, user_id: int) -> set[str]:
    ids = select(AgentService.service_id).where(AgentService.user_id == user_id)
    return set(session.scalars(select(Service.slug).where(Service.id.in_(ids))))


def rights(session: Session, name: str) -> tuple[str | None, set[str]]:
    user = cast.person(session, name)
    return user.desk_role and user.desk_role.value, services_of(session, user.id)


def choose(client: InspectingClient, page: Page, action: str, *services: str, **typed: object) -> Page:
    """Send a form with these boxes ticked and no others."""
    untouched = {name: value for name, value in page.form(action).items() if name != "services"}
    return client.post(action, {**untouched, **typed, "services": list(services)})


def second_admin(session: Session) -> None:
    """Make the lead a system administrator too."""
    desk_people.set_rights(
        session,
        cast.person(session, "lead"),
        actor=cast.actor_of(session, "admin"),
        version=cast.person(session, "lead").version,
        role=DeskRole.ADMIN,
        services=[],
    )


@pytest.mark.parametrize("name", ["agent", "cs_agent", "lead", "hanako"])
def test_nobody_else_makes_agents_or_changes_rights(session: Session, name: str) -> None:
    actor, agent = cast.actor_of(session, name), cast.person(session, "cs_agent")
    told = desk_people.NewPerson(
        login_id="x", mail="x@x.example", family_name="x", given_name="", language=None
    )
    with pytest.raises(Forbidden):
        desk_people.add_agent(session, actor=actor, told=told, role=DeskRole.ADMIN, services=[])
    with pytest.raises(Forbidden):
        desk_people.set_rights(
            session, agent, actor=actor, version=agent.version, role=DeskRole.ADMIN, services=[]
        )


def test_nobody_raises_the_own_rights(signed_in: SignedIn, stored: Stored, untouched: Untouched) -> None:
    client = signed_in("admin")
    path = address(stored, "admin")
    with untouched():
        assert client.get(f"{path}/rights").status == 403
        assert client.act(f"{path}/rights", version="1", role="agent").status == 403
    assert f"{path}/rights" not in client.get(path).text


def test_a_customer_has_no_rights_of_this_kind(session: Session) -> None:
    taro, admin = cast.person(session, "taro"), cast.actor_of(session, "admin")
    with pytest.raises(Forbidden):
        desk_people.set_rights(
            session, taro, actor=admin, version=taro.version, role=DeskRole.ADMIN, services=[]
        )


def test_an_agent_is_created_with_role_and_services_and_without_a_password(
    signed_in: SignedIn, stored: Stored
) -> None:
    client = signed_in("admin")
    answer = choose(client, client.get(NEW), NEW, "cs", role="lead", **TYPED)
    agent = stored(lambda session: contacts.by_id(session, "ren@desk.example"))
    assert isinstance(agent, User)
    assert (answer.status, answer.location) == (303, f"/console/people/{agent.id}/notice")
    assert (agent.desk_role, agent.password_hash) == (DeskRole.LEAD, None)
    assert stored(lambda session: services_of(session, agent.id)) == {"cs"}
    assert "認証アプリまたはパスキーを登録" in client.get(answer.location).words()


@pytest.mark.req("REL-04")
def test_a_second_click_creates_nobody_else(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    page = client.get(NEW)
    first, second = (choose(client, page, NEW, "cs", **TYPED) for _ in range(2))
    assert first.location == second.location


@pytest.mark.parametrize(
    ("field", "value"),
    [("login_id", ""), ("login_id", "Agent@desk.example"), ("mail", "x"), ("family_name", ""), ("role", "owner"),
     ("role", ""), ("services", "none"), ("services", "")],
)  # fmt: skip
def test_bad_input_comes_back_at_the_field(
    signed_in: SignedIn, untouched: Untouched, field: str, value: str
) -> None:
    client = signed_in("admin")
    page = client.get(NEW)
    typed = {**TYPED, "role": "agent", field: value}
    services = (typed.pop("services"),) if field == "services" else ("cs",)
    with untouched():
        answer = choose(client, page, NEW, *filter(None, services), **typed)
    assert answer.status == 422
    assert answer.words(answer.by_id(f"{field}-error"))
    assert answer.value("mail") == typed["mail"]


def test_a_system_administrator_needs_no_service(signed_in: SignedIn, stored: Stored) -> None:
    client = signed_in("admin")
    answer = choose(client, client.get(NEW), NEW, role="admin", **TYPED)
    assert answer.status == 303
    agent_id = int(answer.location.split("/")[3])
    assert stored(lambda session: services_of(session, agent_id)) == set()


@pytest.mark.req("SEC-22", "SEC-20", "DESK-09")
def test_other_rights_count_at_the_next_request(signed_in: SignedIn, stored: Stored) -> None:
    agent, client = signed_in("agent"), signed_in("admin")
    path = address(stored, "agent")
    page = client.get(f"{path}/rights")
    answer = choose(client, page, f"{path}/rights", "fm", role="lead")
    assert (answer.status, answer.location) == (303, path)
    assert stored(lambda session: rights(session, "agent")) == ("lead", {"fm"})
    assert agent.get("/console/").location.startswith("/console/login")
    told = stored(lambda session: acts_of(session, "agent", "admin"))
    assert told == [("user.desk_rights_set", {"role": ["agent", "lead"], "services": [["cs", "fm"], ["fm"]]})]
    assert "担当者 → リーダー" in client.get(path).words()
    assert "cs, fm → fm" in client.get(path).words()


def test_saving_without_a_change_writes_nothing(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    client, path = signed_in("admin"), address(stored, "agent")
    page = client.get(f"{path}/rights")
    with untouched():
        assert choose(client, page, f"{path}/rights", "cs", "fm").status == 303


@pytest.mark.req("REL-05")
def test_a_stale_edit_shows_both_and_overwrites_nothing(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    client, path = signed_in("admin"), address(stored, "lead")
    page = client.get(f"{path}/rights")
    given(second_admin)
    with untouched():
        answer = choose(client, page, f"{path}/rights", "cs", role="agent")
    assert answer.status == 409
    (theirs,) = answer.all("section", aria_labelledby="stored-title")
    assert "システム管理者" in answer.words(theirs)
    assert answer.value("role") == "agent"
    assert choose(client, answer, f"{path}/rights", "cs").status == 303
    assert stored(lambda session: rights(session, "lead")) == ("agent", {"cs"})


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "99999999999", "\0"])
def test_a_version_that_was_never_shown_is_stale(
    signed_in: SignedIn, stored: Stored, untouched: Untouched, version: str
) -> None:
    client, path = signed_in("admin"), address(stored, "agent")
    page = client.get(f"{path}/rights")
    with untouched():
        assert choose(client, page, f"{path}/rights", "cs", version=version, role="lead").status == 409


@pytest.mark.req("SEC-10")
@pytest.mark.parametrize(("minutes", "is_fresh"), [(9, True), (10, False)])
def test_rights_ask_for_a_fresh_proof(
    signed_in: SignedIn, stored: Stored, minutes: int, *, is_fresh: bool
) -> None:
    path = address(stored, "agent")
    with clock.at(STARTED):
        client = signed_in("admin")
    with clock.at(STARTED + timedelta(minutes=minutes)):
        answer = choose(client, client.get(f"{path}/rights"), f"{path}/rights", "fm", role="lead")
    assert answer.location == (path if is_fresh else "/console/confirm")
    wanted = ("lead", {"fm"}) if is_fresh else ("agent", BOTH)
    assert stored(lambda session: rights(session, "agent")) == wanted


def test_the_last_system_administrator_keeps_the_role(session: Session) -> None:
    second_admin(session)
    actor, admin = cast.actor_of(session, "lead"), cast.person(session, "admin")
    cast.person(session, "lead").disabled_at = clock.now()
    session.flush()
    with pytest.raises(LastAdministrator):
        desk_people.set_rights(
            session, admin, actor=actor, version=admin.version, role=DeskRole.LEAD,
            services=contracts_read.services(session),
        )  # fmt: skip


@pytest.mark.req("SEC-22")
def test_of_two_administrators_who_disable_each_other_one_stays(
    signed_in: SignedIn, given: Given, stored: Stored
) -> None:
    given(second_admin)
    pairs = [("admin", "lead"), ("lead", "admin")]
    clients = [signed_in(name) for name, _ in pairs]
    paths = [address(stored, whom) for _, whom in pairs]
    answers = at_once(
        *(
            lambda i=i: clients[i].act(f"{paths[i]}/disabling", **{"disabling-asked": "退職"})
            for i in range(2)
        )
    )
    assert sorted(answer.status for answer in answers) in ([303, 303], [303, 409])
    left = stored(
        lambda session: [name for name, _ in pairs if cast.person(session, name).disabled_at is None]
    )
    assert len(left) == 1
