"""Every read of knowledge starts here, so that it holds nothing beyond the actor's reach (KB-03, SEC-48, SEC-49)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.authz import Actor, ActorKind, NotFound
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import (
    Article,
    ArticleAudience,
    ArticleEdition,
    ArticleFeedback,
    KnowledgeBase,
    KnowledgeCategory,
)


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the articles of ``actor``.

    A customer's: published, with a text, and for them by an audience; without an audience nobody reads it. An agent's:
    those of the bases of the own services and of the common ones, in every state.
    """
    match actor.kind:
        case ActorKind.CUSTOMER:
            return and_(
                Article.state == ArticleState.PUBLISHED,
                Article.id.in_(_for_customer(actor)),
                Article.id.in_(
                    select(ArticleEdition.article_id).where(ArticleEdition.current_id.is_not(None))
                ),
            )
        case ActorKind.AGENT:
            return Article.category_id.in_(
                select(KnowledgeCategory.id).join(KnowledgeCategory.base).where(bases_within_reach(actor))
            )
        case ActorKind.SYSTEM:
            return Article.id.is_not(None)
    return false()


def visible_to(actor: Actor) -> Select[Article]:
    """The articles that exist for ``actor``."""
    return select(Article).where(within_reach(actor))


def is_visible(session: Session, actor: Actor, article: Article) -> bool:
    """Tell whether an article exists for ``actor``."""
    found = visible_to(actor).where(Article.id == article.id).with_only_columns(Article.id)
    return session.scalar(found) is not None


def bases_within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that holds for the bases of an actor: those of the own services, and the common ones.

    A customer sees a base for what is in it; :func:`within_reach` decides about that.
    """
    if actor.is_system:
        return KnowledgeBase.id.is_not(None)
    return or_(KnowledgeBase.service_id.in_(sorted(actor.services)), KnowledgeBase.service_id.is_(None))


def get_for(session: Session, actor: Actor, number: str) -> Article:
    """One article with its editions, category, base and author.

    :raises NotFound: if there is no such article within reach; absent, withdrawn and foreign look the same (SEC-26).
    """
    found = session.scalar(
        visible_to(actor)
        .where(Article.number == number)
        .options(
            joinedload(Article.category, innerjoin=True)
            .joinedload(KnowledgeCategory.base, innerjoin=True)
            .joinedload(KnowledgeBase.service),
            joinedload(Article.author),
            selectinload(Article.editions).joinedload(ArticleEdition.current),
        )
    )
    if found is None:
        raise NotFound
    return found


def bases_of(session: Session, actor: Actor) -> Sequence[KnowledgeBase]:
    """The bases of the desk's actor with their services, in their order."""
    return session.scalars(
        select(KnowledgeBase)
        .where(bases_within_reach(actor))
        .options(joinedload(KnowledgeBase.service))
        .order_by(KnowledgeBase.position, KnowledgeBase.id)
    ).all()


def feedback_of(session: Session, article: Article, actor: Actor) -> ArticleFeedback | None:
    """What the actor has said of an article within reach, if anything."""
    return session.scalar(
        select(ArticleFeedback).where(
            ArticleFeedback.article_id == article.id, ArticleFeedback.user_id == actor.user_id
        )
    )


def base_for(session: Session, actor: Actor, base_id: int) -> KnowledgeBase:
    """One base of the desk's actor, with its service.

    :raises NotFound: if there is no such base within reach.
    """
    found = session.scalar(
        select(KnowledgeBase)
        .where(bases_within_reach(actor), KnowledgeBase.id == base_id)
        .options(joinedload(KnowledgeBase.service))
    )
    if found is None:
        raise NotFound
    return found


def category_for(session: Session, actor: Actor, category_id: int) -> KnowledgeCategory:
    """One category of the bases of the desk's actor.

    :raises NotFound: if there is no such category within reach.
    """
    found = session.scalar(
        select(KnowledgeCategory)
        .join(KnowledgeCategory.base)
        .where(bases_within_reach(actor), KnowledgeCategory.id == category_id)
    )
    if found is None:
        raise NotFound
    return found


def categories_within_reach(session: Session, actor: Actor) -> Sequence[KnowledgeCategory]:
    """The categories of all bases of the desk's actor in their order, each with its base and the base's service."""
    return session.scalars(
        select(KnowledgeCategory)
        .join(KnowledgeCategory.base)
        .where(bases_within_reach(actor))
        .options(
            contains_eager(KnowledgeCategory.base).joinedload(KnowledgeBase.service),
        )
        .order_by(KnowledgeBase.position, KnowledgeBase.id, KnowledgeCategory.position, KnowledgeCategory.id)
    ).all()


def categories_in(session: Session, base_ids: Sequence[int]) -> Sequence[KnowledgeCategory]:
    """The categories of bases that are within reach already, in their order."""
    if not base_ids:
        return ()
    return session.scalars(
        select(KnowledgeCategory)
        .where(KnowledgeCategory.base_id.in_(base_ids))
        .order_by(KnowledgeCategory.position, KnowledgeCategory.id)
    ).all()


def articles_by_category(session: Session, base_ids: Sequence[int]) -> dict[int, int]:
    """How many articles each category of such bases holds, drafts included."""
    if not base_ids:
        return {}
    counted = (
        select(Article.category_id, func.count())
        .join(KnowledgeCategory, KnowledgeCategory.id == Article.category_id)
        .where(KnowledgeCategory.base_id.in_(base_ids))
        .group_by(Article.category_id)
        .order_by(Article.category_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _for_customer(actor: Actor) -> Select[int]:
    """The ids of the articles that an audience opens to a customer in the portal in use."""
    everybody = and_(ArticleAudience.holder_id.is_(None), ArticleAudience.customer_number_id.is_(None))
    return select(ArticleAudience.article_id).where(
        # Who has no customer number of the service reads nothing of it.
        ArticleAudience.service_id.in_(sorted(actor.services) if actor.numbers else ()),
        or_(
            everybody,
            ArticleAudience.holder_id == actor.holder_id if actor.holder_id else false(),
            ArticleAudience.customer_number_id.in_(sorted(actor.numbers)),
        ),
    )
