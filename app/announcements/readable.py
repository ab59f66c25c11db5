"""Whether the customers of services may read an article that is to be announced there."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import Service
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article, ArticleAudience


def is_published(article: Article) -> bool:
    """Whether anybody can read an article at all; its editions are loaded."""
    return article.state is ArticleState.PUBLISHED and any(edition.current for edition in article.editions)


def closed_to(session: Session, article: Article, services: Sequence[Service]) -> Sequence[Service]:
    """The services none of whose customers may read an article, which is within the asker's reach."""
    opened = set(
        session.scalars(select(ArticleAudience.service_id).where(ArticleAudience.article_id == article.id))
    )
    return [service for service in services if service.id not in opened]
