"""Forgotten passwords: who may have a link, the completed reset, and the owner's own brake.

The first password goes the same way (FIRST-01). Nothing here tells an ID that exists from one that does not: both
are counted, both go through the same steps in the same time, and a person who may not use this door is nobody here
(RESET-06).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy.orm import Session

from app import clock, throttle
from app.accounts import events, links, notices, queries, security, sign_in, tries, vain
from app.accounts.history import Trail, note
from app.accounts.login_ids import login_key
from app.accounts.models import AccountLink, LinkPurpose, SessionEnd, TryKind, User
from app.accounts.sign_in import Door, as_actor
from app.accounts.vain import perhaps
from app.config import Settings
from app.journal import record
from app.throttle import Limit

# From the completion of one reset to the next (RESET-09).
WAIT = timedelta(hours=24)
# Whoever knows ID and address may have links sent; nobody's mailbox is filled with them.
MAILS = (Limit(5, timedelta(minutes=15)), Limit(20, timedelta(days=1)))


class Answer(Enum):
    """What came of the second question of a reset."""

    SENT = auto()
    WRONG = auto()
    TOO_SOON = auto()


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer, and from when a reset is possible where it is too soon (M-36)."""

    answer: Answer
    possible_from: datetime | None = None


def ask(
    session: Session, *, login_id: str, address: str, door: Door, settings: Settings, page_tells: bool
) -> Verification:
    """Take ID and registered address; mail a link if they belong together (RESET-04 to RESET-06, RESET-10).

    The work of a failure and of a match is done in every case, and kept in its own, so that the time tells nothing.

    :param page_tells: whether the page says what came of it; else a wait is told by mail (T03).
    """
    key = login_key(login_id)
    user = queries.user_at_door(session, key, realm=door.realm, service_id=door.service_id)
    invented = sign_in.invented_subject(settings, key)
    charged = tries.charge(session, TryKind.RESET, user.subject_for_tries if user else invented)
    # Asked for in any case, needed for nobody's ID alone.
    stand_in = vain.stand_in(session)
    person = user or stand_in
    if person is None:
        return Verification(Answer.WRONG)
    is_match = user is not None and not charged.is_barred and login_key(user.mail) == login_key(address)
    possible_from = waits_until(person) if is_match else None
    with perhaps(session, holds=user is not None and not is_match):
        _note_failure(session, person, door, charged)
    is_mailed = is_match and person.is_enabled and not (possible_from and page_tells)
    with perhaps(session, holds=is_mailed):
        _write(session, person, door, possible_from)
    if not is_match:
        tries.touch(session, charged)
        return Verification(Answer.WRONG)
    tries.clear(session, charged.kind, charged.subject)
    return Verification(Answer.SENT if possible_from is None else Answer.TOO_SOON, possible_from)


def waits_until(user: User) -> datetime | None:
    """From when ``user`` can reset again, or ``None`` if that is now (RESET-09)."""
    if user.reset_completed_at is None:
        return None
    possible_from = user.reset_completed_at + WAIT
    return possible_from if clock.now() < possible_from else None


def find_link(session: Session, token: str, door: Door) -> AccountLink:
    """The usable link of a reset or a first password at this door.

    :raises links.LinkRefused: if there is none.
    """
    link = links.find(session, token, LinkPurpose.RESET, LinkPurpose.FIRST_PASSWORD)
    if link.user.realm is not door.realm or not sign_in.has_number_for(session, link.user, door):
        raise links.LinkRefused
    return link


def complete(
    session: Session, link: AccountLink, *, password_hash: str, settings: Settings, trail: Trail
) -> None:
    """Set the password behind a link; all sessions and exemptions end, and a lock is lifted (RESET-11).

    :raises links.LinkRefused: if another request used the link in the meantime.
    """
    links.use_up(session, link)
    user = link.user
    person, is_first = as_actor(user), user.password_hash is None
    user.password_hash = password_hash
    if link.purpose is LinkPurpose.RESET and (settings.first_password_counts or not is_first):
        user.reset_completed_at = clock.now()
    # The mailbox has just proved itself; at the next sign-in it must not be the second proof as well (T06).
    user.mail_code_barred = True
    security.lose_proofs(session, user, reason=SessionEnd.PASSWORD)
    note(session, actor=person, user=user, happened=events.PasswordReset(), trail=trail)
    if tries.clear(session, TryKind.PASSWORD, user.subject_for_tries):
        note(session, actor=person, user=user, happened=events.UserUnlocked(), trail=trail)
    notices.tell(session, user, notices.Notice.PASSWORD_RESET)


def freeze(session: Session, token: str, *, trail: Trail) -> None:
    """Pull the brake of a link "this was not me": nobody signs in until the desk or an administrator has looked.

    The wait of RESET-09 is lifted, since it would keep the owner out and not the thief (T12).

    :raises links.LinkRefused: if the link is not good any more.
    """
    link = links.find(session, token, LinkPurpose.NOT_ME)
    links.use_up(session, link)
    user = link.user
    user.frozen_at, user.reset_completed_at = clock.now(), None
    security.lose_proofs(session, user, reason=SessionEnd.FROZEN)
    note(session, actor=as_actor(user), user=user, happened=events.UserFrozen(), trail=trail)


def _write(session: Session, user: User, door: Door, possible_from: datetime | None) -> None:
    """Mail a fresh link, which voids the ones before, or from when there can be one.

    Beyond the limit no mail leaves and the last link stays good.
    """
    if throttle.charge(session, {f"resetmail:{user.subject_for_tries}": MAILS}) is None:
        return
    if possible_from is not None:
        notices.send_reset_wait(session, user, until=possible_from)
        return
    record(session, actor=as_actor(user), subject=user, happened=events.ResetAsked(door.name))
    token = links.issue_reset(session, user)
    minutes = int(links.VALID_FOR.total_seconds() // 60)
    notices.send_reset_link(session, user, door_name=door.name, token=token, minutes=minutes)


def _note_failure(session: Session, user: User, door: Door, charged: tries.Charge) -> None:
    person = as_actor(user)
    record(session, actor=person, subject=user, happened=events.ResetFailed(door.name))
    until = tries.closed_until(session, charged.kind, charged.subject) if charged.closes else None
    if until is not None:
        record(session, actor=person, subject=user, happened=events.ResetClosed(until.isoformat()))
