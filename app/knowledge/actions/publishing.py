"""What leads decide: a version is what readers see from now on; an article is withdrawn, or there again (KB-15)."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.journal import record
from app.knowledge import events, policy
from app.knowledge.lifecycle import Act, ArticleState, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleVersion
from app.knowledge.standing import base_of


class NotPossible(Exception):
    """The article is in no state for this."""


def publish(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Let readers see a version from now on; number, views and audience of the article stay (KB-15)."""
    authorize(policy.can_do(actor, Act.PUBLISH, version, base_of(session, article)))
    moment = clock.now()
    version.state, version.published_at, version.published_by_id = (
        VersionState.PUBLISHED,
        moment,
        actor.user_id,
    )
    edition = session.get_one(ArticleEdition, (article.id, version.language))
    edition.current_id = version.id
    article.state, article.published_at = ArticleState.PUBLISHED, moment
    session.flush()
    published = events.VersionPublished(version.language, version.number, version.title)
    record(session, actor=actor, subject=article, happened=published)


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
