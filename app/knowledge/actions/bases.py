"""What leads do with bases and categories (KB-15)."""

from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.contracts.models import Service
from app.journal import record
from app.knowledge import events, policy
from app.knowledge.models import KnowledgeBase, KnowledgeCategory


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
