"""Announcements for the town: places that addresses name."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import knowledge


def places(session: Session) -> dict[str, str]:
    """A banner that stands on cs, and one that is past there."""
    standing = knowledge.announcement(session, slugs=["cs"])
    past = knowledge.announcement(session, until=timedelta(minutes=-1))
    return {"banner": str(standing.id), "past_banner": str(past.id)}
