"""Proof of identity at a door: user ID and password for a service's portal or for the console.

Every failure gives the same answer in the same time: unknown ID, wrong password, disabled, no password yet,
the wrong realm, and a user without a customer number of the service (AUTH-04, SVC-05). Further steps of
proof (codes, passkeys) and the counting of failures belong here, between :func:`prove` and the session.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import events, policy, queries
from app.accounts.actions import login_key
from app.accounts.models import Realm, User
from app.accounts.passwords import PasswordVault
from app.authz import Actor, ActorKind
from app.journal import record


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody signs in: the console, or the portal of one service."""

    realm: Realm
    name: str
    service_id: int | None = None


def prove(session: Session, *, login_id: str, password: str, door: Door, vault: PasswordVault) -> User | None:
    """Return the user whose ID and password these are, if they may use the door; else ``None``.

    The rules for new passwords are not asked here: who has a password may use it (SEC-02).
    """
    user = queries.user_by_login(session, login_key(login_id))
    right = vault.matches(user.password_hash if user else None, password)
    if user is None:
        return None
    person = as_actor(user)
    if not right:
        record(session, actor=person, subject=user, happened=events.SignInFailed(door.name))
        return None
    if not policy.can_enter(user, door.realm) or not _has_number_for(session, user, door):
        return None
    _raise_hash(session, user, person, password, vault)
    record(session, actor=person, subject=user, happened=events.SignedIn(door.name))
    return user


def _has_number_for(session: Session, user: User, door: Door) -> bool:
    return door.service_id is None or door.service_id in queries.actor_for(session, user).services


def _raise_hash(session: Session, user: User, person: Actor, password: str, vault: PasswordVault) -> None:
    if user.password_hash is not None and vault.is_weak(user.password_hash):
        user.password_hash = vault.hash(password)
        record(session, actor=person, subject=user, happened=events.PasswordRehashed())


def as_actor(user: User) -> Actor:
    """A person as actor before they have signed in: known by name, with no right at all."""
    kind = ActorKind.AGENT if user.realm is Realm.AGENT else ActorKind.CUSTOMER
    return Actor(kind=kind, user_id=user.id, name=user.display_name)
