"""The first proof at a door: user ID and password, for a service's portal or for the console.

Every failure gives the same answer after the same work: unknown ID, wrong password, locked, disabled, no password
yet, the wrong realm, and a user without a customer number of the service (AUTH-04, SVC-05). It is done in three
steps, so that the slow one holds nothing: :func:`begin` counts the try, the caller checks the password with
:attr:`Try.password_hash`, :func:`settle` says what came of it.
"""

from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from app import sealing
from app.accounts import events, notices, policy, queries, tries, vain
from app.accounts.history import Trail, note
from app.accounts.login_ids import login_key
from app.accounts.models import BrowserMark, Realm, TryKind, User
from app.accounts.passwords import PasswordVault
from app.authz import Actor, ActorKind
from app.config import Settings
from app.journal import record

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody signs in: the console, or the portal of one service."""

    realm: Realm
    name: str
    service_id: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try to sign in; ``user`` is empty for an ID that nobody has."""

    user: User | None
    charge: tries.Charge
    # What the typed password is checked against; the vault does the same work where there is none.
    password_hash: str | None

    @property
    def is_recognised(self) -> bool:
        """Tell whether the browser is its owner's and counts apart; strangers cannot use its tries up (T02)."""
        return self.charge.subject.startswith(tries.OF_BROWSER)


@dataclass(frozen=True, slots=True)
class Settled:
    """A right password: whose it was, and whether a mailed code has to unlock the account first (SEC-06)."""

    user: User
    needs_unlock: bool


def begin(session: Session, *, login_id: str, settings: Settings, known: BrowserMark | None = None) -> Try:
    """Count a try for the typed ID, known or not; the caller commits before it checks the password.

    :param known: the mark of a browser in which its owner has proved themselves; such a browser has a count of
        its own where the setting says so, so that strangers cannot keep the owner out (T02).
    """
    key = login_key(login_id)
    user = queries.user_by_login(session, key)
    # The name for an invented ID is worked out in every case, so that known IDs are not told by the time it takes.
    subject = invented_subject(settings, key)
    if user is not None:
        subject = subject_of(user, settings, known)
    charged = tries.charge(session, TryKind.PASSWORD, subject)
    return Try(user, charged, user.password_hash if user else None)


def settle(
    session: Session,
    tried: Try,
    *,
    is_right: bool,
    password: str,
    door: Door,
    trail: Trail,
    vault: PasswordVault,
) -> Settled | None:
    """Return the user whose ID and password these were, if they may use the door; else ``None``.

    The rules for new passwords are not asked here: who has a password may use it (SEC-02).
    """
    user, charged = tried.user, tried.charge
    if user is None:
        # The typed text is not kept: people type passwords into this field too.
        _fail(session, vain.stand_in(session), charged, door, trail, is_told=False)
        return None
    # While the password was checked nothing was held: what has happened to the account since then counts.
    session.refresh(user)
    is_right = is_right and user.password_hash == tried.password_hash
    if is_right and not charged.is_barred and not has_number_for(session, user, door):
        _fail(session, user, charged, door, trail, is_told=False)
        tries.take_back(session, charged)
        return None
    if not is_right or charged.is_barred or not policy.can_enter(user, door.realm):
        _fail(session, user, charged, door, trail)
        return None
    person = as_actor(user)
    needs_unlock = tries.needs_unlock_code(session, charged.kind, charged.subject)
    if needs_unlock:
        # The count stays until the code is there, or else the password alone would have set it back.
        tries.take_back(session, charged)
    else:
        tries.clear(session, charged.kind, charged.subject)
    _raise_hash(session, user, person, password, vault)
    note(session, actor=person, user=user, happened=events.SignedIn(door.name), trail=trail)
    return Settled(user, needs_unlock)


def has_number_for(session: Session, user: User, door: Door) -> bool:
    """Tell whether ``user`` has a customer number of the door's service; the console asks for none (SVC-05)."""
    return door.service_id is None or door.service_id in queries.actor_for(session, user).services


def invented_subject(settings: Settings, key: str) -> str:
    """The name under which tries of an ID are counted that nobody has; the typed text is not stored."""
    return tries.INVENTED + sealing.fingerprint(settings, "typed id", key)[:40]


def as_actor(user: User) -> Actor:
    """A person as actor before they have signed in: known by name, with no right at all."""
    kind = ActorKind.AGENT if user.realm is Realm.AGENT else ActorKind.CUSTOMER
    return Actor(kind=kind, user_id=user.id, name=user.display_name)


def subject_of(user: User, settings: Settings, known: BrowserMark | None) -> str:
    """The name under which tries of ``user`` are counted in the browser of the mark ``known`` (T02)."""
    if known is not None and known.user_id == user.id and counts_apart(user, settings):
        return f"{tries.OF_BROWSER}{known.id}"
    return user.subject_for_tries


def counts_apart(user: User, settings: Settings) -> bool:
    """Tell whether known browsers of ``user`` have a count of their own (T02)."""
    is_agent = user.realm is Realm.AGENT
    return settings.own_count_for == "everybody" or (settings.own_count_for == "agents" and is_agent)


def _fail(
    session: Session,
    user: User | None,
    charged: tries.Charge,
    door: Door,
    trail: Trail,
    *,
    is_told: bool = True,
) -> None:
    """Tell the history of a failure, or only take the time that it takes (AUTH-04)."""
    log.info("sign_in.failed", door=door.name, address=trail.address, is_told=is_told)
    tries.touch(session, charged)
    if user is None:
        return
    person = as_actor(user)
    with vain.perhaps(session, holds=is_told):
        note(session, actor=person, user=user, happened=events.SignInFailed(door.name), trail=trail)
        tell_of_lock(session, user, person, charged, trail)


def tell_of_lock(session: Session, user: User, person: Actor, charged: tries.Charge, trail: Trail) -> None:
    """Record that this try has locked the user ID, if it has, and tell its owner by mail (T02)."""
    if not charged.closes or charged.subject.startswith(tries.OF_BROWSER):
        return
    until = tries.closed_until(session, charged.kind, charged.subject)
    if until is not None:
        note(session, actor=person, user=user, happened=events.UserLocked(until.isoformat()), trail=trail)
        notices.tell_of_lock(session, user)


def _raise_hash(session: Session, user: User, person: Actor, password: str, vault: PasswordVault) -> None:
    if user.password_hash is not None and vault.is_weak(user.password_hash):
        user.password_hash = vault.hash_like(user.password_hash, password)
        record(session, actor=person, subject=user, happened=events.PasswordRehashed())
