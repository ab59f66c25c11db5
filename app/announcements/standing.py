"""Where an announcement stands, for whoever is past its scope already."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from app.announcements.models import Announcement
from app.announcements.queries import is_current
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article


def owed_mail(moment: datetime) -> ColumnElement[bool]:
    """The condition that holds where those concerned are still to be told: it stands, and its article can be read."""
    published = select(Article.id).where(Article.state == ArticleState.PUBLISHED)
    return and_(
        Announcement.is_mailed,
        Announcement.mailed_at.is_(None),
        is_current(moment),
        Announcement.article_id.in_(published),
    )
