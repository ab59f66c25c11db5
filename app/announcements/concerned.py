"""Whom an announcement concerns: the enabled users of its services' customer numbers who may read its article.

The same people for whom :func:`app.announcements.queries.within_reach` holds in one of its portals, asked of all of
them at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Realm, User, UserNumber
from app.announcements.models import (
    Announcement,
    AnnouncementDismissal,
    AnnouncementRecipient,
    AnnouncementService,
)
from app.authz import Actor
from app.contracts.models import CustomerNumber
from app.db import one_of_many
from app.knowledge.models import ArticleAudience, ArticleReader


@dataclass(frozen=True, slots=True)
class Reading:
    """How many users an announcement concerns, how many of them have read it or put its banner away."""

    concerned: int = 0
    read: int = 0
    put_away: int = 0
    mailed: int = 0


def concerned_users(announcement_id: int) -> Select[User]:
    """The users whom an announcement concerns, each once, in the order in which they were added."""
    concerned = _pairs().where(Announcement.id == announcement_id).subquery()
    return select(User).where(User.id.in_(select(concerned.c.user_id))).order_by(User.id)


def readings(session: Session, _actor: Actor, ids: Sequence[int]) -> Mapping[int, Reading]:
    """The counts of some announcements that the actor has been shown, in one question."""
    concerned = _pairs().where(one_of_many(Announcement.id, ids)).subquery()
    found = session.execute(
        select(
            concerned.c.announcement_id,
            func.count(),
            func.count(ArticleReader.user_id),
            func.count(AnnouncementDismissal.user_id),
            func.count(AnnouncementRecipient.user_id),
        )
        .outerjoin(
            ArticleReader,
            and_(
                ArticleReader.article_id == concerned.c.article_id,
                ArticleReader.user_id == concerned.c.user_id,
            ),
        )
        .outerjoin(
            AnnouncementDismissal,
            and_(
                AnnouncementDismissal.announcement_id == concerned.c.announcement_id,
                AnnouncementDismissal.user_id == concerned.c.user_id,
            ),
        )
        .outerjoin(
            AnnouncementRecipient,
            and_(
                AnnouncementRecipient.announcement_id == concerned.c.announcement_id,
                AnnouncementRecipient.user_id == concerned.c.user_id,
            ),
        )
        .group_by(concerned.c.announcement_id)
    )
    return {row[0]: Reading(*row[1:]) for row in found}


def _pairs() -> Select[int, int, int]:
    """Each announcement with its article and each user whom it concerns, once."""
    opens = or_(
        and_(ArticleAudience.holder_id.is_(None), ArticleAudience.customer_number_id.is_(None)),
        ArticleAudience.holder_id == User.holder_id,
        ArticleAudience.customer_number_id == CustomerNumber.id,
    )
    return (
        select(
            Announcement.id.label("announcement_id"),
            Announcement.article_id.label("article_id"),
            User.id.label("user_id"),
        )
        .join(AnnouncementService, AnnouncementService.announcement_id == Announcement.id)
        .join(CustomerNumber, CustomerNumber.service_id == AnnouncementService.service_id)
        .join(UserNumber, UserNumber.number_id == CustomerNumber.id)
        .join(User, User.id == UserNumber.user_id)
        .join(
            ArticleAudience,
            and_(
                ArticleAudience.article_id == Announcement.article_id,
                ArticleAudience.service_id == CustomerNumber.service_id,
                opens,
            ),
        )
        .where(User.realm == Realm.CUSTOMER, User.disabled_at.is_(None))
        .distinct()
    )
