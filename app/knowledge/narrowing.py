"""What narrows a list of articles: the filters of KB-05, and the articles that a search has found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select, true

from app.db import one_of_many
from app.i18n import LANGUAGES
from app.knowledge.models import Article, ArticleEdition, KnowledgeCategory

# Far more than a page of filters offers; an address with more is somebody's experiment.
MOST_CHOSEN = 20
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters in force; those of one group widen each other, the groups narrow each other.

    ``found`` holds the ids that a search has found, best first; ``None`` where nothing was looked for.
    """

    languages: tuple[str, ...] = ()
    bases: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    authors: tuple[int, ...] = ()
    found: Sequence[int] | None = None

    def without(self, group: str) -> "Narrowing":
        """The same without the filters of one group, for counting what its entries would give."""
        match group:
            case "languages":
                return replace(self, languages=())
            case "bases":
                return replace(self, bases=())
            case "categories":
                return replace(self, categories=())
        return replace(self, authors=())

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on articles; they narrow a scope and are none themselves."""
        return [
            one_of_many(Article.id, self.found) if self.found is not None else true(),
            Article.id.in_(_in_languages(self.languages)) if self.languages else true(),
            Article.category_id.in_(_of_bases(self.bases)) if self.bases else true(),
            Article.category_id.in_(self.categories) if self.categories else true(),
            Article.author_id.in_(self.authors) if self.authors else true(),
        ]


def _in_languages(languages: Collection[str]) -> ColumnElement[int]:
    return (
        select(ArticleEdition.article_id)
        .where(ArticleEdition.language.in_(languages), ArticleEdition.current_id.is_not(None))
        .scalar_subquery()
    )


def _of_bases(bases: Collection[int]) -> ColumnElement[int]:
    return select(KnowledgeCategory.id).where(KnowledgeCategory.base_id.in_(bases)).scalar_subquery()


def read_ids(values: Sequence[str]) -> tuple[int, ...]:
    """The ids among what stands in an address, each once; anything else is left out (SEC-32)."""
    numbers = (value for value in values if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS)
    ids = (int(value) for value in numbers)
    return tuple(dict.fromkeys(ids))[:MOST_CHOSEN]


def read_languages(values: Sequence[str]) -> tuple[str, ...]:
    """The languages of ours among what stands in an address, each once."""
    return tuple(language for language in LANGUAGES if language in values)
