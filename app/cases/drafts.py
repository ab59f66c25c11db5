"""Texts that their authors have not sent yet; each is read by its author alone."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases.models import Case, Draft

LARGEST_BYTES = 256 * 1024
KEPT_FOR = timedelta(days=30)


class Pen(StrEnum):
    """What is written with on a case's page: each form keeps a draft of its own."""

    COMMENT = "comment"
    REPLY = "reply"
    NOTE = "note"


def place_on(case: Case, pen: Pen) -> str:
    """The place of a draft on a case's page."""
    return f"{case.number}:{pen.value}"


def place_of_inquiry(service_slug: str) -> str:
    """The place of the draft of an inquiry, one for each portal."""
    return f"{service_slug}:inquiry"


def drafts_of(session: Session, actor: Actor, places: Sequence[str]) -> dict[str, str]:
    """The actor's own drafts at these places, as they were typed."""
    chosen = select(Draft).where(Draft.user_id == actor.user_id, Draft.place.in_(places))
    return {draft.place: draft.body for draft in session.scalars(chosen.order_by(Draft.id))}
