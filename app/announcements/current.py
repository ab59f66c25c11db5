"""The announcements that stand on a customer's home page now, newest first (ANN-01 to ANN-03, ANN-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from app import clock
from app.announcements.addresses import article_path
from app.announcements.models import Announcement, AnnouncementDismissal
from app.announcements.queries import is_current, within_reach
from app.authz import Actor, NotFound
from app.knowledge.models import Article, ArticleEdition, ArticleVersion

# Id, panel, banner, number of the article, its first language; language of the title, title.
Title: TypeAlias = Row[int, bool, bool, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as the home page shows it; ``language`` is that of the title, which may be a fallback."""

    id: int
    title: str
    language: str
    url: str
    in_panel: bool
    has_banner: bool


def current_announcements(session: Session, actor: Actor, *, slug: str, language: str) -> Sequence[Shown]:
    """What stands in the portal now, for panel and banners at once: one question to the database.

    The title is the one in the reader's language, else in the language that the article was written in first. A banner
    that the reader has put away is told as none.
    """
    editions: dict[int, list[Title]] = {}
    for row in session.execute(_titles(actor)):
        editions.setdefault(row.id, []).append(row)
    return [_shown(_best(rows, language), slug) for rows in editions.values()]


def banner_for(session: Session, actor: Actor, announcement_id: int) -> Announcement:
    """A banner that stands in the portal in use, put away or not.

    :raises NotFound: for one that is past, yet to come, foreign, without a banner, or none; all alike (SEC-26).
    """
    found = session.scalar(
        select(Announcement).where(
            Announcement.id == announcement_id,
            Announcement.has_banner,
            is_current(clock.now()),
            within_reach(actor),
        )
    )
    if found is None:
        raise NotFound
    return found


def _titles(actor: Actor) -> Select[int, bool, bool, str, str, str, str]:
    """A row for each title of each announcement that stands now."""
    put_away = and_(
        AnnouncementDismissal.announcement_id == Announcement.id,
        AnnouncementDismissal.user_id == actor.user_id,
    )
    return (
        select(
            Announcement.id,
            Announcement.in_panel,
            (Announcement.has_banner & AnnouncementDismissal.user_id.is_(None)).label("has_banner"),
            Article.number,
            Article.source_language,
            ArticleVersion.language,
            ArticleVersion.title,
        )
        .join(Article, Article.id == Announcement.article_id)
        .join(ArticleEdition, ArticleEdition.article_id == Article.id)
        .join(ArticleVersion, ArticleVersion.id == ArticleEdition.current_id)
        .outerjoin(AnnouncementDismissal, put_away)
        .where(is_current(clock.now()), within_reach(actor))
        .order_by(Announcement.since.desc(), Announcement.id.desc(), ArticleVersion.language)
    )


def _best(rows: Sequence[Title], language: str) -> Title:
    return min(rows, key=lambda row: (row.language != language, row.language != row.source_language))


def _shown(row: Title, slug: str) -> Shown:
    return Shown(
        id=row.id,
        title=row.title,
        language=row.language,
        url=article_path(slug, row.number),
        in_panel=row.in_panel,
        has_banner=bool(row.has_banner),
    )
