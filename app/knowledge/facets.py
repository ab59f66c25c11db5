"""The filters beside a list of articles, each with how many articles it would give (KB-05), and what bases hold.

Counts are taken within the actor's reach and under the filters of the other groups; what would give nothing is not
offered, so that no name of what is out of reach is told (SEC-28).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.models.people import shown_name
from app.authz import Actor
from app.contracts.models import Service
from app.i18n import LANGUAGE_NAMES, current_language
from app.knowledge import queries
from app.knowledge.listing import with_service
from app.knowledge.models import Article, ArticleEdition, KnowledgeBase, KnowledgeCategory
from app.knowledge.narrowing import Narrowing


@dataclass(frozen=True, slots=True)
class Facet:
    """One entry of a group: its value in the address, its name, its articles, and whether it is in force."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """The groups of KB-05."""

    languages: Sequence[Facet]
    bases: Sequence[Facet]
    categories: Sequence[Facet]
    authors: Sequence[Facet]


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in force: its group and value in the address, and its name."""

    group: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class BaseCard:
    """A base that holds something for its reader, with its service in brackets (KB-01, KB-02)."""

    id: int
    name: str
    articles: int


def facets_of(session: Session, actor: Actor, narrowing: Narrowing) -> Facets:
    """All groups with their counts within reach, each under the filters of the others."""
    return Facets(
        languages=_languages(session, actor, narrowing),
        bases=_bases(session, actor, narrowing.without("bases"), narrowing.bases),
        categories=_categories(session, actor, narrowing.without("categories"), narrowing.categories),
        authors=_authors(session, actor, narrowing.without("authors"), narrowing.authors),
    )


def known_filters(
    session: Session, actor: Actor, asked: Narrowing, *, found: Sequence[int] | None
) -> tuple[Narrowing, Sequence[Applied]]:
    """The filters of an address that name something within reach, with their names, for what a search has found.

    What is foreign and what does not exist are left out alike (SEC-26).
    """
    applied = [Applied("language", code, LANGUAGE_NAMES[code]) for code in asked.languages]
    everything = Narrowing()
    bases = _bases(session, actor, everything, asked.bases) if asked.bases else ()
    categories = _categories(session, actor, everything, asked.categories) if asked.categories else ()
    authors = _authors(session, actor, everything, asked.authors) if asked.authors else ()
    for group, facets in (("base", bases), ("category", categories), ("author", authors)):
        applied += [Applied(group, facet.value, facet.label) for facet in facets if facet.is_chosen]
    narrowing = replace(
        asked, bases=_chosen(bases), categories=_chosen(categories), authors=_chosen(authors), found=found
    )
    return narrowing, applied


def _chosen(facets: Sequence[Facet]) -> tuple[int, ...]:
    return tuple(int(facet.value) for facet in facets if facet.is_chosen)


def bases_with_articles(session: Session, actor: Actor) -> Sequence[BaseCard]:
    """The bases that hold something for the actor, in their order, with the number of articles in each."""
    counted = _count_bases(queries.visible_to(actor))
    return [
        BaseCard(base, _base_name((name_ja, name_en), (service_ja, service_en)), count)
        for base, name_ja, name_en, service_ja, service_en, count in session.execute(counted)
    ]


def _count_bases(reach: Select[Article]) -> Select[int, str, str, str | None, str | None, int]:
    return (
        reach.join(KnowledgeCategory, KnowledgeCategory.id == Article.category_id)
        .join(KnowledgeBase, KnowledgeBase.id == KnowledgeCategory.base_id)
        .outerjoin(Service, Service.id == KnowledgeBase.service_id)
        .with_only_columns(
            KnowledgeBase.id,
            KnowledgeBase.name_ja,
            KnowledgeBase.name_en,
            Service.name_ja,
            Service.name_en,
            func.count(Article.id),
            maintain_column_froms=True,
        )
        .group_by(KnowledgeBase.id, Service.id)
        .order_by(KnowledgeBase.position, KnowledgeBase.id)
    )


def _base_name(names: tuple[str, ...], services: tuple[str | None, ...]) -> str:
    index = 0 if current_language() == "ja" else 1
    return with_service(names[index], services[index])


def _languages(session: Session, actor: Actor, narrowing: Narrowing) -> Sequence[Facet]:
    reach = queries.visible_to(actor).where(*narrowing.without("languages").conditions())
    counted = (
        select(ArticleEdition.language, func.count())
        .where(
            ArticleEdition.article_id.in_(reach.with_only_columns(Article.id)),
            ArticleEdition.current_id.is_not(None),
        )
        .group_by(ArticleEdition.language)
    )
    counts = Counter({row[0]: row[1] for row in session.execute(counted)})
    # English stands first in KB-05.
    return [
        Facet(code, LANGUAGE_NAMES[code], counts[code], code in narrowing.languages)
        for code in ("en", "ja")
        if counts[code] or code in narrowing.languages
    ]


def _bases(session: Session, actor: Actor, narrowing: Narrowing, chosen: Collection[int]) -> Sequence[Facet]:
    cards = _count_bases(queries.visible_to(actor).where(*narrowing.conditions()))
    return [
        Facet(
            str(base),
            _base_name((name_ja, name_en), (service_ja, service_en)),
            count,
            base in chosen,
        )
        for base, name_ja, name_en, service_ja, service_en, count in session.execute(cards)
    ]


def _categories(
    session: Session, actor: Actor, narrowing: Narrowing, chosen: Collection[int]
) -> Sequence[Facet]:
    reach = queries.visible_to(actor).where(*narrowing.conditions())
    counted = (
        reach.join(KnowledgeCategory, KnowledgeCategory.id == Article.category_id)
        .join(KnowledgeBase, KnowledgeBase.id == KnowledgeCategory.base_id)
        .with_only_columns(KnowledgeCategory, func.count(Article.id), maintain_column_froms=True)
        .group_by(KnowledgeCategory.id, KnowledgeBase.id)
        .order_by(KnowledgeBase.position, KnowledgeBase.id, KnowledgeCategory.position, KnowledgeCategory.id)
    )
    return [
        Facet(str(category.id), category.name_in(current_language()), count, category.id in chosen)
        for category, count in session.execute(counted)
    ]


def _authors(
    session: Session, actor: Actor, narrowing: Narrowing, chosen: Collection[int]
) -> Sequence[Facet]:
    reach = queries.visible_to(actor).where(*narrowing.conditions())
    counted = (
        reach.join(User, User.id == Article.author_id)
        .with_only_columns(
            User.id, User.family_name, User.given_name, func.count(Article.id), maintain_column_froms=True
        )
        .group_by(User.id)
        .order_by(func.count(Article.id).desc(), User.id)
    )
    return [
        Facet(str(author), shown_name(family, given), count, author in chosen)
        for author, family, given, count in session.execute(counted)
    ]
