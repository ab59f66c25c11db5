"""What a customer's user says of an article: whether it helped, and a remark to its author."""

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.journal import record
from app.knowledge import events, notifications, policy
from app.knowledge.models import Article, ArticleFeedback, ArticleVersion
from app.knowledge.queries import feedback_of


def give_feedback(
    session: Session,
    article: Article,
    version: ArticleVersion,
    *,
    actor: Actor,
    has_helped: bool,
    remark: str = "",
) -> None:
    """Note what somebody says of the version that they read, in the place of what they said before.

    The author gets a remark by mail, once for each that is new. Saying the same again changes nothing.
    """
    authorize(policy.can_give_feedback(actor, article.state))
    row = feedback_of(session, article, actor)
    if row is not None and (row.has_helped, row.remark) == (has_helped, remark):
        return
    is_new_remark = bool(remark) and (row is None or row.remark != remark)
    if row is None:
        row = ArticleFeedback(article_id=article.id, user_id=actor.user_id or 0)
        session.add(row)
    row.version_id, row.has_helped, row.remark = version.id, has_helped, remark
    row.given_at = clock.now()
    session.flush()
    record(session, actor=actor, subject=article, happened=events.FeedbackGiven(has_helped, remark))
    if is_new_remark:
        notifications.feedback_given(session, article, version, actor=actor, remark=remark)
