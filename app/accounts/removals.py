"""Requests to take a lost factor away, as the agents see them who may decide (SEC-17)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import MfaRemoval, User, shown_name
from app.accounts.people import agents_within_reach, customers_within_reach
from app.authz import Actor, NotFound

LISTED = 100
Asker = aliased(User)


@dataclass(frozen=True, slots=True)
class Request:
    """A request with the person it is about and the name of the agent who asks."""

    removal: MfaRemoval
    user: User
    asked_by: str


def _visible_to(actor: Actor) -> Select[MfaRemoval, User, str, str]:
    reach = or_(customers_within_reach(actor), agents_within_reach(actor))
    return (
        select(MfaRemoval, User, Asker.family_name, Asker.given_name)
        .join(User, User.id == MfaRemoval.user_id)
        .join(Asker, Asker.id == MfaRemoval.asked_by_id)
        .where(reach)
    )


def open_requests(session: Session, actor: Actor) -> Sequence[Request]:
    """The requests within reach that wait for a second agent, the oldest first."""
    waiting = _visible_to(actor).where(MfaRemoval.decided_at.is_(None)).order_by(MfaRemoval.id).limit(LISTED)
    return [Request(removal, user, shown_name(*names)) for removal, user, *names in session.execute(waiting)]


def count_open(session: Session, actor: Actor) -> int:
    """How many requests within reach wait for a second agent."""
    waiting = _visible_to(actor).where(MfaRemoval.decided_at.is_(None)).with_only_columns(func.count())
    return session.scalar(waiting) or 0


def open_request_of(session: Session, actor: Actor, user: User) -> Request | None:
    """The request about ``user`` that waits, if there is one."""
    return next(
        (
            Request(removal, found, shown_name(*names))
            for removal, found, *names in session.execute(
                _visible_to(actor).where(MfaRemoval.user_id == user.id, MfaRemoval.decided_at.is_(None))
            )
        ),
        None,
    )


def get_for(session: Session, actor: Actor, removal_id: int) -> Request:
    """One request within reach, decided or not.

    :raises NotFound: if there is none; absent and foreign look the same (SEC-26).
    """
    found = session.execute(_visible_to(actor).where(MfaRemoval.id == removal_id)).first()
    if found is None:
        raise NotFound
    removal, user, *names = found
    return Request(removal, user, shown_name(*names))


def open_request(session: Session, user: User) -> MfaRemoval | None:
    """The request about ``user`` that waits for a second agent."""
    return session.scalar(
        select(MfaRemoval).where(MfaRemoval.user_id == user.id, MfaRemoval.decided_at.is_(None))
    )
