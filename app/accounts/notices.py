"""Mails to a person about their own account: codes, links, and what was changed, with a way to stop it (SEC-09).

The text of a mail that holds a secret is sealed until it is handed to the mail server, so that neither the outbox
nor a copy of the database tells it (SEC-14). Every mail is in its receiver's language and queued in the
transaction of its act (MAIL-05).
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from flask import current_app, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, mail
from app.accounts import links
from app.accounts.models import Realm, User, UserNumber
from app.accounts.vain import perhaps
from app.contracts.models import CustomerNumber, Service
from app.i18n import speaking
from app.throttle import Limit, charge

LOCK_MAILS = (Limit(3, timedelta(days=1)),)


class Notice(StrEnum):
    """What somebody is told of; each has its words in ``accounts/mail/notice.txt``."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a code, no password
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a code, no password
    MAIL_CHANGED = "mail_changed"
    LOGIN_ID_CHANGED = "login_id_changed"
    MFA_CHANGED = "mfa_changed"
    APP_PAIRED = "app_paired"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    ADMINISTRATOR_SET = "administrator_set"
    ENABLED = "enabled"
    LOCKED = "locked"


def tell(session: Session, user: User, notice: Notice, *, former_mail: str | None = None) -> None:
    """Tell ``user`` what was changed about their account, at the address before the change too if it was that.

    Each address gets a link of its own by which its reader can freeze the account for 72 hours of validity.
    """
    for address in dict.fromkeys(filter(None, (former_mail, user.mail))):
        token = links.issue_brake(session, user)
        _send(
            session,
            user,
            "notice",
            to=address,
            notice=notice.value,
            at=clock.now(),
            link=f"{door_url(session, user)}/account/not-me/{token}",
        )


def tell_doer(session: Session, doer: User, user: User, told: Sequence[Notice]) -> None:
    """Tell an administrator what was changed in their name about a colleague, with a way to stop it (T09).

    Whoever sits at an administrator's screen without being that administrator is found out by this mail.
    """
    if told and doer.id != user.id:
        token = links.issue_brake(session, doer)
        _send(
            session,
            doer,
            "done",
            to=doer.mail,
            about=user,
            told=[notice.value for notice in told],
            at=clock.now(),
            link=f"{door_url(session, doer)}/account/not-me/{token}",
        )


def tell_of_lock(session: Session, user: User) -> None:
    """Tell ``user`` that wrong passwords have locked the ID: once for each lock, three times a day at most (T02).

    Who cannot sign in anyway has nothing to stop, and the brake in the mail would not work for them.
    """
    has_room = charge(session, {f"lockmail:{user.subject_for_tries}": LOCK_MAILS}) is not None
    with perhaps(session, holds=has_room and user.is_enabled):
        tell(session, user, Notice.LOCKED)


def send_code(session: Session, user: User, *, door_name: str, code: str, minutes: int) -> None:
    """Mail a code of second proof; it stands after the word for it and nowhere else (SEC-14)."""
    _send(session, user, "code", to=user.mail, door_name=door_name, code=code, minutes=minutes)


def send_reset_link(session: Session, user: User, *, door_name: str, token: str, minutes: int) -> None:
    """Mail the link that opens the third step of a reset (RESET-04)."""
    link = f"{_public_url()}/{door_name}/password/reset/{token}"
    _send(session, user, "reset", to=user.mail, link=link, minutes=minutes)


def send_reset_wait(session: Session, user: User, *, until: datetime) -> None:
    """Mail from when a reset is possible again, where the page may not tell (T03, neutral answer)."""
    _send(session, user, "reset_wait", to=user.mail, until=until)


def send_welcome(session: Session, user: User, *, service: Service) -> None:
    """Tell a new contact where to go and how to set the first password; no password is in it (CONTACT-12)."""
    _send(session, user, "welcome", to=user.mail, address=f"{_public_url()}/{service.slug}/", service=service)


def door_url(session: Session, user: User) -> str:
    """The address of the first door ``user`` may use: the console, or the portal of their first number."""
    if user.realm is Realm.AGENT:
        return f"{_public_url()}/console"
    slug = session.scalar(
        select(Service.slug)
        .join(CustomerNumber, CustomerNumber.service_id == Service.id)
        .join(UserNumber, UserNumber.number_id == CustomerNumber.id)
        .where(UserNumber.user_id == user.id)
        .order_by(CustomerNumber.number)
    )
    if slug is None:
        slug = session.scalar(select(Service.slug).order_by(Service.id))
    return f"{_public_url()}/{slug}"


def recipients(users: Iterable[User]) -> list[str]:
    """The addresses of some users, each once (CONTACT-07)."""
    return list(dict.fromkeys(user.mail for user in users))


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


def _send(session: Session, user: User, template: str, *, to: str, **context: object) -> None:
    with speaking(user.language, user.time_zone) as language:
        text = render_template(f"accounts/mail/{template}.txt", user=user, locale_of_mail=language, **context)
    subject, _, content = text.strip().partition("\n")
    message = mail.Mail(
        to=to,
        language=language,
        subject=" ".join(subject.split()),
        text=content.strip() + "\n",
        # Each stands alone: a code must not wait behind a notice that a mail server keeps refusing.
        thread=f"account-{secrets.token_hex(8)}",
    )
    mail.queue_sealed(session, message, settings=current_app.config["SETTINGS"])
