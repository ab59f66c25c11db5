"""Who may do what with knowledge, as pure rules; the reach of an actor is the query's business as well."""

from app.authz import Actor, Permission
from app.knowledge.lifecycle import TRANSITIONS, Act, ArticleState, transition
from app.knowledge.models import ArticleVersion, KnowledgeBase


def can_manage_bases(actor: Actor, base: KnowledgeBase | None = None) -> bool:
    """Leads keep the bases and categories of their services, and those common to all (KB-15)."""
    return actor.is_system or (
        actor.may(Permission.CONSOLE_KNOWLEDGE_MANAGE) and (base is None or _is_in_reach(actor, base))
    )


def can_write(actor: Actor, base: KnowledgeBase) -> bool:
    """Agents write articles for the bases of their services (KB-15)."""
    return actor.is_system or (actor.may(Permission.CONSOLE_KNOWLEDGE_WRITE) and _is_in_reach(actor, base))


def can_publish(actor: Actor, base: KnowledgeBase) -> bool:
    """Leads decide what customers see: publish, withdraw, for whom."""
    return actor.is_system or (actor.may(Permission.CONSOLE_KNOWLEDGE_PUBLISH) and _is_in_reach(actor, base))


def can_do(actor: Actor, act: Act, version: ArticleVersion, base: KnowledgeBase) -> bool:
    """Whether the table allows ``act`` on a version, and the actor may do it."""
    row = transition(act, version.state)
    return row is not None and (actor.is_system or (actor.may(row.permission) and _is_in_reach(actor, base)))


def can_act(actor: Actor, act: Act, base: KnowledgeBase) -> bool:
    """Whether the act is the actor's at all, whatever state a version is in."""
    needed = {row.permission for row in TRANSITIONS if row.act is act}
    return actor.is_system or (any(map(actor.may, needed)) and _is_in_reach(actor, base))


def can_place(actor: Actor, base: KnowledgeBase, state: ArticleState) -> bool:
    """Whoever writes a draft says where it stands; once readers may know it, leads do."""
    return can_write(actor, base) if state is ArticleState.DRAFT else can_publish(actor, base)


def can_give_feedback(actor: Actor, state: ArticleState) -> bool:
    """A customer's user says whether a published article helped."""
    return (
        actor.is_customer and actor.may(Permission.PORTAL_KNOWLEDGE_READ) and state is ArticleState.PUBLISHED
    )


def _is_in_reach(actor: Actor, base: KnowledgeBase) -> bool:
    return base.service_id is None or base.service_id in actor.services
