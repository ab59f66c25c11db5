"""What has happened to a work request, newest first, within the reader's audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, ActorKind
from app.catalog import events
from app.catalog.models import WorkRequest
from app.i18n import N_, _
from app.journal import Event, JournalEvent, restore

# More than a request ever has; each act on it is one entry.
MOST_SHOWN = 200
KINDS: dict[str, type[Event]] = {
    told.kind: told
    for told in vars(events).values()
    if isinstance(told, type) and issubclass(told, Event) and told.__module__ == events.__name__
}
# The sign and the name of each kind of entry.
FACES: dict[str, tuple[str, str]] = {
    "work_request.submitted": ("send", N_("Request sent")),
    "work_request.approved": ("check-lg", N_("Approved by an administrator")),
    "work_request.approval_refused": ("x-lg", N_("Not approved by an administrator")),
    "work_request.approval_voided": ("exclamation-triangle", N_("Approval void after a change")),
    "work_request.amended": ("pencil", N_("Changed")),
    "work_request.withdrawn": ("x-lg", N_("Withdrawn")),
    "work_request.accepted": ("check-circle", N_("Accepted")),
    "work_request.rejected": ("x-lg", N_("Rejected")),
    "work_request.guard_overruled": ("exclamation-triangle", N_("Sent in spite of a warning")),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what happened, who did it, when."""

    id: int
    at: datetime
    happened: Event
    author: str
    is_desk_only: bool

    @property
    def icon(self) -> str:
        """The sign of this kind of entry."""
        return FACES.get(self.happened.kind, ("pencil", ""))[0]

    @property
    def title(self) -> str:
        """The name of this kind of entry, in the language in force."""
        return _(FACES.get(self.happened.kind, ("", N_("Changed")))[1])

    @property
    def told(self) -> str:
        """What the entry says beside its name: the case, a reason, what the guard had found."""
        match self.happened:
            case events.RequestAccepted(case=case, overdraft=0):
                return case
            case events.RequestAccepted(case=case, overdraft=overdraft, overdraft_reason=reason):
                told = _("%(n)s points overdrawn: %(reason)s", n=overdraft, reason=reason)
                return f"{case} · {told}"
            case events.RequestRejected(reason=reason) | events.ApprovalRefused(reason=reason):
                return reason
            case events.RequestGuardOverruled():
                return ", ".join(self.happened.shown())
        return ""


def history_of(session: Session, actor: Actor, request: WorkRequest) -> Sequence[Entry]:
    """The entries of a request that its reader may see."""
    rows = session.scalars(
        select(JournalEvent)
        .where(JournalEvent.subject_type == WorkRequest.subject_type, JournalEvent.subject_id == request.id)
        .where(JournalEvent.audience.in_(actor.audiences()), JournalEvent.kind.in_(KINDS))
        .order_by(JournalEvent.id.desc())
        .limit(MOST_SHOWN)
    )
    return [entry for row in rows if (entry := _entry(row)) is not None]


def _entry(row: JournalEvent) -> Entry | None:
    happened = restore(KINDS, row)
    if happened is None:
        return None
    # The system's own workers are called in the reader's language.
    author = _(row.actor_name) if row.actor_kind is ActorKind.SYSTEM else row.actor_name
    return Entry(row.id, row.at, happened, author, row.audience.value == "desk")
