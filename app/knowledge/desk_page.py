"""What the desk's page of an article shows: both editions with their versions, readers, and what readers say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.accounts.models import User, UserNumber, shown_name
from app.authz import Actor
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.files.models import StoredFile
from app.i18n import LANGUAGES, _
from app.knowledge.editions import versions_of
from app.knowledge.lifecycle import MAKING
from app.knowledge.models import (
    Article,
    ArticleAudience,
    ArticleFeedback,
    ArticleReader,
    ArticleVersion,
    ArticleViews,
)
from app.knowledge.standing import base_of
from app.search.models import FileText

MOST_REMARKS = 100


@dataclass(frozen=True, slots=True)
class EditionView:
    """An article in one language: what readers see, what is in the making, and every version, the newest first."""

    language: str
    current: ArticleVersion | None
    making: ArticleVersion | None
    versions: Sequence[ArticleVersion]
    is_outdated: bool

    @property
    def shown(self) -> ArticleVersion | None:
        """What the page shows first: what is in the making, else what readers see."""
        return self.making or self.current


@dataclass(frozen=True, slots=True)
class Said:
    """What readers say: how many were helped, how many not, and their remarks, the newest first."""

    helped: int
    not_helped: int
    remarks: Sequence[tuple[ArticleFeedback, str]]


def editions_of(session: Session, article: Article) -> Sequence[EditionView]:
    """Both languages of an article, the source first; an edition that is not begun has no versions."""
    versions = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id)
        .options(joinedload(ArticleVersion.author), joinedload(ArticleVersion.document))
        .order_by(ArticleVersion.number.desc())
    ).all()
    seen = versions_of(article)
    languages = sorted(LANGUAGES, key=lambda each: each != article.source_language)
    return [_edition(article, language, versions, seen) for language in languages]


def _edition(
    article: Article,
    language: str,
    versions: Sequence[ArticleVersion],
    seen: Mapping[str, ArticleVersion],
) -> EditionView:
    own = [each for each in versions if each.language == language]
    making = next((each for each in own if each.state in MAKING), None)
    current = next((each for each in own if language in seen and each.id == seen[language].id), None)
    shown = making or current
    source = seen.get("en" if language == "ja" else "ja")
    is_outdated = (
        shown is not None
        and language != article.source_language
        and source is not None
        and shown.translates_id is not None
        and shown.translates_id != source.id
    )
    return EditionView(language, current, making, own, is_outdated)


def counts_of(session: Session, article: Article) -> tuple[int, int]:
    """How often customers opened an article, and how many of their users have at all."""
    views = select(ArticleViews.total).where(ArticleViews.article_id == article.id).scalar_subquery()
    readers = select(func.count()).where(ArticleReader.article_id == article.id).scalar_subquery()
    row = session.execute(select(func.coalesce(views, 0), readers)).one()
    return row[0], row[1]


def said_of(session: Session, actor: Actor, article: Article) -> Said:
    """What readers have said whether an article helped: of one for all services, those of the actor's own alone."""
    within = and_(
        ArticleFeedback.article_id == article.id,
        is_of_own_customers(session, actor, article, ArticleFeedback.user_id),
    )
    counted = (
        select(ArticleFeedback.has_helped, func.count()).where(within).group_by(ArticleFeedback.has_helped)
    )
    counts = {row[0]: row[1] for row in session.execute(counted)}
    remarks = (
        select(ArticleFeedback, User.family_name, User.given_name)
        .join(User, User.id == ArticleFeedback.user_id)
        .where(within, ArticleFeedback.remark != "")
        .order_by(ArticleFeedback.given_at.desc(), ArticleFeedback.id.desc())
        .limit(MOST_REMARKS)
    )
    rows = session.execute(remarks).all() if counts else []
    return Said(
        counts.get(True, 0),
        counts.get(False, 0),
        [(feedback, shown_name(family, given)) for feedback, family, given in rows],
    )


def is_of_own_customers(
    session: Session,
    actor: Actor,
    article: Article,
    user_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> ColumnElement[bool]:
    """The condition that somebody who has said something of an article is a customer of an agent's services.

    The readers of a base that is common to all services are customers of others as well; of them neither name nor word
    is told (ROLE-05).
    """
    if base_of(session, article).service_id is not None:
        return true()
    return user_id.in_(
        select(UserNumber.user_id)
        .join(CustomerNumber, CustomerNumber.id == UserNumber.number_id)
        .where(CustomerNumber.service_id.in_(sorted(actor.services)))
    )


def readers_in_words(session: Session, audience: Sequence[ArticleAudience], language: str) -> Sequence[str]:
    """Who may read an article, one line for each row of its audience."""
    if not audience:
        return []
    ids = [row.id for row in audience]
    rows = session.execute(
        select(ArticleAudience.id, Service, ContractHolder.name, CustomerNumber.number)
        .join(Service, Service.id == ArticleAudience.service_id)
        .outerjoin(ContractHolder, ContractHolder.id == ArticleAudience.holder_id)
        .outerjoin(CustomerNumber, CustomerNumber.id == ArticleAudience.customer_number_id)
        .where(ArticleAudience.id.in_(ids))
        .order_by(ArticleAudience.service_id, CustomerNumber.number, ContractHolder.name, ArticleAudience.id)
    )
    return [_reader(service.name_in(language), holder, number) for _id, service, holder, number in rows]


def _reader(service: str, holder: str | None, number: str | None) -> str:
    if number:
        return _("Customer number %(number)s (%(service)s)", number=number, service=service)
    if holder:
        return _("%(holder)s (%(service)s)", holder=holder, service=service)
    return _("All customers of %(service)s", service=service)


def readings_of(session: Session, files: Sequence[StoredFile]) -> Mapping[int, FileText]:
    """What the search could read of files, by their ids; a file without an entry has not been looked at yet."""
    if not files:
        return {}
    read = select(FileText).where(FileText.file_id.in_([file.id for file in files]))
    return {row.file_id: row for row in session.scalars(read.order_by(FileText.file_id))}
