"""Events of the login history, through the function that the product records them with."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts import events, history, queries
from app.accounts.history import Trail
from app.contracts.models import Service
from app.journal import Event
from tests import cast


def service_id(session: Session, slug: str) -> int:
    """The id of a service."""
    return session.scalars(select(Service.id).where(Service.slug == slug)).one()


def event(
    session: Session,
    name: str,
    happened: Event | None = None,
    *,
    at: datetime | None = None,
    service: str | None = "fm",
) -> None:
    """One event of a member of the cast, at the portal of a service or at none."""
    user = cast.person(session, name)
    trail = Trail(service_id(session, service) if service else None, "192.0.2.7", "Browser/1.0")
    with clock.at(at or clock.now()):
        history.note(
            session,
            actor=queries.actor_for(session, user),
            user=user,
            happened=happened or events.SignedIn(service or ""),
            trail=trail,
        )


def events_at(session: Session, name: str, *moments: datetime, service: str = "fm") -> None:
    """Sign-ins at these moments."""
    for moment in moments:
        event(session, name, at=moment, service=service)


def many(session: Session, name: str, count: int) -> None:
    """So many sign-ins at the portal of fm, a minute apart."""
    begin = clock.now() - timedelta(days=1)
    events_at(session, name, *(begin + timedelta(minutes=index) for index in range(count)))
