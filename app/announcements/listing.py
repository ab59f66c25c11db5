"""The announcements of the desk, as its list shows them: current, coming and past, with what became of each (D09)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import clock
from app.announcements.concerned import Reading, readings
from app.announcements.models import Announcement
from app.announcements.queries import is_current, visible_to, within_reach
from app.authz import Actor
from app.contracts.models import Service
from app.i18n import LANGUAGES
from app.knowledge.models import Article, ArticleEdition

NOBODY = Reading()


class Standing(StrEnum):
    """Where an announcement stands in time."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Row:
    """An announcement with the names of its services and the numbers of its readers."""

    announcement: Announcement
    title: str
    # The language of the title.
    language: str
    services: Sequence[str]
    reading: Reading
    is_within_reach: bool

    @property
    def ends_at(self) -> datetime:
        """When it ends, or ended."""
        return min(self.announcement.until, self.announcement.ended_at or self.announcement.until)


def count(session: Session, actor: Actor, standing: Standing) -> int:
    """How many announcements of the actor stand there."""
    chosen = select(func.count()).select_from(Announcement).where(within_reach(actor), _stands(standing))
    return session.scalar(chosen) or 0


def rows(
    session: Session,
    actor: Actor,
    standing: Standing,
    services: Sequence[Service],
    language: str,
    *,
    limit: int,
    offset: int = 0,
) -> Sequence[Row]:
    """Some announcements that stand there: what begins first leads, of past ones what began last."""
    order = (
        (Announcement.since.desc(), Announcement.id.desc())
        if standing is Standing.PAST
        else (Announcement.since, Announcement.id)
    )
    found = session.scalars(
        visible_to(actor)
        .where(_stands(standing))
        .options(
            selectinload(Announcement.services),
            joinedload(Announcement.article, innerjoin=True)
            .selectinload(Article.editions)
            .joinedload(ArticleEdition.current),
        )
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    ).all()
    counts = readings(session, actor, [row.id for row in found]) if found else {}
    names = {service.id: service.name_in(language) for service in services}
    return [_row(row, names, counts.get(row.id, NOBODY), language) for row in found]


def title_of(article: Article, language: str) -> tuple[str, str]:
    """The title that readers of a language see, and its own language; the number where nothing is published.

    The article's editions are loaded.
    """
    versions = [edition.current for edition in article.editions if edition.current is not None]
    best = min(
        versions,
        key=lambda item: (item.language != language, item.language != article.source_language),
        default=None,
    )
    return (best.title, best.language) if best else (article.number, language)


def banner_titles(article: Article) -> Sequence[tuple[str, str]]:
    """What a banner says to readers of either language: the titles, each with its own language."""
    shown = (title_of(article, language) for language in LANGUAGES)
    return list(dict.fromkeys((language, title) for title, language in shown))


def _row(announcement: Announcement, names: dict[int, str], reading: Reading, language: str) -> Row:
    ids = [row.service_id for row in announcement.services]
    title, title_language = title_of(announcement.article, language)
    return Row(
        announcement=announcement,
        title=title,
        language=title_language,
        services=[names[service_id] for service_id in ids if service_id in names],
        reading=reading,
        is_within_reach=all(service_id in names for service_id in ids),
    )


def _stands(standing: Standing) -> ColumnElement[bool]:
    now = clock.now()
    match standing:
        case Standing.CURRENT:
            return is_current(now)
        case Standing.COMING:
            return (Announcement.since > now) & Announcement.ended_at.is_(None)
        case Standing.PAST:
            return or_(Announcement.until <= now, Announcement.ended_at.is_not(None))
