"""What happens to announcements; the desk reads it."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class AnnouncementSet(Event):
    """Where and when an article is announced, at first or anew; ``services`` are slugs."""

    kind: ClassVar[str] = "announcement.set"
    audience: ClassVar[Audience] = Audience.DESK
    article: str
    services: tuple[str, ...]
    in_panel: bool
    has_banner: bool
    since: str
    until: str
    is_mailed: bool


@dataclass(frozen=True, slots=True)
class AnnouncementEnded(Event):
    """An announcement was taken down before its time."""

    kind: ClassVar[str] = "announcement.ended"
    audience: ClassVar[Audience] = Audience.DESK


@dataclass(frozen=True, slots=True)
class AnnouncementMailed(Event):
    """Those concerned were told by mail; so many."""

    kind: ClassVar[str] = "announcement.mailed"
    audience: ClassVar[Audience] = Audience.DESK
    recipients: int
