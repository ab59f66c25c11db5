"""What happens to a case, each event with its audience; a desk event reaches no customer (DESK-04)."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event, events_by_kind


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    kind: ClassVar[str] = "case.opened"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    number: str
    origin: str


@dataclass(frozen=True, slots=True)
class CommentAdded(Event):
    kind: ClassVar[str] = "case.comment_added"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    comment_id: int


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    kind: ClassVar[str] = "case.note_added"
    audience: ClassVar[Audience] = Audience.DESK
    comment_id: int


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    kind: ClassVar[str] = "case.state_changed"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    act: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AssigneeChanged(Event):
    kind: ClassVar[str] = "case.assignee_changed"
    audience: ClassVar[Audience] = Audience.DESK
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class DetailsChanged(Event):
    """A shown field was edited; ``changes`` holds (field, old, new), ``version`` the row's version after it."""

    kind: ClassVar[str] = "case.details_changed"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    changes: tuple[tuple[str, str | None, str | None], ...]
    version: int


@dataclass(frozen=True, slots=True)
class CaseSettingsSet(Event):
    kind: ClassVar[str] = "service.case_settings_set"
    audience: ClassVar[Audience] = Audience.DESK
    categories: tuple[str, ...]


KINDS = events_by_kind((CaseOpened, CommentAdded, NoteAdded, StateChanged, AssigneeChanged, DetailsChanged))
