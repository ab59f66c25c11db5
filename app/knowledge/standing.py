"""Where an article stands, for whoever is past its scope already: its base, and what is in the making of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.knowledge.lifecycle import MAKING
from app.knowledge.models import Article, ArticleVersion, KnowledgeBase, KnowledgeCategory


def in_the_making(session: Session, article: Article, language: str) -> ArticleVersion | None:
    """The version of an edition that is drafted or in review."""
    return session.scalar(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id, ArticleVersion.language == language)
        .where(ArticleVersion.state.in_(MAKING))
        .order_by(ArticleVersion.id)
    )


def base_of(session: Session, article: Article) -> KnowledgeBase:
    """The base that an article stands in."""
    category = session.get_one(KnowledgeCategory, article.category_id)
    return session.get_one(KnowledgeBase, category.base_id)
