"""Every write to users and what they are linked to. Sessions have a module of their own."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, policy
from app.accounts.login_ids import login_key
from app.accounts.models import (
    USER_ID_LENGTH,
    AgentService,
    DeskRole,
    Realm,
    SessionEnd,
    User,
    UserNumber,
)
from app.accounts.passwords import PasswordVault
from app.accounts.security import lose_proofs
from app.authz import Actor, authorize
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.journal import record


class BadAccountData(ValueError):
    """Account data that breaks a rule; the text says which."""


def create_customer(
    session: Session,
    *,
    actor: Actor,
    login_id: str,
    mail: str,
    family_name: str,
    given_name: str,
    holder: ContractHolder,
    is_administrator: bool = False,
    language: str | None = None,
) -> User:
    """Create a portal user of ``holder``, without a password and without numbers (PW-09, CONTACT-12).

    :raises BadAccountData: if the user ID is too long, empty, or in use.
    """
    user = User(realm=Realm.CUSTOMER, holder_id=holder.id, is_administrator=is_administrator)
    return _create(
        session,
        actor,
        user,
        login_id=login_id,
        mail=mail,
        names=(family_name, given_name),
        language=language,
    )


def create_agent(
    session: Session,
    *,
    actor: Actor,
    login_id: str,
    mail: str,
    family_name: str,
    given_name: str,
    role: DeskRole,
    language: str | None = None,
) -> User:
    """Create an agent, without a password and without services.

    :raises BadAccountData: if the user ID is too long, empty, or in use.
    """
    user = User(realm=Realm.AGENT, desk_role=role)
    return _create(
        session,
        actor,
        user,
        login_id=login_id,
        mail=mail,
        names=(family_name, given_name),
        language=language,
    )


def _create(
    session: Session,
    actor: Actor,
    user: User,
    *,
    login_id: str,
    mail: str,
    names: tuple[str, str],
    language: str | None,
) -> User:
    authorize(policy.can_manage(actor))
    typed = login_id.strip()
    if not 0 < len(typed) <= USER_ID_LENGTH:
        raise BadAccountData(f"A user ID has 1 to {USER_ID_LENGTH} characters.")
    if session.scalar(select(User.id).where(User.login_key == login_key(typed))):
        raise BadAccountData("This user ID is already in use.")
    user.login_id, user.login_key, user.mail = typed, login_key(typed), mail
    user.family_name, user.given_name = names
    user.language = language
    session.add(user)
    record(
        session,
        actor=actor,
        subject=user,
        happened=events.UserCreated(typed, user.realm.value),
    )
    return user


def link_numbers(session: Session, *, actor: Actor, user: User, numbers: Sequence[CustomerNumber]) -> None:
    """Link a customer to further customer numbers of the own contract holder (SVC-03).

    :raises BadAccountData: if a number belongs to another contract holder.
    """
    authorize(policy.can_manage(actor))
    if any(number.holder_id != user.holder_id for number in numbers):
        raise BadAccountData("A user is linked to numbers of the own contract holder only.")
    session.add_all(UserNumber(user_id=user.id, number_id=number.id) for number in numbers)
    told = events.NumbersLinked(tuple(number.number for number in numbers))
    record(session, actor=actor, subject=user, happened=told)


def assign_services(session: Session, *, actor: Actor, user: User, services: Sequence[Service]) -> None:
    """Let an agent work in further services (ROLE-05)."""
    authorize(policy.can_manage(actor))
    session.add_all(AgentService(user_id=user.id, service_id=service.id) for service in services)
    told = events.ServicesAssigned(tuple(service.slug for service in services))
    record(session, actor=actor, subject=user, happened=told)


def set_password(session: Session, *, actor: Actor, user: User, password: str, vault: PasswordVault) -> None:
    """Store a password as a slow salted hash; it appears nowhere else (PW-09)."""
    authorize(policy.can_manage(actor))
    user.password_hash = vault.hash(password)
    record(session, actor=actor, subject=user, happened=events.PasswordSet())


def set_mfa(session: Session, *, actor: Actor, user: User, is_enabled: bool) -> None:
    """Ask ``user`` for a second proof at sign-in, or no longer; codes by mail need no set-up (MFA-01, MFA-02)."""
    authorize(policy.can_manage(actor))
    user.mfa_enabled = is_enabled
    lose_proofs(session, user, reason=SessionEnd.MFA)
    record(session, actor=actor, subject=user, happened=events.MfaSet(is_enabled))


def set_administrator(session: Session, *, actor: Actor, user: User, is_administrator: bool) -> None:
    """Make a customer an administrator of the own company, or no longer; counts at the next request (ROLE-03)."""
    authorize(policy.can_manage(actor))
    user.is_administrator = is_administrator
    record(
        session,
        actor=actor,
        subject=user,
        happened=events.AdministratorSet(is_administrator),
    )


def disable(session: Session, *, actor: Actor, user: User) -> None:
    """Bar a user from signing in and end the open sessions at once (AUTH-07)."""
    authorize(policy.can_manage(actor))
    user.disabled_at = clock.now()
    lose_proofs(session, user, reason=SessionEnd.DISABLED)
    record(session, actor=actor, subject=user, happened=events.UserDisabled())


def choose_language(session: Session, *, actor: Actor, user: User, language: str | None) -> None:
    """Set the own language for this and later sign-ins; ``None`` follows the system (LANG-01, LANG-03)."""
    authorize(policy.can_choose_language(actor, user))
    if user.language == language:
        return
    user.language = language
    record(session, actor=actor, subject=user, happened=events.LanguageChosen(language))
