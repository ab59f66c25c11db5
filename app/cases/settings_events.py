"""What happens to how the desk of a service works; the desk's own matter."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class DeskHoursSet(Event):
    """``auto_close_days`` is ``None`` where resolved cases wait for their customers for ever."""

    kind: ClassVar[str] = "service.desk_hours_set"
    audience: ClassVar[Audience] = Audience.DESK
    opens_minute: int
    closes_minute: int
    workdays: str
    agents_may_close: bool
    auto_close_days: int | None


@dataclass(frozen=True, slots=True)
class ClosedDayAdded(Event):
    """A day on which the desk is closed was added."""

    kind: ClassVar[str] = "service.closed_day_added"
    audience: ClassVar[Audience] = Audience.DESK
    day: str
    name: str


@dataclass(frozen=True, slots=True)
class ClosedDayRemoved(Event):
    """The desk is open on that day again."""

    kind: ClassVar[str] = "service.closed_day_removed"
    audience: ClassVar[Audience] = Audience.DESK
    day: str


@dataclass(frozen=True, slots=True)
class ResponseTargetsSet(Event):
    """Each target as (category or empty for all others, minutes to the reply, minutes to the solution)."""

    kind: ClassVar[str] = "service.response_targets_set"
    audience: ClassVar[Audience] = Audience.DESK
    targets: tuple[tuple[str, int | None, int | None], ...]
