"""How often customers open an article, and who has opened it at all (KB-12); agents do not count.

Opening a page is a request that only reads, so the count goes through a door of its own, as a session's stamp of last
use does. It waits for other writers, so that no opening is lost.
"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.authz import Actor
from app.db import writing
from app.extensions import db
from app.knowledge.models import ArticleReader, ArticleViews


def count_view(actor: Actor, article_id: int) -> None:
    """Count one opening or download of an article by a customer's user; whoever else opens it changes nothing."""
    if not actor.is_customer or actor.user_id is None:
        return
    with writing(), db.sessionmaker() as session, session.begin():
        _add_one(session, article_id)
        if session.get(ArticleReader, (article_id, actor.user_id)) is None:
            session.add(ArticleReader(article_id=article_id, user_id=actor.user_id))


def _add_one(session: Session, article_id: int) -> None:
    """Transactions that write take turns, so no two of them are the first."""
    counted = session.execute(
        update(ArticleViews)
        .where(ArticleViews.article_id == article_id)
        .values(total=ArticleViews.total + 1)
        .returning(ArticleViews.article_id)
    )
    if counted.first() is None:
        session.add(ArticleViews(article_id=article_id, total=1))
