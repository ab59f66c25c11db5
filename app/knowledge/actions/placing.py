"""Where an article stands, who answers for it, and when somebody looks at it again (KB-15)."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authz import Actor, authorize
from app.journal import record
from app.knowledge import events, notifications, policy
from app.knowledge.models import Article, ArticleAudience, KnowledgeBase, KnowledgeCategory
from app.knowledge.standing import StaleVersion, base_of


def place(
    session: Session,
    article: Article,
    *,
    actor: Actor,
    category: KnowledgeCategory,
    author: User | None,
    review_on: date | None,
    version: int | None = None,
) -> None:
    """Put an article into a category, name its author, and say when it is looked at again.

    In a base of another service nobody reads it until somebody says who does (SEC-49).

    :param version: the version of the row that a form was made from; ``None`` for whoever has read it just now.
    :raises StaleVersion: if it is another one by now (REL-05).
    """
    old, new = base_of(session, article), session.get_one(KnowledgeBase, category.base_id)
    authorize(all(policy.can_place(actor, base, article.state) for base in (old, new)))
    if version is not None and version != article.version:
        raise StaleVersion
    article.category_id, article.review_on = category.id, review_on
    article.author_id = author.id if author else None
    if old.service_id != new.service_id:
        session.execute(delete(ArticleAudience).where(ArticleAudience.article_id == article.id))
        record(session, actor=actor, subject=article, happened=events.AudienceSet(()))
    placed = events.ArticlePlaced(
        new.name_ja,
        category.name_ja,
        author.display_name if author else "",
        review_on.isoformat() if review_on else "",
    )
    record(session, actor=actor, subject=article, happened=placed)


def remind(session: Session, article: Article, *, actor: Actor) -> None:
    """Tell the author once that the review date has come."""
    authorize(actor.is_system)
    if article.review_on is None or article.reminded_of == article.review_on:
        return
    article.reminded_of = article.review_on
    due = events.ReviewDue(article.review_on.isoformat())
    record(session, actor=actor, subject=article, happened=due)
    notifications.review_due(session, article, actor=actor)
