"""The desk's list of articles: its views with their counts, what else narrows it, and what is in the making (D08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.accounts.models.people import shown_name
from app.authz import Actor
from app.i18n import N_, _, language_word, time_zone
from app.knowledge import queries
from app.knowledge.finding import find
from app.knowledge.lifecycle import MAKING, ArticleState, VersionState
from app.knowledge.models import Article, ArticleEdition, ArticleVersion
from app.search.searching import Answer

MOST_FOUND = 500
# The views in their order, by the keys of ``?view=``.
VIEWS = {
    "all": N_("All articles"),
    "drafts": N_("Drafts"),
    "review": N_("In review"),
    "published": N_("Published"),
    "due": N_("Review date passed"),
    "withdrawn": N_("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a keyword has found: articles by the index and by their titles, drafts as well; ``None`` without one."""

    ids: Sequence[int] | None = None
    answer: Answer | None = None


def today() -> date:
    """The day on which it is decided whether a review date has passed."""
    return clock.now().astimezone(time_zone()).date()


def condition_of(view: str, day: date) -> ColumnElement[bool]:
    """What articles of a view have in common; any other word is the view of all."""
    match view:
        case "drafts":
            return Article.id.in_(_making(VersionState.DRAFT))
        case "review":
            return Article.id.in_(_making(VersionState.REVIEW))
        case "published":
            return Article.state == ArticleState.PUBLISHED
        case "withdrawn":
            return Article.state == ArticleState.WITHDRAWN
        case "due":
            return and_(Article.state == ArticleState.PUBLISHED, Article.review_on <= day)
    return true()


def counts_of(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many articles within reach each view holds."""
    day = today()
    sums = [func.coalesce(func.sum(case((condition_of(view, day), 1), else_=0)), 0) for view in VIEWS]
    row = session.execute(queries.visible_to(actor).with_only_columns(*sums)).one()
    return dict(zip(VIEWS, row, strict=True))


def count_in_review(session: Session, actor: Actor) -> int:
    """How many articles within reach wait for a lead to publish them."""
    waiting = queries.visible_to(actor).where(Article.id.in_(_making(VersionState.REVIEW)))
    return session.scalar(waiting.with_only_columns(func.count(Article.id))) or 0


def in_language(language: str) -> ColumnElement[bool]:
    """Articles that have something in a language, published or in the making."""
    return Article.id.in_(select(ArticleVersion.article_id).where(ArticleVersion.language == language))


def look(session: Session, actor: Actor, typed: str) -> Looked:
    """What the index finds among published articles, then what the titles and numbers of all others hold."""
    typed = typed.strip()
    if not typed:
        return Looked()
    found = find(session, actor, typed, most=MOST_FOUND)
    titled = _by_title(session, actor, typed)
    return Looked(list(dict.fromkeys([*(found.ids or ()), *titled])), found.answer)


def making_of(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[VersionState, str]]]:
    """What is in the making of articles of a page, with its words, such as “In review (English)”."""
    rows = session.execute(
        select(ArticleVersion.article_id, ArticleVersion.language, ArticleVersion.state)
        .where(ArticleVersion.article_id.in_(ids), ArticleVersion.state.in_(MAKING))
        .order_by(ArticleVersion.article_id, ArticleVersion.language.desc())
    )
    told: dict[int, list[tuple[VersionState, str]]] = {}
    for article_id, language, state in rows:
        said = _("%(state)s (%(language)s)", state=state.label, language=language_word(language))
        told.setdefault(article_id, []).append((state, said))
    return told


def review_dates(session: Session, ids: Sequence[int]) -> Mapping[int, date]:
    """The review dates of articles of a page."""
    rows = session.execute(
        select(Article.id, Article.review_on).where(Article.id.in_(ids), Article.review_on.is_not(None))
    )
    return {article_id: day for article_id, day in rows if day is not None}


def authors_of(session: Session, actor: Actor) -> Sequence[tuple[int, str]]:
    """Who has written articles within reach, by name."""
    rows = session.execute(
        select(User.id, User.family_name, User.given_name)
        .where(User.id.in_(queries.visible_to(actor).with_only_columns(Article.author_id)))
        .order_by(User.family_name, User.given_name, User.id)
    )
    return [(user_id, shown_name(family, given)) for user_id, family, given in rows]


def _making(state: VersionState) -> ColumnElement[int]:
    return select(ArticleVersion.article_id).where(ArticleVersion.state == state).scalar_subquery()


def _by_title(session: Session, actor: Actor, typed: str) -> Sequence[int]:
    """Articles with all words in a title that readers see or shall see, or with this number; the newest first."""
    shown = or_(
        ArticleVersion.state.in_(MAKING),
        ArticleVersion.id.in_(
            select(ArticleEdition.current_id).where(ArticleEdition.current_id.is_not(None))
        ),
    )
    titled = select(ArticleVersion.article_id).where(shown)
    for word in typed.split():
        titled = titled.where(ArticleVersion.title.icontains(word, autoescape=True))
    chosen = or_(Article.id.in_(titled), Article.number == typed.upper())
    return session.scalars(
        queries.visible_to(actor)
        .where(chosen)
        .with_only_columns(Article.id)
        .order_by(Article.id.desc())
        .limit(MOST_FOUND)
    ).all()
