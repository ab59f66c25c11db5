"""A lost second proof is taken away by two agents: one checks and asks, another one decides (SEC-17)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.accounts import factors
from app.accounts.actions import mfa_removal
from app.accounts.models import Authenticator, MfaRemoval, Passkey, RecoveryCode, User
from app.authz import Forbidden
from tests import cast
from tests.accounts.test_desk_help import acts_of, address
from tests.cases.races import at_once
from tests.client import InspectingClient, Page
from tests.conftest import Given, Outbox, SignedIn, Stored, Untouched
from tests.factories import contacts, desk
from tests.factories.desk import CHECK

STARTED = datetime(2026, 4, 1, 9, tzinfo=UTC)
WAITING = "/console/people/removals"

pytestmark = pytest.mark.req("SEC-17", "DESK-08")


def ask(client: InspectingClient, path: str, check: str = CHECK) -> Page:
    action = f"{path}/removal"
    return client.submit(client.get(path), action, removal__identity_check=check)


def decide(client: InspectingClient, removal: int, resource: str, **fields: str) -> Page:
    return client.act(f"{WAITING}/{removal}/{resource}", **fields)


def asked_for(given: Given, name: str = "taro", by: str = "agent") -> int:
    """Somebody has lost everything, and an agent has asked; the request's id."""
    given(contacts.give_factors, name)
    removal: int = given(lambda session: desk.ask_removal(session, desk.user_id(session, name), by))
    return removal


def left(session: Session, name: str) -> tuple[int, bool]:
    """How many factors and codes somebody has, and whether a code is asked."""
    user = cast.person(session, name)
    tables = (Authenticator, Passkey, RecoveryCode)
    counts = [
        session.scalar(select(func.count()).select_from(table).where(table.user_id == user.id))
        for table in tables
    ]
    return sum(count or 0 for count in counts), user.needs_code


@pytest.mark.parametrize("name", ["hanako", "taro", "alice"])
def test_customers_neither_ask_nor_decide(session: Session, name: str) -> None:
    user = cast.person(session, "taro")
    desk.turn_mfa_on(session, user)
    actor = cast.actor_of(session, name)
    with pytest.raises(Forbidden):
        mfa_removal.ask(session, actor=actor, user=user, identity_check=CHECK)
    removal = session.get_one(MfaRemoval, desk.ask_removal(session, user.id))
    with pytest.raises(Forbidden):
        mfa_removal.decide(session, actor=actor, user=user, removal=removal, is_approved=True)


@pytest.mark.parametrize("resource", ["approval", "refusal"])
def test_one_agent_alone_is_refused(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, resource: str
) -> None:
    removal = asked_for(given)
    client, path = signed_in("agent"), address(stored, "taro")
    page = client.get(path)
    assert "申請した本人は判断できません" in page.words()
    assert not page.offers(f"{WAITING}/{removal}/approval")
    assert not page.offers(f"{path}/removal")
    with untouched():
        assert decide(client, removal, resource, **{"refusal-note": "x"}).status == 403
    assert stored(lambda session: left(session, "taro")) == (3, True)


@pytest.mark.parametrize("is_approved", [True, False])
def test_the_database_refuses_one_agent_too(session: Session, *, is_approved: bool) -> None:
    user = cast.person(session, "taro")
    desk.turn_mfa_on(session, user)
    removal = session.get_one(MfaRemoval, desk.ask_removal(session, user.id))
    decided = {"decided_by_id": removal.asked_by_id, "decided_at": clock.now(), "is_approved": is_approved}
    with pytest.raises(IntegrityError, match="two_people"):
        session.execute(update(MfaRemoval).where(MfaRemoval.id == removal.id).values(**decided))


@pytest.mark.parametrize(
    "half",
    [
        {"decided_at": STARTED},
        {"is_approved": True},
        {"decided_by_id": 1},
        {"decided_by_id": 1, "decided_at": STARTED},
    ],
)
def test_the_database_knows_no_half_decision(session: Session, half: dict[str, Any]) -> None:
    user = cast.person(session, "taro")
    desk.turn_mfa_on(session, user)
    removal = desk.ask_removal(session, user.id)
    with pytest.raises(IntegrityError, match="decided_whole"):
        session.execute(update(MfaRemoval).where(MfaRemoval.id == removal).values(**half))


def test_asking_changes_nothing_but_is_recorded(signed_in: SignedIn, given: Given, stored: Stored) -> None:
    given(contacts.give_factors, "taro")
    browser = signed_in("taro")
    client, path = signed_in("agent"), address(stored, "taro")
    answer = ask(client, path)
    assert (answer.status, answer.location) == (303, path)
    assert stored(lambda session: left(session, "taro")) == (3, True)
    assert browser.get("/cs/").status == 200
    assert stored(lambda session: acts_of(session, "taro", "agent")) == [
        ("mfa.removal_asked", {"identity_check": CHECK})
    ]
    assert ask_again_is_not_offered(client, path)


def ask_again_is_not_offered(client: InspectingClient, path: str) -> bool:
    return not client.get(path).offers(f"{path}/removal")


def test_there_is_one_open_request_for_a_person(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    given(contacts.give_factors, "taro")
    path = address(stored, "taro")
    clients = [signed_in(name) for name in ("agent", "cs_agent")]
    pages = [client.get(path) for client in clients]
    fields = {"removal__identity_check": CHECK}
    assert clients[0].submit(pages[0], f"{path}/removal", **fields).status == 303
    with untouched():
        assert clients[1].submit(pages[1], f"{path}/removal", **fields).status == 409


def test_without_a_second_proof_there_is_nothing_to_remove(
    signed_in: SignedIn, stored: Stored, untouched: Untouched
) -> None:
    client, path = signed_in("agent"), address(stored, "taro")
    assert not client.get(path).offers(f"{path}/removal")
    with untouched():
        assert client.act(f"{path}/removal", **{"removal-identity_check": CHECK}).status == 409
    assert not stored(lambda session: factors.has_any(session, cast.person(session, "taro")))


@pytest.mark.parametrize("typed", ["", "  ", "お電話", "x" * 9, "x" * 1_001, "確認しました\0はい"])
def test_the_identity_check_is_a_sentence(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched, typed: str
) -> None:
    given(contacts.give_factors, "taro")
    client, path = signed_in("agent"), address(stored, "taro")
    page = client.get(path)
    with untouched():
        answer = client.submit(page, f"{path}/removal", removal__identity_check=typed)
    assert answer.status == 422
    assert answer.error_at("removal-identity_check")


@pytest.mark.parametrize("typed", ["x" * 10, "x" * 1_000])
def test_ten_to_a_thousand_characters_are_taken(
    signed_in: SignedIn, given: Given, stored: Stored, typed: str
) -> None:
    given(contacts.give_factors, "taro")
    client, path = signed_in("agent"), address(stored, "taro")
    assert ask(client, path, typed).status == 303


@pytest.mark.req("SEC-22", "SEC-09", "MFA-11")
def test_the_second_agents_click_takes_everything_away_and_tells_the_person(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    removal, path = asked_for(given), address(stored, "taro")
    browser, client = signed_in("taro"), signed_in("cs_agent")
    outbox()
    page = client.get(path)
    assert CHECK in page.words()
    assert "中村 さくら asks for the removal" in page.words()
    answer = client.submit(page, f"{WAITING}/{removal}/approval")
    assert (answer.status, answer.location) == (303, path)
    assert stored(lambda session: left(session, "taro")) == (0, False)
    assert browser.get("/cs/").location.startswith("/cs/login")
    assert [mail.to for mail in outbox()] == ["taro@sample.example"]
    told = stored(lambda session: acts_of(session, "taro", "cs_agent"))
    assert told == [
        ("mfa.removal_decided", {"is_approved": True, "asked_by": "中村 さくら", "note": ""}),
        ("mfa.pairing_removed", {}),
        ("mfa.passkey_removed", {"name": "会社のPC"}),
        ("mfa.set", {"is_enabled": False}),
    ]
    assert stored(desk.removals) == [(stored(lambda session: desk.user_id(session, "cs_agent")), True)]


def test_who_declines_says_why_and_nothing_is_removed(
    signed_in: SignedIn, given: Given, stored: Stored, outbox: Outbox
) -> None:
    removal, path = asked_for(given), address(stored, "taro")
    client = signed_in("lead")
    outbox()
    action = f"{WAITING}/{removal}/refusal"
    empty = client.submit(client.get(path), action, refusal__note=" ")
    assert (empty.status, empty.error_at("refusal-note") != "") == (422, True)
    assert client.submit(client.get(path), action, refusal__note="折り返しに出なかった").status == 303
    assert stored(lambda session: left(session, "taro")) == (3, True)
    assert outbox() == []
    assert "折り返しに出なかった" in signed_in("agent").get(path).words()
    # The way is open for another request.
    assert ask(signed_in("agent"), path).status == 303


@pytest.mark.req("SEC-26")
def test_a_request_of_another_service_is_not_there(
    signed_in: SignedIn, given: Given, stored: Stored, untouched: Untouched
) -> None:
    removal = asked_for(given, "jiro")
    client = signed_in("cs_agent")
    with untouched():
        for resource in ("approval", "refusal"):
            foreign = decide(client, removal, resource, **{"refusal-note": "x"})
            absent = decide(client, 999_999, resource, **{"refusal-note": "x"})
            assert (foreign.status, foreign.answer.get_data()) == (404, absent.answer.get_data())
    assert client.get(WAITING).rows() == []
    assert len(signed_in("lead").get(WAITING).rows()) == 1
    assert stored(lambda session: left(session, "jiro")) == (3, True)


def test_requests_are_listed_with_their_age_the_oldest_first(signed_in: SignedIn, given: Given) -> None:
    for days, family in ((3, "鈴木"), (1, "佐藤")):
        with clock.at(datetime.now(UTC) - timedelta(days=days)):
            lost = given(desk.newcomer, f"lost{days}.cs", cast.CS_NUMBER, family=family)
            given(desk.ask_removal, lost)
    page = signed_in("cs_agent").get(WAITING)
    shown = [(row["Name"], row["Requested by"], row["Waiting since"]) for row in page.rows()]
    assert shown == [("鈴木", "中村 さくら", "3 days ago"), ("佐藤", "中村 さくら", "1 day ago")]
    assert page.rows()[0]["Identity check"] == CHECK
    (entry,) = signed_in("cs_agent").get("/console/people/").styled("span", "count")
    assert page.words(entry) == "2"
    tiles = signed_in("agent").get("/console/").styled("a", "tile")
    assert "判断待ちの解除申請 2" in {page.words(tile) for tile in tiles}


@pytest.mark.req("SEC-10")
@pytest.mark.parametrize(("minutes", "seconds", "is_fresh"), [(9, 59, True), (10, 0, False)])
def test_approving_asks_for_a_fresh_proof_after_ten_minutes(
    signed_in: SignedIn, given: Given, stored: Stored, minutes: int, seconds: int, *, is_fresh: bool
) -> None:
    with clock.at(STARTED):
        removal, client = asked_for(given), signed_in("lead")
    with clock.at(STARTED + timedelta(minutes=minutes, seconds=seconds)):
        answer = decide(client, removal, "approval")
    assert answer.location == (address(stored, "taro") if is_fresh else "/console/confirm")
    assert stored(lambda session: left(session, "taro")) == ((0, False) if is_fresh else (3, True))


@pytest.mark.req("REL-06")
@pytest.mark.parametrize(
    "resources", [("approval", "approval"), ("approval", "refusal"), ("refusal", "refusal")]
)
def test_of_two_decisions_at_once_one_holds(
    signed_in: SignedIn, given: Given, stored: Stored, resources: tuple[str, str]
) -> None:
    removal = asked_for(given)
    clients = [signed_in(name) for name in ("lead", "cs_agent")]
    answers = at_once(
        *(
            lambda i=i: decide(clients[i], removal, resources[i], **{"refusal-note": "疑わしい"})
            for i in range(2)
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    winner = ("lead", "cs_agent")[[answer.status for answer in answers].index(303)]
    is_approved = resources[("lead", "cs_agent").index(winner)] == "approval"
    assert stored(desk.removals) == [(stored(lambda session: desk.user_id(session, winner)), is_approved)]
    assert stored(lambda session: left(session, "taro")) == ((0, False) if is_approved else (3, True))
    told = stored(
        lambda session: [kind for by in ("lead", "cs_agent") for kind, _ in acts_of(session, "taro", by)]
    )
    assert told.count("mfa.removal_decided") == 1


def test_a_decision_after_the_decision_says_so(
    signed_in: SignedIn, given: Given, untouched: Untouched
) -> None:
    removal = asked_for(given)
    assert decide(signed_in("lead"), removal, "approval").status == 303
    client = signed_in("cs_agent")
    for resource in ("approval", "refusal"):
        with untouched():
            answer = decide(client, removal, resource, **{"refusal-note": "x"})
        assert answer.status == 409
        assert "Another agent has decided in the meantime." in answer.alerts()


@pytest.mark.req("ROLE-05", "DESK-01")
def test_an_agents_lost_app_takes_two_system_administrators(session: Session) -> None:
    agent, admin = cast.person(session, "agent"), cast.actor_of(session, "admin")
    with pytest.raises(Forbidden):
        mfa_removal.ask(session, actor=cast.actor_of(session, "lead"), user=agent, identity_check=CHECK)
    removal = mfa_removal.ask(session, actor=admin, user=agent, identity_check=CHECK)
    for name in ("lead", "cs_agent", "admin", "agent"):
        with pytest.raises(Forbidden):
            mfa_removal.decide(
                session, actor=cast.actor_of(session, name), user=agent, removal=removal, is_approved=True
            )
    second = cast.person(session, "lead")
    second.desk_role = cast.person(session, "admin").desk_role
    session.flush()
    mfa_removal.decide(
        session, actor=cast.actor_of(session, "lead"), user=agent, removal=removal, is_approved=True
    )
    # Nothing is left, and a code is due all the same: the agent pairs anew.
    assert left(session, "agent") == (0, True)


def test_a_request_about_somebody_else_decides_nothing(session: Session) -> None:
    taro, hanako = cast.person(session, "taro"), cast.person(session, "hanako")
    desk.turn_mfa_on(session, taro)
    removal = session.get_one(MfaRemoval, desk.ask_removal(session, taro.id))
    with pytest.raises(Forbidden):
        mfa_removal.decide(
            session, actor=cast.actor_of(session, "lead"), user=hanako, removal=removal, is_approved=True
        )
    assert session.get_one(User, taro.id).mfa_enabled
