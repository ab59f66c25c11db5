"""Whoever answers for an article is reminded once when its review date has come (D08)."""

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.authz import system_actor
from app.extensions import db
from app.i18n import N_, time_zone
from app.knowledge.actions.placing import remind
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article

log = structlog.get_logger(__name__)

REMINDER = N_("Reminder of review dates")
# The rest of a great many is reminded of an hour later.
MOST_AT_ONCE = 200


def init_app(app: Flask) -> None:
    """Register the job with the queue."""
    queue = app.extensions["queue"]

    @queue.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def remind_of_reviews() -> int:
        return remind_of_what_is_due(app)


def remind_of_what_is_due(app: Flask) -> int:
    """Remind of each published article whose date has come, each in a transaction of its own; returns how many."""
    with app.app_context():
        reminded = sum(_remind(article_id) for article_id in _due())
        if reminded:
            log.info("knowledge.reminded", articles=reminded)
        return reminded


def _due() -> list[int]:
    day = clock.now().astimezone(time_zone()).date()
    due = (
        select(Article.id)
        .where(Article.state == ArticleState.PUBLISHED, Article.review_on <= day)
        .where(or_(Article.reminded_of.is_(None), Article.reminded_of != Article.review_on))
        .order_by(Article.id)
        .limit(MOST_AT_ONCE)
    )
    with db.sessionmaker() as session, session.begin():
        return list(session.scalars(due))


def _remind(article_id: int) -> bool:
    """Remind of one; what somebody is changing just now is left to the next hour."""
    try:
        with db.sessionmaker() as session, session.begin():
            remind(session, session.get_one(Article, article_id), actor=system_actor(REMINDER))
    except StaleDataError:
        return False
    return True
