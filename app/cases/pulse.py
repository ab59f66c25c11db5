"""What is new on a case since its page was last told: the question that open pages ask every few seconds.

The question costs one statement, and what the desk writes for itself changes neither its answer nor its cost for a
customer: their mark holds the moment of the last change that they may see (CASE-22), not the version of the row.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, NotFound
from app.cases import events
from app.cases.models import Case
from app.cases.queries import within_reach
from app.cases.timeline import Timeline, still_shown
from app.journal import JournalEvent

# Statements of a question whose answer is "nothing new", beside those that every request of the shell asks.
QUESTIONS = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a page has been told: the newest entry it shows, and the state of the case's shown fields."""

    after: int
    version: int

    def query(self, **more: str) -> str:
        """The mark as the query of the next question; the page sends it back as it is."""
        return urlencode({"after": self.after, "version": self.version, **more})


def mark_of(actor: Actor, case: Case, timeline: Timeline) -> Mark:
    """The mark of a page that shows the newest part of a case's timeline."""
    newest = timeline.entries[0].id if timeline.entries else 0
    return Mark(newest, _version(actor, case.version, case.updated_at))


def has_news(session: Session, actor: Actor, number: str, seen: Mark) -> bool:
    """Tell whether a case has an entry or a change that ``actor`` may see and whose page does not show it yet.

    :raises NotFound: if there is no such case within reach, also if that is so since a moment ago (SEC-26).
    """
    newer = select(JournalEvent.id).where(
        JournalEvent.subject_type == Case.subject_type,
        JournalEvent.subject_id == Case.id,
        JournalEvent.audience.in_(actor.audiences()),
        JournalEvent.id > seen.after,
        JournalEvent.kind.in_(events.KINDS),
    )
    if actor.is_customer:
        newer = newer.where(still_shown(Case.id))
    asked = select(newer.exists(), Case.version, Case.updated_at).where(
        within_reach(actor), Case.number == number
    )
    found = session.execute(asked.order_by(Case.id)).one_or_none()
    if found is None:
        raise NotFound
    is_newer, version, updated_at = found
    return bool(is_newer) or _version(actor, version, updated_at) != seen.version


def _version(actor: Actor, version: int, updated_at: datetime) -> int:
    """A number that changes with whatever the actor may see of the case beyond its timeline."""
    return int(updated_at.timestamp() * 1_000_000) if actor.is_customer else version
