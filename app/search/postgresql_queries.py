"""Queries of the search as conditions of PostgreSQL, and the order of what fits."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.types import UserDefinedType

from app.search.documents import TextField
from app.search.postgresql_tables import (
    DOCUMENTS,
    LETTERS,
    RANKED_SIGNS,
    in_one_piece,
    pairs_in,
    quoted,
    storable,
    tagged_with,
    word_in,
)
from app.search.query import Adjacent, AllOf, AnyOf, Begins, Has, Query, Tagged, Without

# How many of what fits are looked at closely; the others stay behind them, newest first among equal titles.
LOOKED_AT = 500
# How many terms of a query decide the order.
RANKED_QUERY_TERMS = 24

Unfold = Callable[[Begins], list[str]]
Condition = ColumnElement[bool]


class _Weights(UserDefinedType[str]):
    """Letters of weights, of a type that the server alone has."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401  # The library's hook.
        """The type's name."""
        return '"char"[]'


def condition(query: Query, unfold: Unfold, table: FromClause = DOCUMENTS) -> Condition:  # noqa: PLR0911 - one for each kind
    """What a document must fulfil; ``unfold`` tells the terms that begin so."""
    match query:
        case Has(term, fields):
            return _overlap(table.c.words, word_in(term, fields))
        case Begins(_, fields):
            entries = [entry for term in unfold(query) for entry in word_in(term, fields)]
            return _overlap(table.c.words, entries)
        case Adjacent(terms, fields):
            if len(terms) == 1:
                return _overlap(table.c.words, word_in(terms[0], fields))
            return or_(false(), *(_following(terms, field, table) for field in fields if terms))
        case Tagged(tag, values):
            return _overlap(table.c.tags, tagged_with(tag, values))
        case AllOf(parts):
            return and_(true(), *(condition(part, unfold, table) for part in parts))
        case AnyOf(parts):
            return _any_of(parts, unfold, table)
        case Without(part, other):
            left_out = DOCUMENTS.alias()
            others = select(left_out.c.key).where(condition(other, unfold, left_out))
            return and_(condition(part, unfold, table), table.c.key.not_in(others))


def _any_of(parts: tuple[Query, ...], unfold: Unfold, table: FromClause) -> Condition:
    """Single terms become one condition: a word has many ways to be written, and synonyms."""
    entries = [entry for part in parts if isinstance(part, Has) for entry in word_in(part.term, part.fields)]
    others = [condition(part, unfold, table) for part in parts if not isinstance(part, Has)]
    return or_(_overlap(table.c.words, entries), *others)


def _following(terms: tuple[str, ...], field: TextField, table: FromClause) -> Condition:
    """The pairs are in the server's index; of what holds them all it is seen whether the phrase is in one piece."""
    all_pairs = table.c.pairs.contains(pairs_in(pairwise(terms), field))
    if len(terms) == 2:  # noqa: PLR2004 - one pair
        return all_pairs
    return and_(all_pairs, table.c.running.regexp_match(in_one_piece(terms, field)))


def _overlap(column: ColumnElement[Any], entries: list[str]) -> Condition:
    return column.overlap(entries) if entries else false()


def in_order(query: Query, unfold: Unfold, *, limit: int, offset: int) -> Select[tuple[str, float]]:
    """Keys and scores of what fits: who has more of the terms in the title, then who has them more often."""
    terms = list(_terms(query, unfold))
    titles = _in_title({term for term, fields in terms if TextField.TITLE in fields})
    order = (titles.desc(), DOCUMENTS.c.moment.desc(), DOCUMENTS.c.key)
    first = (
        select(
            DOCUMENTS.c.key,
            DOCUMENTS.c.moment,
            titles.label("titles"),
            func.row_number().over(order_by=order).label("place"),
        )
        .where(condition(query, unfold))
        .order_by(*order)
        .limit(max(LOOKED_AT, limit + offset))
        .subquery()
    )
    close = case((first.c.place <= LOOKED_AT, _rank(terms)), else_=0)
    score = (first.c.titles + close).label("score")
    return (
        select(first.c.key, score)
        .join(DOCUMENTS, DOCUMENTS.c.key == first.c.key)
        .order_by(score.desc(), first.c.moment.desc(), first.c.key)
        .limit(limit)
        .offset(offset)
    )


def _in_title(terms: set[str]) -> ColumnElement[int]:
    counted = sorted(terms)[:RANKED_QUERY_TERMS]
    none: ColumnElement[int] = literal(0)
    return sum((case((DOCUMENTS.c.title.contains([term]), 1), else_=0) for term in counted), start=none)


def _rank(terms: list[tuple[str, frozenset[TextField]]]) -> ColumnElement[float]:
    """Between 0 and 1, from the fields alone that are asked: the order must not tell what stands in the others."""
    asked = sorted({LETTERS[field].lower() for _, fields in terms for field in fields})
    named = [quoted(term) for term, _ in terms if term and len(term) <= RANKED_SIGNS][:RANKED_QUERY_TERMS]
    if not named or not asked:
        return literal(0.0)
    vector = func.ts_filter(DOCUMENTS.c.ranked, cast(literal(f"{{{','.join(asked)}}}"), _Weights()))
    into_one = 32
    return func.ts_rank(vector, cast(literal(" | ".join(named)), TSQUERY), into_one)


def _terms(query: Query, unfold: Unfold) -> Iterator[tuple[str, frozenset[TextField]]]:
    """The terms that a query asks for, with their fields; not those that it leaves out."""
    match query:
        case Has(term, fields):
            yield storable(term), fields
        case Begins(_, fields):
            yield from ((storable(term), fields) for term in unfold(query))
        case Adjacent(terms, fields):
            yield from ((storable(term), fields) for term in terms)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _terms(part, unfold)
        case Without(part, _):
            yield from _terms(part, unfold)
        case Tagged():
            return
