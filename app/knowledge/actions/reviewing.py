"""The way of a version to its publication: sent to review, sent back with a remark, or thrown away (KB-15)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.journal import record
from app.knowledge import events, notifications, policy
from app.knowledge.lifecycle import Act, NotPossible, VersionState, transition
from app.knowledge.models import Article, ArticleFile, ArticleVersion
from app.knowledge.standing import base_of


def refuse_other_states(
    session: Session, article: Article, version: ArticleVersion | None, act: Act, *, actor: Actor
) -> ArticleVersion:
    """The version, if the actor may do ``act`` and the version stands where the table has it.

    :raises Forbidden: if the act is not the actor's.
    :raises NotPossible: if nothing is in the making, or it stands elsewhere.
    """
    authorize(policy.can_act(actor, act, base_of(session, article)))
    if version is None or transition(act, version.state) is None:
        raise NotPossible
    return version


def submit(session: Session, article: Article, version: ArticleVersion | None, *, actor: Actor) -> None:
    """Ask the leads to look at a draft and publish it.

    :raises NotPossible: if there is no draft.
    """
    found = refuse_other_states(session, article, version, Act.SUBMIT, actor=actor)
    found.state = VersionState.REVIEW
    _tell(session, article, found, Act.SUBMIT, actor)
    notifications.submitted(session, article, found, actor=actor)


def send_back(
    session: Session, article: Article, version: ArticleVersion | None, *, actor: Actor, remark: str
) -> None:
    """Send what is in review back to its author.

    :param remark: what is missing.
    :raises NotPossible: if nothing is in review.
    """
    found = refuse_other_states(session, article, version, Act.RETURN, actor=actor)
    found.state = VersionState.DRAFT
    _tell(session, article, found, Act.RETURN, actor, remark)
    notifications.returned(session, article, found, actor=actor, remark=remark)


def discard(session: Session, article: Article, version: ArticleVersion | None, *, actor: Actor) -> None:
    """Throw away what is in the making; what readers see stays, and so does the number of the article.

    :raises NotPossible: if nothing is in the making, or readers have a translation of it already.
    """
    found = refuse_other_states(session, article, version, Act.DISCARD, actor=actor)
    of_it = select(ArticleVersion).where(ArticleVersion.translates_id == found.id)
    translations = session.scalars(of_it.order_by(ArticleVersion.id)).all()
    if any(each.published_at for each in translations):
        raise NotPossible
    for each in translations:
        each.translates_id = None
    happened = events.VersionMoved(found.language, found.number, Act.DISCARD.value)
    session.execute(delete(ArticleFile).where(ArticleFile.version_id == found.id))
    session.delete(found)
    session.flush()
    record(session, actor=actor, subject=article, happened=happened)


def _tell(
    session: Session, article: Article, version: ArticleVersion, act: Act, actor: Actor, remark: str = ""
) -> None:
    moved = events.VersionMoved(version.language, version.number, act.value, remark)
    record(session, actor=actor, subject=article, happened=moved)
