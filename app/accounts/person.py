"""One person as the desk sees them: what keeps them out, what they prove themselves with, where they are signed in.

What happened in the portal of a service that the agent does not work in is left out of all of it (ROLE-05, SEC-28).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import bars, people, removals, resets, tries
from app.accounts.bars import Bar
from app.accounts.models import (
    AgentService,
    Authenticator,
    AuthSession,
    LoginEvent,
    Passkey,
    RecoveryCode,
    TryKind,
    User,
)
from app.authz import Actor
from app.config import Settings
from app.contracts.models import ContractHolder, CustomerNumber, Service

LISTED_EVENTS = 20
LISTED_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether and how a person can sign in at the moment."""

    bars: Sequence[Bar]
    has_password: bool
    # From when the next reset is possible, and until when wrong addresses have closed it; empty if it is open.
    reset_from: datetime | None
    reset_closed_until: datetime | None
    asks_code: bool
    app_paired_at: datetime | None
    passkeys: Sequence[Passkey]
    recovery_codes_left: int
    removal: removals.Request | None

    @property
    def may_need_reset(self) -> bool:
        """Tell whether something stands in the way of a reset that the desk can take away."""
        return self.reset_from is not None or self.reset_closed_until is not None

    def mfa(self, *, is_agent: bool) -> str:
        """The kind of second proof, as a code of :func:`people.mfa_kind`."""
        return people.mfa_kind(
            asks_code=self.asks_code,
            is_agent=is_agent,
            has_app=self.app_paired_at is not None,
            has_passkey=bool(self.passkeys),
        )

    @property
    def has_factor(self) -> bool:
        """Tell whether there is a second proof that can be lost."""
        return self.app_paired_at is not None or bool(self.passkeys)


def standing_of(session: Session, actor: Actor, user: User) -> Standing:
    """What holds about ``user`` just now."""
    app = session.get(Authenticator, user.id)
    codes = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return Standing(
        bars=bars.bars_of(session, user),
        has_password=user.password_hash is not None,
        reset_from=resets.waits_until(user),
        reset_closed_until=tries.closed_until(session, TryKind.RESET, user.subject_for_tries),
        asks_code=user.needs_code,
        app_paired_at=app.paired_at if app is not None else None,
        passkeys=session.scalars(
            select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)
        ).all(),
        recovery_codes_left=session.scalar(codes) or 0,
        removal=removals.open_request_of(session, actor, user),
    )


def holder_of(session: Session, user: User) -> ContractHolder | None:
    """The company of a customer's user."""
    return session.get(ContractHolder, user.holder_id) if user.holder_id is not None else None


def numbers_of(session: Session, actor: Actor, user: User) -> Sequence[tuple[CustomerNumber, Service]]:
    """The customer numbers of ``user`` within reach, each with its service."""
    numbers = people.numbers_within_reach(session, actor, [user.id]).get(user.id, [])
    ids = {number.service_id for number in numbers}
    found = session.scalars(select(Service).where(Service.id.in_(sorted(ids))).order_by(Service.id))
    services = {service.id: service for service in found} if ids else {}
    return [(number, services[number.service_id]) for number in numbers]


def services_of_agent(session: Session, user: User) -> Sequence[Service]:
    """The services that an agent is assigned to; a system administrator works in all, assigned or not."""
    return session.scalars(
        select(Service)
        .join(AgentService, AgentService.service_id == Service.id)
        .where(AgentService.user_id == user.id)
        .order_by(Service.id)
    ).all()


def sessions_of(session: Session, actor: Actor, user: User, settings: Settings) -> Sequence[AuthSession]:
    """The browsers in which ``user`` is signed in, the last used first; timed-out ones are none."""
    moment = clock.now()
    foreign = select(Service.slug).where(Service.id.not_in(sorted(actor.services)))
    return session.scalars(
        select(AuthSession)
        .where(
            AuthSession.user_id == user.id,
            AuthSession.ended_at.is_(None),
            AuthSession.last_seen_at > moment - timedelta(minutes=settings.idle_minutes),
            AuthSession.created_at > moment - timedelta(hours=settings.session_hours),
            AuthSession.door.not_in(foreign),
        )
        .order_by(AuthSession.last_seen_at.desc(), AuthSession.id.desc())
        .limit(LISTED_SESSIONS)
    ).all()


def login_events_of(
    session: Session, actor: Actor, user: User
) -> Sequence[tuple[LoginEvent, Service | None]]:
    """The newest entries of the login history of ``user``, each with the service at whose portal it was."""
    rows = session.execute(
        select(LoginEvent, Service)
        .outerjoin(Service, Service.id == LoginEvent.service_id)
        .where(
            LoginEvent.user_id == user.id,
            or_(LoginEvent.service_id.is_(None), LoginEvent.service_id.in_(sorted(actor.services))),
        )
        .order_by(LoginEvent.at.desc(), LoginEvent.id.desc())
        .limit(LISTED_EVENTS)
    )
    return [(event, service) for event, service in rows]
