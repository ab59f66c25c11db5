"""The login history: each event of it stands in the journal for audit and in a list of its own for its readers.

The journal is never cut; the list is purged after a year, or what the setting says (HIST-03, HIST-06).
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.accounts.events import IN_LOGIN_HISTORY
from app.accounts.models import LoginEvent, User
from app.authz import Actor
from app.journal import Event, record


@dataclass(frozen=True, slots=True)
class Trail:
    """Where something came from: the portal's service, if any, the network address, the browser."""

    service_id: int | None = None
    address: str = ""
    browser: str = ""


NOWHERE = Trail()


def note(session: Session, *, actor: Actor, user: User, happened: Event, trail: Trail = NOWHERE) -> None:
    """Record ``happened`` of ``user`` in the journal and, if it is of that kind, in the login history."""
    record(session, actor=actor, subject=user, happened=happened)
    if happened.kind not in IN_LOGIN_HISTORY:
        return
    session.add(
        LoginEvent(
            at=clock.now(),
            kind=happened.kind,
            user_id=user.id,
            login_id=user.login_id,
            holder_id=user.holder_id,
            service_id=trail.service_id,
            address=trail.address[:64],
            browser=trail.browser[:300],
        )
    )
    session.flush()


def purge(session: Session, *, days: int) -> int:
    """Take out what is older than ``days`` and return how much that was; the journal keeps its own record."""
    old = delete(LoginEvent).where(LoginEvent.at < clock.now() - timedelta(days=days))
    return len(session.execute(old.returning(LoginEvent.id)).all())
