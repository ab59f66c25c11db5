"""What happens to a case, each event with its audience; a desk event reaches no customer (DESK-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.authz import Audience
from app.cases.alerts import Severity
from app.cases.categories import Category
from app.cases.guard.findings import FOUND_KINDS
from app.cases.lifecycle import CaseState
from app.i18n import _
from app.journal import Event, events_by_kind


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    kind: ClassVar[str] = "case.opened"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    number: str
    origin: str
    # The number of the work request that it was before (WR-09); empty for every other case.
    request: str = ""


@dataclass(frozen=True, slots=True)
class CommentAdded(Event):
    kind: ClassVar[str] = "case.comment_added"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentTakenBack(Event):
    """A reply of the desk was taken back before its mail left; from then on only the desk reads it."""

    kind: ClassVar[str] = "case.comment_taken_back"
    audience: ClassVar[Audience] = Audience.DESK
    comment_id: int


@dataclass(frozen=True, slots=True)
class GuardOverruled(Event):
    """Something was sent though the guard had found what may belong to another customer; only kinds are kept."""

    kind: ClassVar[str] = "case.guard_overruled"
    audience: ClassVar[Audience] = Audience.DESK
    kinds: tuple[str, ...]

    def shown(self) -> Sequence[str]:
        """What had been found, in words."""
        return [_(FOUND_KINDS.get(kind, kind)) for kind in self.kinds]


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    kind: ClassVar[str] = "case.note_added"
    audience: ClassVar[Audience] = Audience.DESK
    comment_id: int


@dataclass(frozen=True, slots=True)
class FilesAdded(Event):
    """Files were added on their own; those of a comment are told by the comment."""

    kind: ClassVar[str] = "case.files_added"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    kind: ClassVar[str] = "case.state_changed"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    act: str
    old: str
    new: str
    # Why it was closed although the customer had not confirmed the solution (T11); empty for every other act.
    reason: str = ""

    @property
    def old_state(self) -> CaseState:
        return CaseState(self.old)

    @property
    def new_state(self) -> CaseState:
        return CaseState(self.new)


@dataclass(frozen=True, slots=True)
class ClosureAnnounced(Event):
    """The customer was told when the case closes by itself (DESK-10); ``closes_at`` as ISO 8601 in UTC."""

    kind: ClassVar[str] = "case.closure_announced"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    closes_at: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.closes_at)


@dataclass(frozen=True, slots=True)
class AssigneeChanged(Event):
    """Names for people, ids for taking a bulk assignment back; older entries have none."""

    kind: ClassVar[str] = "case.assignee_changed"
    audience: ClassVar[Audience] = Audience.DESK
    old: str | None
    new: str | None
    old_id: int | None = None
    new_id: int | None = None


@dataclass(frozen=True, slots=True)
class DetailsChanged(Event):
    """A shown field was edited; ``changes`` holds (field, old, new), ``version`` the row's version after it."""

    kind: ClassVar[str] = "case.details_changed"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    changes: tuple[tuple[str, str | None, str | None], ...]
    version: int

    def shown(self) -> Sequence[tuple[str, str | None, str | None]]:
        """The changes as people read them: the field's label, and categories by name."""
        labels = {"subject": _("Subject"), "category": _("Category"), "contact": _("Customer contact")}
        return [(labels[name], _named(name, old), _named(name, new)) for name, old, new in self.changes]


@dataclass(frozen=True, slots=True)
class CaseLinked(Event):
    """Told in the history of both cases; ``how`` is a ``LinkKind``."""

    kind: ClassVar[str] = "case.linked"
    audience: ClassVar[Audience] = Audience.DESK
    other: str
    how: str


@dataclass(frozen=True, slots=True)
class CaseUnlinked(Event):
    kind: ClassVar[str] = "case.unlinked"
    audience: ClassVar[Audience] = Audience.DESK
    other: str
    how: str


@dataclass(frozen=True, slots=True)
class CaseMerged(Event):
    """The case goes on in another one; ``held_slot`` is what an undoing gives back (INQ-07)."""

    kind: ClassVar[str] = "case.merged"
    audience: ClassVar[Audience] = Audience.DESK
    into: str
    held_slot: bool


@dataclass(frozen=True, slots=True)
class CaseTookIn(Event):
    """Another case goes on in this one."""

    kind: ClassVar[str] = "case.took_in"
    audience: ClassVar[Audience] = Audience.DESK
    number: str


@dataclass(frozen=True, slots=True)
class MergeUndone(Event):
    """Told in the history of both cases; ``other`` is the other one."""

    kind: ClassVar[str] = "case.merge_undone"
    audience: ClassVar[Audience] = Audience.DESK
    other: str


@dataclass(frozen=True, slots=True)
class ParentChanged(Event):
    kind: ClassVar[str] = "case.parent_changed"
    audience: ClassVar[Audience] = Audience.DESK
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ChildAdded(Event):
    kind: ClassVar[str] = "case.child_added"
    audience: ClassVar[Audience] = Audience.DESK
    number: str


@dataclass(frozen=True, slots=True)
class ChildRemoved(Event):
    kind: ClassVar[str] = "case.child_removed"
    audience: ClassVar[Audience] = Audience.DESK
    number: str


@dataclass(frozen=True, slots=True)
class ChildrenTold(Event):
    """A text was sent to the customers of children of this case; ``count`` is how many."""

    kind: ClassVar[str] = "case.children_told"
    audience: ClassVar[Audience] = Audience.DESK
    count: int


@dataclass(frozen=True, slots=True)
class WatcherAdded(Event):
    kind: ClassVar[str] = "case.watcher_added"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class WatcherRemoved(Event):
    kind: ClassVar[str] = "case.watcher_removed"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AlertReceived(Event):
    """An alert made the case; ``details`` are pairs of words, ``detected_at`` is ISO 8601."""

    kind: ClassVar[str] = "case.alert_received"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    identifier: str
    severity: str
    detected_at: str
    details: tuple[tuple[str, str], ...]
    link: str

    @property
    def grade(self) -> Severity:
        return Severity(self.severity)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.detected_at)


@dataclass(frozen=True, slots=True)
class AlertRepeated(Event):
    """The alert came again, for the ``times``-th time; what it says stands here if it says something else now."""

    kind: ClassVar[str] = "case.alert_repeated"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    times: int
    severity: str
    detected_at: str
    title: str
    description: str
    details: tuple[tuple[str, str], ...]
    link: str
    is_changed: bool

    @property
    def grade(self) -> Severity:
        return Severity(self.severity)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.detected_at)


@dataclass(frozen=True, slots=True)
class EvidenceMade(Event):
    """Somebody took an evidence pack of the case away; ``pack`` says for whom, the hash is that of its case.json."""

    kind: ClassVar[str] = "case.evidence_made"
    audience: ClassVar[Audience] = Audience.DESK
    pack: str
    sha256: str


@dataclass(frozen=True, slots=True)
class IntakeTokenMade(Event):
    kind: ClassVar[str] = "service.intake_token_made"
    audience: ClassVar[Audience] = Audience.DESK
    label: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class IntakeTokenRevoked(Event):
    kind: ClassVar[str] = "service.intake_token_revoked"
    audience: ClassVar[Audience] = Audience.DESK
    label: str


@dataclass(frozen=True, slots=True)
class IntakeSwitched(Event):
    kind: ClassVar[str] = "service.intake_switched"
    audience: ClassVar[Audience] = Audience.DESK
    is_on: bool


@dataclass(frozen=True, slots=True)
class CannedAnswerAdded(Event):
    kind: ClassVar[str] = "service.canned_answer_added"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class CannedAnswerEdited(Event):
    """``fields`` are those that were changed; the texts themselves are no history."""

    kind: ClassVar[str] = "service.canned_answer_edited"
    audience: ClassVar[Audience] = Audience.DESK
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CannedAnswerRemoved(Event):
    kind: ClassVar[str] = "service.canned_answer_removed"
    audience: ClassVar[Audience] = Audience.DESK
    name: str


@dataclass(frozen=True, slots=True)
class CaseSettingsSet(Event):
    kind: ClassVar[str] = "service.case_settings_set"
    audience: ClassVar[Audience] = Audience.DESK
    categories: tuple[str, ...]


def _named(field: str, value: str | None) -> str | None:
    if field == "category" and value:
        return str(Category(value).label)
    return _("Inquiry") if field == "subject" and value == "Inquiry" else value


KINDS = events_by_kind(
    (
        CaseOpened,
        CommentAdded,
        CommentTakenBack,
        GuardOverruled,
        NoteAdded,
        FilesAdded,
        AlertReceived,
        AlertRepeated,
        EvidenceMade,
        StateChanged,
        ClosureAnnounced,
        AssigneeChanged,
        CaseLinked,
        CaseUnlinked,
        CaseMerged,
        CaseTookIn,
        MergeUndone,
        ParentChanged,
        ChildAdded,
        ChildRemoved,
        ChildrenTold,
        DetailsChanged,
        WatcherAdded,
        WatcherRemoved,
    )
)
