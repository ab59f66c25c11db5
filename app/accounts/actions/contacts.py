"""What administrators of a customer do for the users of their company (ROLE-02, CONTACT-04 to CONTACT-13)."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app import clock, throttle
from app.accounts import bars, events, factors, notices, policy, queries, security
from app.accounts.actions import BadAccountData
from app.accounts.contact_data import is_mail_address
from app.accounts.history import note
from app.accounts.login_ids import login_key
from app.accounts.models import USER_ID_LENGTH, AuthSession, Realm, SessionEnd, User, UserNumber
from app.accounts.notices import Notice
from app.authz import Actor, authorize
from app.contracts.models import CustomerNumber, Service
from app.journal import record

# A used ID is refused by name, which betrays that it is used; so asking is limited (T09).
ID_LIMITS = (throttle.Limit(20, timedelta(hours=1)),)
# Whoever changes one of these becomes that person, or gives away rights: it takes a fresh proof (SEC-10).
SENSITIVE = frozenset({"mail", "login_id", "mfa_enabled", "is_administrator"})


class StaleContact(Exception):
    """The contact has changed since the form was made; whoever typed should see both texts (REL-05)."""


class LoginIdTaken(Exception):
    """Somebody has this user ID; whose it is, nobody is told (CONTACT-05)."""


class TooManyIds(Exception):
    """This administrator has asked for so many new user IDs that the next one has to wait (T09)."""


class LastAdministrator(Exception):
    """The company would have nobody left who can look after its users (CONTACT-13)."""


class OwnLogin(Exception):
    """Nobody disables themselves: whoever does so by mistake could not take it back (CONTACT-13)."""


class NothingToDo(Exception):
    """The login is disabled already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """What an administrator says about a user; ``None`` follows the installation."""

    login_id: str
    mail: str
    family_name: str
    given_name: str
    job_title: str = ""
    business_phone: str = ""
    mobile_phone: str = ""
    language: str | None = None
    time_zone: str | None = None
    is_administrator: bool = False
    mfa_enabled: bool = False


# What is told together; each of the others has an event of its own.
PROFILE = (
    "family_name",
    "given_name",
    "job_title",
    "business_phone",
    "mobile_phone",
    "language",
    "time_zone",
)


def data_of(user: User) -> ContactData:
    """The contact as it is stored."""
    return ContactData(**{name: getattr(user, name) for name in ContactData.__slots__})


def version_of(user: User) -> str:
    """What a form carries to say what it was made from.

    The row's own version counts much that no contact shows, such as a password hashed anew at sign-in, and would
    call an edit stale that meets no other.
    """
    shown = json.dumps(asdict(data_of(user)), sort_keys=True)
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def changed_by(user: User, data: ContactData) -> frozenset[str]:
    """The names of the fields that ``data`` would change."""
    stored = data_of(user)
    return frozenset(name for name in ContactData.__slots__ if getattr(stored, name) != getattr(data, name))


def is_theirs(session: Session, user: User, *, actor: Actor) -> bool:
    """Tell whether ``actor`` looks after ``user``, who then belongs to no other contract holder (SEC-29)."""
    return policy.can_manage_contact(actor, user) and not queries.belongs_elsewhere(session, user)


def create(
    session: Session,
    *,
    actor: Actor,
    data: ContactData,
    numbers: Sequence[CustomerNumber],
    service: Service,
) -> User:
    """Create a user of the own contract holder, without a password (CONTACT-12, PW-09).

    :param numbers: at least one of the administrator's own numbers in the portal in use.
    :raises LoginIdTaken: if somebody has the user ID.
    :raises TooManyIds: after 20 of them within an hour.
    :raises BadAccountData: for numbers or texts that no form lets through.
    """
    authorize(policy.can_manage_contacts(actor))
    _refuse_bad(data)
    if not numbers or any(number.id not in actor.numbers for number in numbers):
        raise BadAccountData("A contact gets numbers that its creator has.")
    user = User(realm=Realm.CUSTOMER, holder_id=actor.holder_id, **asdict(data))
    user.login_key = _claim(session, actor, data.login_id)
    session.add(user)
    note(session, actor=actor, user=user, happened=events.UserCreated(user.login_id, user.realm.value))
    if user.is_administrator:
        record(session, actor=actor, subject=user, happened=events.AdministratorSet(is_administrator=True))
    if user.mfa_enabled:
        record(session, actor=actor, subject=user, happened=events.MfaSet(is_enabled=True))
    session.add_all(UserNumber(user_id=user.id, number_id=number.id) for number in numbers)
    told = events.NumbersLinked(tuple(number.number for number in numbers))
    record(session, actor=actor, subject=user, happened=told)
    if service.mails_new_contacts:
        notices.send_welcome(session, user, service=service)
    return user


def check(session: Session, user: User, *, actor: Actor, version: str, data: ContactData) -> frozenset[str]:
    """Say what an edit would change, or why it cannot be; writes nothing.

    :raises StaleContact: if somebody changed the contact, and otherwise, since the form was made.
    :raises LastAdministrator: if nobody who can sign in would be an administrator any more.
    """
    authorize(is_theirs(session, user, actor=actor))
    _refuse_bad(data)
    changed = changed_by(user, data)
    if changed and version != version_of(user):
        raise StaleContact
    gives_up = "is_administrator" in changed and user.is_administrator
    if gives_up and queries.administrators_of(session, user.holder_id) <= {user.id}:
        raise LastAdministrator
    return changed


def edit(
    session: Session,
    user: User,
    *,
    actor: Actor,
    version: str,
    data: ContactData,
    keep: AuthSession | None = None,
) -> None:
    """Change a contact; both people are told of what touches the way into the account (SEC-09, T09).

    :param keep: the session in which people change their own contact, and which goes on.
    :raises LoginIdTaken: if somebody has the new user ID.
    :raises TooManyIds: after 20 new ones within an hour.
    :raises StaleContact, LastAdministrator: as :func:`check`.
    """
    changed = check(session, user, actor=actor, version=version, data=data)
    former = data_of(user)
    key = login_key(data.login_id)
    if key != user.login_key:
        user.login_key = _claim(session, actor, data.login_id)
    for name in changed - {"mfa_enabled"}:
        setattr(user, name, getattr(data, name))
    _record(session, actor, user, former, changed)
    _tell(session, actor, user, former, changed, keep)


def disable(session: Session, user: User, *, actor: Actor) -> None:
    """Bar a colleague from signing in until somebody enables them; open sessions end at once (CONTACT-08, AUTH-07).

    :raises OwnLogin: for the actor's own.
    :raises NothingToDo: if the login is disabled already.
    :raises LastAdministrator: if nobody who can sign in would be an administrator any more.
    """
    authorize(is_theirs(session, user, actor=actor))
    if not policy.can_disable_contact(actor, user):
        raise OwnLogin
    if user.disabled_at is not None:
        raise NothingToDo
    if user.is_administrator and queries.administrators_of(session, user.holder_id) <= {user.id}:
        raise LastAdministrator
    user.disabled_at = clock.now()
    security.lose_proofs(session, user, reason=SessionEnd.DISABLED)
    note(session, actor=actor, user=user, happened=events.UserDisabled())


def enable(session: Session, user: User, *, actor: Actor, shown: Collection[str]) -> None:
    """End what keeps a colleague out, as far as the form showed it (CONTACT-09, AUTH-06, T18).

    :param shown: tokens of :class:`bars.Bar`; what somebody else did meanwhile is not among them.
    :raises bars.NothingToEnd: if none of it holds any more.
    """
    authorize(is_theirs(session, user, actor=actor))
    bars.end(session, actor=actor, user=user, shown=shown)
    notices.tell(session, user, Notice.ENABLED)
    notices.tell_doer(session, queries.own_user(session, actor), user, [Notice.ENABLED])


def _refuse_bad(data: ContactData) -> None:
    if not 0 < len(data.login_id.strip()) <= USER_ID_LENGTH or not data.family_name:
        raise BadAccountData(f"A user ID has 1 to {USER_ID_LENGTH} characters, and people have a name.")
    if not is_mail_address(data.mail):
        raise BadAccountData("This is not one mail address.")


def _claim(session: Session, actor: Actor, login_id: str) -> str:
    """Ask whether a user ID is free and return its compared form; asked too often, nothing is said at all."""
    if throttle.charge(session, {f"new-ids:{actor.user_id}": ID_LIMITS}) is None:
        raise TooManyIds
    key = login_key(login_id)
    if queries.user_by_login(session, key) is not None:
        raise LoginIdTaken
    return key


def _record(session: Session, actor: Actor, user: User, former: ContactData, changed: frozenset[str]) -> None:
    profile = tuple((name, getattr(former, name), getattr(user, name)) for name in PROFILE if name in changed)
    told = {
        "login_id": events.LoginIdChanged(former.login_id, user.login_id),
        "mail": events.MailChanged(former.mail, user.mail),
        "is_administrator": events.AdministratorSet(user.is_administrator),
    }
    if profile:
        record(session, actor=actor, subject=user, happened=events.ProfileChanged(profile))
    for name, happened in told.items():
        if name in changed:
            record(session, actor=actor, subject=user, happened=happened)


def _tell(
    session: Session,
    actor: Actor,
    user: User,
    former: ContactData,
    changed: frozenset[str],
    keep: AuthSession | None,
) -> None:
    """Let fall what the change makes worthless, and write to both people about it."""
    former_mail = former.mail if "mail" in changed else None
    if former_mail is not None:
        security.void_mailed(session, user)
    told = [notice for name, notice in _NOTICES.items() if name in changed]
    for notice in told:
        if notice is Notice.MFA_CHANGED:
            _turn_mfa(session, actor, user, keep, former_mail)
        else:
            notices.tell(session, user, notice, former_mail=former_mail)
    notices.tell_doer(session, queries.own_user(session, actor), user, told)


_NOTICES = {
    "mail": Notice.MAIL_CHANGED,
    "login_id": Notice.LOGIN_ID_CHANGED,
    "is_administrator": Notice.ADMINISTRATOR_SET,
    "mfa_enabled": Notice.MFA_CHANGED,
}


def _turn_mfa(
    session: Session, actor: Actor, user: User, keep: AuthSession | None, former_mail: str | None
) -> None:
    """Turn MFA over: off takes every factor away, on needs no set-up, since codes come by mail (MFA-02, MFA-16)."""
    if user.mfa_enabled:
        factors.take_away(session, actor=actor, user=user, keep=keep, former_mail=former_mail)
        return
    user.mfa_enabled = True
    record(session, actor=actor, subject=user, happened=events.MfaSet(is_enabled=True))
    security.lose_proofs(session, user, reason=SessionEnd.MFA, keep=keep)
    notices.tell(session, user, Notice.MFA_CHANGED, former_mail=former_mail)
