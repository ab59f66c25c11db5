"""How often customers open an article, and who has opened it at all (KB-12); agents do not count.

Opening a page is a request that only reads, so the count goes through a door of its own, as a session's stamp of last
use does. It waits for other writers, so that no opening is lost.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.authz import Actor
from app.db import writing
from app.extensions import db
from app.knowledge.models import ArticleReader, ArticleViews


def views_of(session: Session, article_id: int) -> int:
    """How often an article was opened, as this transaction sees it."""
    return session.scalar(select(ArticleViews.total).where(ArticleViews.article_id == article_id)) or 0


def count_view(actor: Actor, article_id: int) -> int | None:
    """Count one opening or download of an article by a customer's user, and tell how many there are with it.

    Whoever else opens it changes nothing, and gets ``None``.
    """
    if not actor.is_customer or actor.user_id is None:
        return None
    with writing(), db.sessionmaker() as session, session.begin():
        total = _add_one(session, article_id)
        note_reader(session, actor, article_id)
    return total


def note_reader(session: Session, actor: Actor, article_id: int) -> None:
    """Note that a customer's user has opened an article; once more changes nothing."""
    if actor.user_id is not None and session.get(ArticleReader, (article_id, actor.user_id)) is None:
        session.add(ArticleReader(article_id=article_id, user_id=actor.user_id))


def _add_one(session: Session, article_id: int) -> int:
    """Transactions that write take turns, so no two of them are the first."""
    total = session.scalar(
        update(ArticleViews)
        .where(ArticleViews.article_id == article_id)
        .values(total=ArticleViews.total + 1)
        .returning(ArticleViews.total)
    )
    if total is None:
        total = 1
        session.add(ArticleViews(article_id=article_id, total=total))
    return total
