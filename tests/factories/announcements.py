"""Announcements for the town: places that addresses name, and many of them."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.knowledge.models import Article
from tests.factories import knowledge


def places(session: Session) -> dict[str, str]:
    """A banner that stands on cs with its article, one that is past there, and one that is to come."""
    standing = knowledge.announcement(session, slugs=["cs"])
    past = knowledge.announcement(session, until=timedelta(minutes=-1))
    knowledge.announcement(session, since=timedelta(days=1), until=timedelta(days=2))
    return {
        "banner": str(standing.id),
        "banner_article": session.get_one(Article, standing.article_id).number,
        "past_banner": str(past.id),
    }


def many(session: Session, count: int) -> None:
    """So many more of each: current, coming, past."""
    article = knowledge.article(session, title="多数のお知らせ", title_en="Many announcements")
    hour = timedelta(hours=1)
    for _ in range(count):
        for since, until in ((-hour, hour), (hour, 2 * hour), (-2 * hour, -hour)):
            knowledge.announcement(session, of=article, since=since, until=until)
