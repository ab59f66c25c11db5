"""How an installation stands: people by their second proof and their state, counted by a fixed number of queries.

Every count is of the people within the reader's reach, like the rows that it counts (SEC-28).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, tries
from app.accounts.models import AgentService, AuthSession, LoginEvent, Realm, User
from app.accounts.people import customers_within_reach, has_app, has_passkey
from app.accounts.removals import count_open
from app.authz import Actor, Permission
from app.journal import JournalEvent

OLD_PASSWORD = timedelta(days=365)
RECENT = timedelta(hours=24)
PASSWORD_KINDS = (events.PasswordSet.kind, events.PasswordReset.kind)


@dataclass(frozen=True, slots=True)
class Counts:
    """The people of one realm; the kinds of second proof are of those who can sign in, and add up to them."""

    realm: Realm
    total: int
    enabled: int
    passkey: int
    app: int
    mail: int
    nothing: int
    locked: int
    disabled: int
    frozen: int
    never_signed_in: int
    without_password: int
    old_password: int

    def share(self, count: int) -> int:
        """A count among those who can sign in, in per cent."""
        return round(100 * count / self.enabled) if self.enabled else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the posture page counts."""

    customers: Counts
    agents: Counts
    open_removals: int
    wrong_passwords: int
    wrong_codes: int


def figures(session: Session, actor: Actor) -> Figures:
    """Count everything within the reach of ``actor``."""
    by_realm = {counts.realm: counts for counts in _counts(session, actor)}
    failures = _failures(session, actor)
    return Figures(
        customers=by_realm.get(Realm.CUSTOMER, _nobody(Realm.CUSTOMER)),
        agents=by_realm.get(Realm.AGENT, _nobody(Realm.AGENT)),
        open_removals=count_open(session, actor),
        wrong_passwords=failures.get(events.SignInFailed.kind, 0),
        wrong_codes=failures.get(events.CodeFailed.kind, 0),
    )


def _reach(actor: Actor) -> ColumnElement[bool]:
    """Customers within reach, and the agents of the own services; everybody for system administrators."""
    if actor.may(Permission.USER_MANAGE):
        return User.id.is_not(None)
    colleagues = select(AgentService.user_id).where(AgentService.service_id.in_(sorted(actor.services)))
    return or_(customers_within_reach(actor), and_(User.realm == Realm.AGENT, User.id.in_(colleagues)))


def _counts(session: Session, actor: Actor) -> Sequence[Counts]:
    enabled = and_(User.disabled_at.is_(None), User.frozen_at.is_(None))
    has_key, has_any_app = has_passkey(), has_app()
    neither = and_(enabled, not_(has_key), not_(has_any_app))
    asks_mail = and_(User.realm == Realm.CUSTOMER, User.mfa_enabled)
    signed_in = select(AuthSession.user_id)
    fresh = select(JournalEvent.subject_id).where(
        JournalEvent.subject_type == User.subject_type,
        JournalEvent.kind.in_(PASSWORD_KINDS),
        JournalEvent.at > clock.now() - OLD_PASSWORD,
    )
    conditions = (
        enabled,
        and_(enabled, has_key),
        and_(enabled, has_any_app, not_(has_key)),
        and_(neither, asks_mail),
        and_(neither, not_(asks_mail)),
        tries.locks_user(clock.now()),
        User.disabled_at.is_not(None),
        User.frozen_at.is_not(None),
        User.id.not_in(signed_in),
        User.password_hash.is_(None),
        and_(User.password_hash.is_not(None), User.id.not_in(fresh)),
    )
    rows = session.execute(
        select(User.realm, func.count(), *(func.count().filter(condition) for condition in conditions))
        .where(_reach(actor))
        .group_by(User.realm)
        .order_by(User.realm)
    )
    return [Counts(*list[Any](row)) for row in rows]


def _nobody(realm: Realm) -> Counts:
    return Counts(realm, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def _failures(session: Session, actor: Actor) -> dict[str, int]:
    rows = session.execute(
        select(LoginEvent.kind, func.count())
        .join(User, User.id == LoginEvent.user_id)
        .where(
            _reach(actor),
            LoginEvent.at > clock.now() - RECENT,
            LoginEvent.kind.in_((events.SignInFailed.kind, events.CodeFailed.kind)),
        )
        .group_by(LoginEvent.kind)
        .order_by(LoginEvent.kind)
    )
    return {row[0]: row[1] for row in rows}
