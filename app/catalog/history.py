"""What has happened to a work request, newest first, within the reader's audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, ActorKind, Audience
from app.catalog import events
from app.catalog.fields import FieldDefinition, FieldKind, FormDefinition
from app.catalog.fields.showing import lines_of
from app.catalog.models import CatalogItemVersion, WorkRequest
from app.i18n import N_, _, current_language
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
    "work_request.approval_asked_again": ("envelope", N_("Approval asked for again")),
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
    # What the entry says beside its name: the case, a reason, what was changed, what the guard had found.
    told: str = ""

    @property
    def icon(self) -> str:
        """The sign of this kind of entry."""
        return FACES.get(self.happened.kind, ("pencil", ""))[0]

    @property
    def title(self) -> str:
        """The name of this kind of entry, in the language in force."""
        return _(FACES.get(self.happened.kind, ("", N_("Changed")))[1])


def history_of(session: Session, actor: Actor, request: WorkRequest) -> Sequence[Entry]:
    """The entries of a request that its reader may see."""
    rows = session.scalars(
        select(JournalEvent)
        .where(JournalEvent.subject_type == WorkRequest.subject_type, JournalEvent.subject_id == request.id)
        .where(JournalEvent.audience.in_(actor.audiences()), JournalEvent.kind.in_(KINDS))
        .order_by(JournalEvent.id.desc())
        .limit(MOST_SHOWN)
    )
    version = session.get_one(CatalogItemVersion, request.item_version_id)
    form = FormDefinition.from_data(version.form)
    return [entry for row in rows if (entry := _entry(row, form)) is not None]


def _entry(row: JournalEvent, form: FormDefinition) -> Entry | None:
    happened = restore(KINDS, row)
    if happened is None:
        return None
    # The system's own workers are called in the reader's language.
    author = _(row.actor_name) if row.actor_kind is ActorKind.SYSTEM else row.actor_name
    return Entry(
        row.id, row.at, happened, author, row.audience is Audience.DESK, told="\n".join(_told(happened, form))
    )


def _told(happened: Event, form: FormDefinition) -> Sequence[str]:
    match happened:
        case events.RequestAccepted(case=case, overdraft=0):
            return [case]
        case events.RequestAccepted(case=case, overdraft=overdraft, overdraft_reason=reason):
            return [case, _("%(n)s points overdrawn: %(reason)s", n=overdraft, reason=reason)]
        case events.RequestRejected(reason=reason) | events.ApprovalRefused(reason=reason):
            return [reason]
        case events.RequestGuardOverruled():
            return [", ".join(happened.shown())]
        case events.RequestAmended():
            return _changes(happened, form)
    return []


def _changes(happened: events.RequestAmended, form: FormDefinition) -> Sequence[str]:
    """What a customer changed, a line for each field: as it was, and as it is."""
    lines = []
    for key in dict.fromkeys([*happened.before, *happened.after]):
        # A newer form may not have a field any more that an older one had.
        field = form.field(key) or FieldDefinition(key=key, kind=FieldKind.TEXT, label_ja=key, label_en=key)
        language = current_language()
        old, new = (
            " / ".join(lines_of(field, told.get(key), language)) for told in (happened.before, happened.after)
        )
        if old != new:
            lines.append(f"{field.label_in(language)}: {old or '-'} → {new or '-'}")
    lines += [_("File added: %(name)s", name=name) for name in happened.files_added]
    lines += [_("File taken off: %(name)s", name=name) for name in happened.files_removed]
    return lines
