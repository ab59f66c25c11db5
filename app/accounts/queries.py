"""Every read of users; :func:`actor_for` is where a user becomes an actor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, false, select
from sqlalchemy.orm import Session, aliased

from app.accounts import policy
from app.accounts.models import (
    AgentService,
    Authenticator,
    AuthSession,
    BrowserMark,
    DeskRole,
    Realm,
    User,
    UserNumber,
    UserPicture,
)
from app.accounts.roles import GENERAL_USER, permissions_for
from app.authz import Actor, ActorKind, NotFound
from app.contracts.models import ContractHolder, CustomerNumber, Service


def user_by_login(session: Session, key: str) -> User | None:
    """The user of a user ID in its compared form."""
    return session.scalar(select(User).where(User.login_key == key))


def user_at_door(session: Session, key: str, *, realm: Realm, service_id: int | None) -> User | None:
    """The user of a user ID, if they are of this realm and have a number of the door's service, if it has one.

    One question whoever it is about, so that its time tells nothing (RESET-06).
    """
    chosen = select(User).where(User.login_key == key, User.realm == realm)
    if service_id is not None:
        number = select(UserNumber.user_id).join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
        linked = number.where(UserNumber.user_id == User.id, CustomerNumber.service_id == service_id)
        chosen = chosen.where(linked.exists())
    return session.scalar(chosen)


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


def actor_of_number(number: CustomerNumber) -> Actor:
    """Any user of a customer number, in the portal of its service: what all of them may see, and nobody's own."""
    return Actor(
        kind=ActorKind.CUSTOMER,
        name=number.number,
        permissions=GENERAL_USER,
        services=frozenset({number.service_id}),
        numbers=frozenset({number.id}),
        holder_id=number.holder_id,
    )


def users_of_number(session: Session, number_id: int) -> Sequence[User]:
    """The enabled users linked to a customer number, in order of creation (MAIL-04)."""
    return session.scalars(
        select(User)
        .join(UserNumber, UserNumber.user_id == User.id)
        .where(UserNumber.number_id == number_id, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()


def administrators_of_number(session: Session, number_id: int) -> Sequence[User]:
    """The administrators of a customer number who can sign in, in order of creation; they approve its requests."""
    return session.scalars(
        select(User)
        .join(UserNumber, UserNumber.user_id == User.id)
        .where(UserNumber.number_id == number_id, *_administers(User))
        .order_by(User.id)
    ).all()


def has_administrator(number_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The condition on a customer number that somebody of :func:`administrators_of_number` is there."""
    # Under names of their own, since lists join the requester as well.
    user, link = aliased(User), aliased(UserNumber)
    return exists().where(link.user_id == user.id, link.number_id == number_id, *_administers(user))


def _administers(user: type[User]) -> tuple[ColumnElement[bool], ...]:
    return user.is_administrator.is_(True), user.disabled_at.is_(None), user.frozen_at.is_(None)


def agents_of_service(session: Session, service_id: int) -> Sequence[User]:
    """The enabled agents assigned to a service, in order of creation."""
    return session.scalars(
        select(User)
        .join(AgentService, AgentService.user_id == User.id)
        .where(AgentService.service_id == service_id, User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()


def agents_of_role(session: Session, role: DeskRole) -> Sequence[User]:
    """The agents of a role who can sign in, whatever services they work in, in order of creation."""
    return session.scalars(
        select(User)
        .where(User.desk_role == role, User.disabled_at.is_(None), User.frozen_at.is_(None))
        .order_by(User.id)
    ).all()


def colleagues_of(session: Session, actor: Actor) -> Sequence[User]:
    """The enabled agents who share a service with ``actor``, in order of creation."""
    shared = select(AgentService.user_id).where(AgentService.service_id.in_(sorted(actor.services)))
    return session.scalars(
        select(User).where(User.id.in_(shared), User.disabled_at.is_(None)).order_by(User.id)
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


def own_picture(session: Session, actor: Actor) -> UserPicture | None:
    """The picture of the person who acts; nobody asks for another's."""
    return session.get(UserPicture, actor.user_id)


def own_sessions(
    session: Session, actor: Actor, *, seen_after: datetime, begun_after: datetime
) -> Sequence[AuthSession]:
    """The open sessions of the person who acts, the one used last first.

    :param seen_after: whoever has not been seen since has idled too long (SEC-21).
    :param begun_after: what began before has reached its absolute age.
    """
    return session.scalars(
        select(AuthSession)
        .where(
            AuthSession.user_id == actor.user_id,
            AuthSession.ended_at.is_(None),
            AuthSession.last_seen_at > seen_after,
            AuthSession.created_at > begun_after,
        )
        .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
    ).all()


def own_session(session: Session, actor: Actor, session_id: int) -> AuthSession:
    """A session of the person who acts, ended or not.

    :raises NotFound: for one that is not theirs, the same as for none (SEC-26).
    """
    row = session.scalar(
        select(AuthSession).where(AuthSession.id == session_id, AuthSession.user_id == actor.user_id)
    )
    if row is None:
        raise NotFound
    return row


def own_browsers(session: Session, actor: Actor, *, now: datetime) -> Sequence[BrowserMark]:
    """The living marks of the browsers in which the person who acts has given a code, the newest first."""
    return session.scalars(
        select(BrowserMark)
        .join(User, User.id == BrowserMark.user_id)
        .where(
            BrowserMark.user_id == actor.user_id,
            BrowserMark.epoch == User.proof_epoch,
            BrowserMark.revoked_at.is_(None),
            BrowserMark.expires_at > now,
        )
        .order_by(BrowserMark.created_at.desc(), BrowserMark.id.desc())
    ).all()


def contacts_visible_to(actor: Actor) -> Select[User]:
    """The users whom an administrator of a customer looks after: those of the own contract holder (CONTACT-13)."""
    if not policy.can_manage_contacts(actor):
        return select(User).where(false())
    return select(User).where(User.realm == Realm.CUSTOMER, User.holder_id == actor.holder_id)


def contact_for(session: Session, actor: Actor, user_id: int) -> User:
    """One user of the own contract holder.

    :raises NotFound: for an agent, a user of another company and nobody, all alike (SEC-26).
    """
    found = session.scalar(contacts_visible_to(actor).where(User.id == user_id))
    if found is None:
        raise NotFound
    return found


def belongs_elsewhere(session: Session, user: User) -> bool:
    """Tell whether ``user`` is linked to a customer number of another contract holder as well (SEC-29)."""
    linked = select(CustomerNumber.id).join(UserNumber, UserNumber.number_id == CustomerNumber.id)
    foreign = linked.where(UserNumber.user_id == user.id, CustomerNumber.holder_id != user.holder_id)
    return session.scalar(select(foreign.exists())) or False


def numbers_in_reach(session: Session, actor: Actor, user: User) -> Sequence[str]:
    """The customer numbers of ``user`` that ``actor`` has too; of others nothing is told (SVC-04)."""
    linked = select(CustomerNumber.number).join(UserNumber, UserNumber.number_id == CustomerNumber.id)
    within = linked.where(UserNumber.user_id == user.id, CustomerNumber.id.in_(sorted(actor.numbers)))
    return session.scalars(within.order_by(CustomerNumber.number)).all()


def own_holder_name(session: Session, actor: Actor) -> str:
    """The name of the company that a customer belongs to."""
    return session.get_one(ContractHolder, actor.holder_id).name


def administrators_of(session: Session, holder_id: int | None) -> set[int]:
    """The administrators of a contract holder who can sign in somewhere; their rows stay as they are until the end."""
    has_number = exists().where(UserNumber.user_id == User.id)
    chosen = select(User.id).where(
        User.holder_id == holder_id,
        User.is_administrator,
        User.disabled_at.is_(None),
        User.frozen_at.is_(None),
        has_number,
    )
    return set(session.scalars(chosen.order_by(User.id).with_for_update()))
