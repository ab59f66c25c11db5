"""One-time links: 256 random bits, stored as a hash, valid for an hour, consumed by a post and never by a look.

A link stands for one user and one purpose. A newer one voids the older ones, and mail scanners that open it use
nothing up (SEC-08, SEC-18).
"""

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, contains_eager

from app import clock
from app.accounts import events, policy
from app.accounts.models import AccountLink, LinkPurpose, User
from app.authz import Actor, authorize
from app.journal import record

TOKEN_BYTES = 32
VALID_FOR = timedelta(minutes=60)
BRAKE_VALID_FOR = timedelta(hours=72)
TOKEN = re.compile(rf"[0-9a-f]{{{2 * TOKEN_BYTES}}}")


class LinkRefused(Exception):
    """The link is none of ours, has been used, was voided by a newer one, or is too old."""


def issue(session: Session, *, actor: Actor, user: User, purpose: LinkPurpose) -> str:
    """Make a link for ``user`` and return its token, which is stored nowhere; older ones are void (SEC-08)."""
    authorize(policy.can_manage(actor))
    token = _make_only(session, user, purpose)
    record(session, actor=actor, subject=user, happened=events.LinkIssued(purpose.value))
    return token


def issue_reset(session: Session, user: User) -> str:
    """Make the link of a reset for whoever has just shown to know ID and address; older ones are void (RESET-08)."""
    return _make_only(session, user, LinkPurpose.RESET)


def issue_brake(session: Session, user: User) -> str:
    """Make a link "this was not me", good for 72 hours; earlier ones stay good (SEC-09)."""
    return _make(session, user, LinkPurpose.NOT_ME, BRAKE_VALID_FOR)


def _make_only(session: Session, user: User, purpose: LinkPurpose) -> str:
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.user_id == user.id,
            AccountLink.used_at.is_(None),
            AccountLink.purpose != LinkPurpose.NOT_ME,
        )
        .values(used_at=clock.now())
    )
    return _make(session, user, purpose, VALID_FOR)


def _make(session: Session, user: User, purpose: LinkPurpose, valid_for: timedelta) -> str:
    token, moment = secrets.token_hex(TOKEN_BYTES), clock.now()
    session.add(
        AccountLink(
            user_id=user.id,
            purpose=purpose,
            token_hash=_hash(token),
            created_at=moment,
            expires_at=moment + valid_for,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, *purposes: LinkPurpose) -> AccountLink:
    """The usable link of a token; looking at it changes nothing.

    :raises LinkRefused: for anything but a fresh, unused link of one of these purposes, all alike.
    """
    link = None
    if TOKEN.fullmatch(token):
        link = session.scalar(
            select(AccountLink)
            .join(AccountLink.user)
            .options(contains_eager(AccountLink.user))
            .where(AccountLink.token_hash == _hash(token), AccountLink.purpose.in_(purposes))
        )
    if link is None or link.used_at is not None or not _is_fresh(link) or not link.user.is_enabled:
        raise LinkRefused
    return link


def use_up(session: Session, link: AccountLink) -> None:
    """Use a link up, by one conditional statement: of two posts at once one alone gets through.

    :raises LinkRefused: if it has been used, or voided, in the meantime.
    """
    used = session.execute(
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(AccountLink.id)
    ).first()
    if used is None or not _is_fresh(link):
        raise LinkRefused


def _is_fresh(link: AccountLink) -> bool:
    # A clock set back must not bring a link to life again that was made later (REL-10).
    return link.created_at <= clock.now() < link.expires_at


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
