"""People whom system administrators bring in, and what an agent may (FIRST-02, ROLE-05)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, person, policy
from app.accounts.actions import assign_services, create_agent, create_customer, link_numbers
from app.accounts.administrators import keep_an_administrator
from app.accounts.models import AgentService, DeskRole, SessionEnd, User
from app.accounts.security import lose_proofs
from app.authz import Actor, Forbidden, authorize
from app.contracts.models import CustomerNumber, Service
from app.journal import record


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What is said of a person who is to be created."""

    login_id: str
    mail: str
    family_name: str
    given_name: str
    language: str | None


class StaleRights(Exception):
    """Somebody else changed the agent since the form was made."""


def create_administrator(
    session: Session, *, actor: Actor, number: CustomerNumber, told: NewPerson, mfa_enabled: bool
) -> User:
    """Create an administrator of a customer number, without a password, who goes on by FIRST-01 (FIRST-02).

    :raises BadAccountData: if the user ID is too long, empty, or in use.
    """
    user = create_customer(
        session,
        actor=actor,
        login_id=told.login_id,
        mail=told.mail,
        family_name=told.family_name,
        given_name=told.given_name,
        holder=number.holder,
        is_administrator=True,
        language=told.language,
    )
    record(session, actor=actor, subject=user, happened=events.AdministratorSet(is_administrator=True))
    if mfa_enabled:
        user.mfa_enabled = True
        record(session, actor=actor, subject=user, happened=events.MfaSet(is_enabled=True))
    link_numbers(session, actor=actor, user=user, numbers=[number])
    return user


def add_agent(
    session: Session, *, actor: Actor, told: NewPerson, role: DeskRole, services: Sequence[Service]
) -> User:
    """Create an agent with role and services, without a password (ROLE-05).

    :raises BadAccountData: if the user ID is too long, empty, or in use.
    """
    agent = create_agent(
        session,
        actor=actor,
        login_id=told.login_id,
        mail=told.mail,
        family_name=told.family_name,
        given_name=told.given_name,
        role=role,
        language=told.language,
    )
    if services:
        assign_services(session, actor=actor, user=agent, services=services)
    return agent


def set_rights(
    session: Session,
    agent: User,
    *,
    actor: Actor,
    version: int,
    role: DeskRole,
    services: Sequence[Service],
) -> bool:
    """Give an agent another role or other services; tells whether that changed anything.

    The agent signs in anew, so that no session outlives the rights it began with (SEC-20, SEC-22).

    :raises StaleRights: if the agent was changed since ``version``.
    :raises LastAdministrator: if nobody else could manage the installation afterwards.
    """
    authorize(policy.can_manage(actor) and policy.can_help(actor, agent))
    before = person.services_of_agent(session, agent)
    if agent.desk_role is None:
        raise Forbidden
    if agent.version != version:
        raise StaleRights
    if agent.desk_role is role and {item.id for item in before} == {item.id for item in services}:
        return False
    if agent.desk_role is DeskRole.ADMIN and role is not DeskRole.ADMIN:
        keep_an_administrator(session, agent)
    happened = events.DeskRightsSet((agent.desk_role.value, role.value), (_slugs(before), _slugs(services)))
    agent.desk_role, agent.updated_at = role, clock.now()
    session.execute(delete(AgentService).where(AgentService.user_id == agent.id))
    session.add_all(AgentService(user_id=agent.id, service_id=service.id) for service in services)
    lose_proofs(session, agent, reason=SessionEnd.DESK)
    record(session, actor=actor, subject=agent, happened=happened)
    return True


def _slugs(services: Sequence[Service]) -> tuple[str, ...]:
    return tuple(service.slug for service in services)
