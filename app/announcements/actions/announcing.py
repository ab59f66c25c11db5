"""What leads announce: an article, where it stands, and from when until when (ANN-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import clock
from app.announcements import events, policy
from app.announcements.models import Announcement, AnnouncementKind, AnnouncementService
from app.authz import Actor, authorize
from app.contracts.models import Service
from app.journal import record
from app.knowledge.models import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where an announcement stands, and when: from ``since`` until before ``until``."""

    services: Sequence[Service]
    since: datetime
    until: datetime
    in_panel: bool = True
    has_banner: bool = False
    is_mailed: bool = False


def announce(
    session: Session,
    *,
    actor: Actor,
    article: Article,
    placing: Placing,
    kind: AnnouncementKind = AnnouncementKind.PLAIN,
) -> Announcement:
    """Announce an article; whoever may not read it does not see the announcement either."""
    authorize(policy.can_manage(actor, {service.id for service in placing.services}))
    announcement = Announcement(article_id=article.id, kind=kind)
    _place(announcement, placing)
    session.add(announcement)
    session.flush()
    _tell(session, announcement, article, placing, actor=actor)
    return announcement


def end(session: Session, announcement: Announcement, *, actor: Actor) -> None:
    """Take an announcement down now."""
    authorize(policy.can_manage(actor, {row.service_id for row in announcement.services}))
    announcement.ended_at = clock.now()
    record(session, actor=actor, subject=announcement, happened=events.AnnouncementEnded())


def _place(announcement: Announcement, placing: Placing) -> None:
    announcement.in_panel, announcement.has_banner = placing.in_panel, placing.has_banner
    announcement.since, announcement.until = placing.since, placing.until
    announcement.is_mailed = placing.is_mailed
    announcement.services = [AnnouncementService(service_id=service.id) for service in placing.services]


def _tell(
    session: Session, announcement: Announcement, article: Article, placing: Placing, *, actor: Actor
) -> None:
    told = events.AnnouncementSet(
        article=article.number,
        services=tuple(sorted(service.slug for service in placing.services)),
        in_panel=placing.in_panel,
        has_banner=placing.has_banner,
        since=placing.since.isoformat(),
        until=placing.until.isoformat(),
        is_mailed=placing.is_mailed,
    )
    record(session, actor=actor, subject=announcement, happened=told)
