"""What leads do with bases and categories (KB-15)."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.contracts.models import Service
from app.journal import record
from app.knowledge import events, policy
from app.knowledge.lifecycle import NotPossible
from app.knowledge.models import Article, KnowledgeBase, KnowledgeCategory
from app.knowledge.standing import StaleVersion, categories_of

RowT = TypeVar("RowT", KnowledgeBase, KnowledgeCategory)


def add_base(
    session: Session,
    *,
    actor: Actor,
    service: Service | None,
    name_ja: str,
    name_en: str,
    position: int = 0,
) -> KnowledgeBase:
    """Add a knowledge base of one service, or of all of them where ``service`` is ``None``."""
    base = KnowledgeBase(
        service_id=service.id if service else None, name_ja=name_ja, name_en=name_en, position=position
    )
    authorize(policy.can_manage_bases(actor, base))
    session.add(base)
    session.flush()
    added = events.BaseAdded(name_ja, name_en, service.slug if service else "")
    record(session, actor=actor, subject=base, happened=added)
    return base


def edit_base(
    session: Session,
    base: KnowledgeBase,
    *,
    actor: Actor,
    name_ja: str,
    name_en: str,
    version: int | None = None,
) -> None:
    """Give a base another name; its service stays, since its articles are for that service's customers.

    :raises StaleVersion: if somebody else changed it since the form was made (REL-05).
    """
    authorize(policy.can_manage_bases(actor, base))
    if version is not None and version != base.version:
        raise StaleVersion
    base.name_ja, base.name_en = name_ja, name_en
    session.flush()
    record(session, actor=actor, subject=base, happened=events.BaseEdited(name_ja, name_en))


def move_base(
    session: Session, bases: Sequence[KnowledgeBase], base: KnowledgeBase, *, actor: Actor, by: int
) -> None:
    """Put a base ``by`` places down among ``bases``, those of the actor in their order."""
    authorize(policy.can_manage_bases(actor, base))
    for position, each in enumerate(_moved(bases, base, by)):
        if each.position != position and policy.can_manage_bases(actor, each):
            each.position = position
            session.flush()
            moved = events.BaseEdited(each.name_ja, each.name_en)
            record(session, actor=actor, subject=each, happened=moved)


def remove_base(session: Session, base: KnowledgeBase, *, actor: Actor) -> None:
    """Remove a base with its categories.

    :raises NotPossible: if it holds articles.
    """
    authorize(policy.can_manage_bases(actor, base))
    categories = categories_of(session, base)
    if any(_holds_articles(session, category) for category in categories):
        raise NotPossible
    removed = events.BaseRemoved(base.name_ja, base.name_en)
    record(session, actor=actor, subject=base, happened=removed)
    for category in categories:
        session.delete(category)
    session.flush()
    session.delete(base)
    session.flush()


def add_category(
    session: Session,
    *,
    actor: Actor,
    base: KnowledgeBase,
    name_ja: str,
    name_en: str,
    code: str = "",
    position: int = 0,
) -> KnowledgeCategory:
    """Add a category to a base; ``code`` is the number shown before its name, such as ``01``."""
    authorize(policy.can_manage_bases(actor, base))
    category = KnowledgeCategory(
        base_id=base.id, code=code, name_ja=name_ja, name_en=name_en, position=position
    )
    session.add(category)
    session.flush()
    record(session, actor=actor, subject=base, happened=events.CategoryAdded(code, name_ja, name_en))
    return category


def edit_category(
    session: Session,
    category: KnowledgeCategory,
    *,
    actor: Actor,
    name_ja: str,
    name_en: str,
    code: str,
    version: int | None = None,
) -> None:
    """Give a category another number or name.

    :raises StaleVersion: if somebody else changed it since the form was made (REL-05).
    """
    base = session.get_one(KnowledgeBase, category.base_id)
    authorize(policy.can_manage_bases(actor, base))
    if version is not None and version != category.version:
        raise StaleVersion
    category.name_ja, category.name_en, category.code = name_ja, name_en, code
    session.flush()
    record(session, actor=actor, subject=base, happened=events.CategoryEdited(code, name_ja, name_en))


def move_category(session: Session, category: KnowledgeCategory, *, actor: Actor, by: int) -> None:
    """Put a category ``by`` places down within its base."""
    base = session.get_one(KnowledgeBase, category.base_id)
    authorize(policy.can_manage_bases(actor, base))
    for position, each in enumerate(_moved(categories_of(session, base), category, by)):
        each.position = position
    edited = events.CategoryEdited(category.code, category.name_ja, category.name_en)
    record(session, actor=actor, subject=base, happened=edited)


def remove_category(session: Session, category: KnowledgeCategory, *, actor: Actor) -> None:
    """Remove a category.

    :raises NotPossible: if it holds articles.
    """
    base = session.get_one(KnowledgeBase, category.base_id)
    authorize(policy.can_manage_bases(actor, base))
    if _holds_articles(session, category):
        raise NotPossible
    removed = events.CategoryRemoved(category.code, category.name_ja, category.name_en)
    session.delete(category)
    record(session, actor=actor, subject=base, happened=removed)


def _moved(rows: Sequence[RowT], row: RowT, by: int) -> list[RowT]:
    moved = list(rows)
    place = min(max(moved.index(row) + by, 0), len(moved) - 1)
    moved.remove(row)
    moved.insert(place, row)
    return moved


def _holds_articles(session: Session, category: KnowledgeCategory) -> bool:
    held = select(func.count()).where(Article.category_id == category.id)
    return bool(session.scalar(held))
