"""What leads decide: a version is what readers see from now on; an article is withdrawn, or there again (KB-15)."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.journal import record
from app.knowledge import events, guarding, notifications, policy
from app.knowledge.actions.reviewing import refuse_other_states
from app.knowledge.lifecycle import Act, ArticleState, NotPossible, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleVersion
from app.knowledge.standing import base_of, refuse_stale


def publish(
    session: Session,
    article: Article,
    version: ArticleVersion | None,
    *,
    actor: Actor,
    seen: str | None = None,
    confirmed: str = "",
) -> None:
    """Let readers see a version from now on; number, views and audience of the article stay (KB-15).

    :param seen: the mark of the version whose text was looked at before; ``None`` for whoever has read it just now.
    :param confirmed: the digest of a former stop by the guard, if somebody has looked at what was found.
    :raises NotPossible: if nothing is in the making.
    :raises StaleVersion: if the version was changed since it was looked at.
    :raises app.cases.guard.outgoing.Stopped: if it names customers and this very text was not confirmed.
    """
    found = refuse_other_states(session, article, version, Act.PUBLISH, actor=actor)
    refuse_stale(session, article, found.language, seen)
    overruled = () if actor.is_system else guarding.look(session, article, found, confirmed=confirmed)
    moment = clock.now()
    found.state, found.published_at, found.published_by_id = VersionState.PUBLISHED, moment, actor.user_id
    edition = session.get_one(ArticleEdition, (article.id, found.language))
    edition.current_id = found.id
    article.state, article.published_at = ArticleState.PUBLISHED, moment
    session.flush()
    published = events.VersionPublished(found.language, found.number, found.title)
    record(session, actor=actor, subject=article, happened=published)
    if overruled:
        record(session, actor=actor, subject=article, happened=events.GuardOverruled(overruled))
    notifications.published(session, article, found, actor=actor)


def withdraw(session: Session, article: Article, *, actor: Actor) -> None:
    """Take an article from its readers; its versions, views and audience stay.

    :raises NotPossible: if it is not published.
    """
    authorize(policy.can_publish(actor, base_of(session, article)))
    if article.state is not ArticleState.PUBLISHED:
        raise NotPossible
    article.state = ArticleState.WITHDRAWN
    record(session, actor=actor, subject=article, happened=events.ArticleWithdrawn())


def offer_again(session: Session, article: Article, *, actor: Actor) -> None:
    """Let readers have a withdrawn article again, as it was.

    :raises NotPossible: if it is not withdrawn.
    """
    authorize(policy.can_publish(actor, base_of(session, article)))
    if article.state is not ArticleState.WITHDRAWN:
        raise NotPossible
    article.state = ArticleState.PUBLISHED
    record(session, actor=actor, subject=article, happened=events.ArticleOffered())
