"""Every read of users; :func:`actor_for` is where a user becomes an actor."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AgentService, Authenticator, DeskRole, Realm, User, UserNumber
from app.accounts.roles import permissions_for
from app.authz import Actor, ActorKind
from app.contracts.models import CustomerNumber, Service


def user_by_login(session: Session, key: str) -> User | None:
    """The user of a user ID in its compared form."""
    return session.scalar(select(User).where(User.login_key == key))


def own_user(session: Session, actor: Actor) -> User:
    """The row of the person who acts."""
    return session.get_one(User, actor.user_id)


def actor_for(session: Session, user: User) -> Actor:
    """Build the actor of a signed-in person from the rights as they stand now."""
    if user.realm is Realm.AGENT:
        return _agent(session, user)
    links = session.execute(
        select(CustomerNumber.service_id, CustomerNumber.id)
        .join(UserNumber, UserNumber.number_id == CustomerNumber.id)
        .where(UserNumber.user_id == user.id)
        .order_by(CustomerNumber.number)
    ).all()
    return Actor(
        kind=ActorKind.CUSTOMER,
        user_id=user.id,
        name=user.display_name,
        permissions=permissions_for(user),
        services=frozenset(service for service, _ in links),
        numbers=frozenset(number for _, number in links),
        numbers_by_service=tuple((service, number) for service, number in links),
        holder_id=user.holder_id,
        has_accessibility=user.has_accessibility,
        language=user.language,
        time_zone=user.time_zone,
    )


def _agent(session: Session, user: User) -> Actor:
    chosen = select(Service.id).order_by(Service.id)
    if user.desk_role is not DeskRole.ADMIN:
        chosen = chosen.join(AgentService, AgentService.service_id == Service.id).where(
            AgentService.user_id == user.id
        )
    return Actor(
        kind=ActorKind.AGENT,
        user_id=user.id,
        name=user.display_name,
        permissions=permissions_for(user),
        services=frozenset(session.scalars(chosen)),
        has_accessibility=user.has_accessibility,
        language=user.language,
        time_zone=user.time_zone,
    )


def users_of_number(session: Session, number_id: int) -> Sequence[User]:
    """The enabled users linked to a customer number, in order of creation (MAIL-04)."""
    return session.scalars(
        select(User)
        .join(UserNumber, UserNumber.user_id == User.id)
        .where(UserNumber.number_id == number_id, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()


def agents_of_service(session: Session, service_id: int) -> Sequence[User]:
    """The enabled agents assigned to a service, in order of creation."""
    return session.scalars(
        select(User)
        .join(AgentService, AgentService.user_id == User.id)
        .where(AgentService.service_id == service_id, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()


def has_authenticator(session: Session, user: User) -> bool:
    """Tell whether ``user`` has paired an app."""
    return session.get(Authenticator, user.id) is not None


def enabled_administrators(session: Session) -> set[int]:
    """The system administrators who can sign in; their rows stay as they are until the transaction ends."""
    chosen = select(User.id).where(
        User.desk_role == DeskRole.ADMIN, User.disabled_at.is_(None), User.frozen_at.is_(None)
    )
    return set(session.scalars(chosen.order_by(User.id).with_for_update()))
