"""Every write to the own profile: what is told about a person, how pages look to them, where mail reaches them."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.accounts import events, notices, policy, security
from app.accounts.actions import BadAccountData
from app.accounts.contact_data import is_mail_address
from app.accounts.models import User
from app.accounts.notices import Notice
from app.authz import Actor, authorize
from app.journal import record

Value = str | bool | None


class StaleProfile(Exception):
    """The profile has changed since the form was made; whoever typed should see both texts (REL-05)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a person tells about themselves (PROF-03)."""

    given_name: str
    family_name: str
    job_title: str
    biography: str
    business_phone: str
    mobile_phone: str
    language: str | None
    time_zone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How pages look to a person; ``None`` follows the installation (PROF-04, LANG-03)."""

    has_accessibility: bool
    language: str | None
    time_zone: str | None


def edit(session: Session, user: User, *, actor: Actor, version: int, to: About | Settings) -> None:
    """Edit the own profile; what stays as it is leaves no trace.

    :param version: the version of the row the form was made from.
    :raises StaleProfile: if the row was changed since that version.
    """
    authorize(policy.can_change_own(actor, user))
    if user.version != version:
        raise StaleProfile
    changes = tuple(
        (name, _told(getattr(user, name)), _told(value))
        for name, value in asdict(to).items()
        if getattr(user, name) != value
    )
    if not changes:
        return
    for name, _, _ in changes:
        setattr(user, name, getattr(to, name))
    record(session, actor=actor, subject=user, happened=events.ProfileChanged(changes))


def change_mail(session: Session, user: User, *, actor: Actor, mail: str) -> bool:
    """Let all later mails, codes and resets go to another address, and tell both of it (PROF-06, SEC-09).

    What was mailed to the former address opens nothing any more, but for the link by which its reader stops this.

    :returns: whether the address was another one.
    :raises BadAccountData: if it is no address.
    """
    authorize(policy.can_change_own(actor, user))
    if not is_mail_address(mail):
        raise BadAccountData("This is not one mail address.")
    former = user.mail
    if mail == former:
        return False
    user.mail = mail
    security.void_mailed(session, user)
    record(session, actor=actor, subject=user, happened=events.MailChanged(former, mail))
    notices.tell(session, user, Notice.MAIL_CHANGED, former_mail=former)
    return True


def _told(value: Value) -> str | None:
    """A value as the journal tells it."""
    return None if value is None else str(value)
