"""Articles that a search finds, as its pages show them beside cases: the best, and how many there are (SEARCH-05)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.db import one_of_many
from app.i18n import _
from app.knowledge import queries
from app.knowledge.finding import find, numbered
from app.knowledge.listing import ArticleRow, rows_of
from app.knowledge.models import Article
from app.search.searching import Answer, Piece

# How much of a text stands below a hit, in characters.
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """One article that was found, with its title and excerpt as they are shown."""

    row: ArticleRow
    title: Sequence[Piece]
    excerpt: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """The first hits and the number of all of them; ``answer`` is what the search says about the words."""

    hits: Sequence[ArticleHit]
    total: int
    answer: Answer


def by_number(session: Session, actor: Actor, typed: str, *, language: str) -> Sequence[ArticleHit]:
    """The article of a whole number, however it is typed."""
    found = numbered(session, actor, typed)
    rows = rows_of(session, actor, [found] if found is not None else [], language=language)
    return [ArticleHit(row, [Piece(row.title, is_hit=False)]) for row in rows]


def by_words(session: Session, actor: Actor, typed: str, *, language: str, shown: int) -> FoundArticles:
    """The ``shown`` best articles that hold the words, and how many of them are within reach."""
    finding = find(session, actor, typed)
    ids, answer = finding.ids or (), finding.answer
    if finding.is_too_short:
        answer = replace(answer, problem=_("Knowledge is searched from three characters on."))
    if not ids:
        return FoundArticles((), 0, answer)
    counted = select(func.count()).select_from(Article).where(queries.within_reach(actor))
    total = session.scalar(counted.where(one_of_many(Article.id, ids))) or 0
    # In the place of one that is out of reach by now, the next one is shown.
    rows = rows_of(session, actor, ids[: 2 * shown], language=language)[:shown] if total else ()
    hits = [ArticleHit(row, answer.mark(row.title), answer.mark(row.text, EXCERPT)) for row in rows]
    return FoundArticles(hits, total, answer)
