"""Every read of announcements starts here, so that it holds nothing beyond the actor's reach."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.announcements.models import Announcement, AnnouncementService
from app.authz import Actor, ActorKind, NotFound
from app.knowledge import queries as knowledge
from app.knowledge.models import Article, ArticleEdition


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the announcements of ``actor``: of a service of theirs, with an article of theirs.

    A customer's are those of the portal in use whose article they may read; when they stand there is another matter
    (:func:`is_current`).
    """
    of_service = Announcement.id.in_(
        select(AnnouncementService.announcement_id).where(
            AnnouncementService.service_id.in_(sorted(actor.services))
        )
    )
    match actor.kind:
        case ActorKind.CUSTOMER:
            readable = select(Article.id).where(knowledge.within_reach(actor))
            return and_(of_service, Announcement.article_id.in_(readable))
        case ActorKind.AGENT:
            return of_service
        case ActorKind.SYSTEM:
            return Announcement.id.is_not(None)
    return false()


def visible_to(actor: Actor) -> Select[Announcement]:
    """The announcements that exist for ``actor``."""
    return select(Announcement).where(within_reach(actor))


def get_for(session: Session, actor: Actor, announcement_id: int) -> Announcement:
    """One announcement with its services, and its article with the titles of its editions.

    :raises NotFound: if there is none within reach; absent and foreign look the same (SEC-26).
    """
    found = session.scalar(
        visible_to(actor)
        .where(Announcement.id == announcement_id)
        .options(
            selectinload(Announcement.services),
            joinedload(Announcement.article, innerjoin=True)
            .selectinload(Article.editions)
            .joinedload(ArticleEdition.current),
        )
    )
    if found is None:
        raise NotFound
    return found


def locked(session: Session, announcement_id: int) -> Announcement | None:
    """An announcement whose row stays as it is until the transaction ends, for the worker that mails it."""
    chosen = select(Announcement).where(Announcement.id == announcement_id)
    return session.scalar(chosen.with_for_update().execution_options(populate_existing=True))


def is_current(moment: datetime) -> ColumnElement[bool]:
    """The condition that holds while an announcement stands: from its beginning, until before its end (ANN-05)."""
    return and_(
        Announcement.since <= moment,
        Announcement.until > moment,
        or_(Announcement.ended_at.is_(None), Announcement.ended_at > moment),
    )
