"""How often customers open an article, and who has opened it at all (KB-12); agents do not count.

Opening a page is a request that only reads, so the count goes through a door of its own, as a session's stamp of last
use does. It waits for other writers, so that no opening is lost.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.db import Base, writing
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
        note_reader(session, actor, article_id)
        one_more = _insert(session)(ArticleViews).values(article_id=article_id, total=1)
        total: int | None = session.scalar(
            one_more.on_conflict_do_update(
                index_elements=[ArticleViews.article_id], set_={"total": ArticleViews.total + 1}
            ).returning(ArticleViews.total)
        )
    return total


def note_reader(session: Session, actor: Actor, article_id: int) -> None:
    """Note that a customer's user has opened an article; once more changes nothing."""
    if actor.user_id is not None:
        opened = _insert(session)(ArticleReader).values(
            article_id=article_id, user_id=actor.user_id, first_at=clock.now()
        )
        session.execute(opened.on_conflict_do_nothing())


def _insert(session: Session) -> Callable[[type[Base]], Any]:
    """The database's own INSERT, which knows what to do with a row that is there."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
