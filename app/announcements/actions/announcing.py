"""What leads announce: an article, where it stands, and from when until when (ANN-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import clock
from app.announcements import events, policy
from app.announcements.models import Announcement, AnnouncementKind, AnnouncementService
from app.authz import Actor, authorize
from app.contracts.models import Service
from app.journal import record
from app.knowledge.models import Article


class StaleAnnouncement(Exception):
    """Somebody else changed the announcement since the form was made."""


class AnnouncementOver(Exception):
    """The announcement has ended: nothing of it can be changed."""


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


def change(
    session: Session,
    announcement: Announcement,
    *,
    actor: Actor,
    version: int,
    article: Article,
    placing: Placing,
) -> None:
    """Say anew which article is announced, where and when; who was told by mail is not told again.

    :param announcement: with its services loaded (:func:`app.announcements.queries.get_for`).
    :param version: the version of the row that the form was made from.
    :raises StaleAnnouncement: if it is another one by now (REL-05).
    :raises AnnouncementOver: if it has ended: what was told then stays as it was told.
    """
    services = {service.id for service in placing.services}
    authorize(policy.can_manage(actor, services | _services_of(announcement)))
    if is_over(announcement):
        raise AnnouncementOver
    if announcement.version != version:
        raise StaleAnnouncement
    announcement.article_id = article.id
    _place(announcement, placing)
    # Other services alone would leave the row as it is, and with it the version that other forms carry.
    flag_modified(announcement, "is_mailed")
    session.flush()
    _tell(session, announcement, article, placing, actor=actor)


def end(session: Session, announcement: Announcement, *, actor: Actor) -> None:
    """Take an announcement down now; one that is yet to come never begins.

    :raises AnnouncementOver: if it is over already.
    """
    authorize(policy.can_manage(actor, _services_of(announcement)))
    if is_over(announcement):
        raise AnnouncementOver
    announcement.ended_at = clock.now()
    record(session, actor=actor, subject=announcement, happened=events.AnnouncementEnded())


def is_over(announcement: Announcement) -> bool:
    """Whether an announcement stands nowhere any more, by its time or because somebody has ended it."""
    return announcement.ended_at is not None or announcement.until <= clock.now()


def _services_of(announcement: Announcement) -> set[int]:
    return {row.service_id for row in announcement.services}


def _place(announcement: Announcement, placing: Placing) -> None:
    announcement.in_panel, announcement.has_banner = placing.in_panel, placing.has_banner
    announcement.since, announcement.until = placing.since, placing.until
    announcement.is_mailed = placing.is_mailed
    # Rows that stay are kept, so that nothing is taken out and put in again under the same key.
    kept = {row.service_id: row for row in announcement.services}
    announcement.services = [
        kept.get(service.id) or AnnouncementService(service_id=service.id) for service in placing.services
    ]


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
