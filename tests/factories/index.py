"""Documents for an index, of tokens given as such, and what a query means, said in plain Python."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app.search.analyzer import Token
from app.search.documents import AnalyzedDocument, Document, Subject, Tag, TextField
from app.search.engine import Engine
from app.search.query import Adjacent, AllOf, AnyOf, Begins, Has, Query, Tagged, Without

TITLE, TEXT, FILES, NOTES = TextField
ALL_FIELDS = frozenset(TextField)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
Words = str | Sequence[str]


def analyzed(
    key: str,
    text: Words = "",
    *,
    title: Words = "",
    files: Words = "",
    notes: Words = "",
    readers: Iterable[str] = ("desk",),
    day: int = 0,
    **tags: str,
) -> AnalyzedDocument:
    """A document such as ``case:17``, changed some days after New Year; a text's terms are between its blanks."""
    said = {TITLE: title, TEXT: text, FILES: files, NOTES: notes}
    terms = {name: words.split() if isinstance(words, str) else list(words) for name, words in said.items()}
    kind, number = key.split(":")[:2]
    values = {Tag(name): frozenset({value}) for name, value in tags.items()}
    document = Document(
        key=key,
        subject=(kind, int(number)),
        texts={name: " ".join(found) for name, found in terms.items() if found},
        tags={Tag.READERS: frozenset(readers), Tag.KIND: frozenset({kind}), **values},
        moment=NEW_YEAR + timedelta(days=day),
    )
    return AnalyzedDocument(document, {name: placed(found) for name, found in terms.items() if found})


def placed(terms: Sequence[str]) -> list[Token]:
    """Terms as tokens, with a blank between each two of them."""
    tokens, start = [], 0
    for term in terms:
        tokens.append(Token(term, start, start + len(term)))
        start += len(term) + 1
    return tokens


def put(engine: Engine, *documents: AnalyzedDocument, also: Iterable[Subject] = ()) -> None:
    """Put documents in the place of all those of their records, and of the records ``also``."""
    with engine.writer() as writer:
        writer.replace({*(each.document.subject for each in documents), *also}, documents)


def found(engine: Engine, query: Query) -> set[str]:
    """What is found, after seeing that hits, keys and count say the same."""
    keys = engine.keys(query, most=1_000)
    hits = [hit.key for hit in engine.search(query, limit=1_000)]
    assert len(set(keys)) == len(keys) == len(hits)
    assert set(hits) == set(keys)
    assert engine.count(query) == len(keys)
    return set(keys)


def best_first(engine: Engine, query: Query) -> list[str]:
    """The keys of the hits in their order."""
    return [hit.key for hit in engine.search(query, limit=1_000)]


def has(term: str, *fields: TextField) -> Has:
    """A term in a field, in any if none is named."""
    return Has(term, frozenset(fields) or ALL_FIELDS)


def begins(prefix: str, *fields: TextField) -> Begins:
    """A term that begins so."""
    return Begins(prefix, frozenset(fields) or ALL_FIELDS)


def adjacent(*terms: str, fields: Iterable[TextField] = ALL_FIELDS) -> Adjacent:
    """A phrase."""
    return Adjacent(terms, frozenset(fields))


def fits(each: AnalyzedDocument, query: Query) -> bool:  # noqa: PLR0911 - one line for each kind of query
    """What a query means, without any index."""
    match query:
        case Has(term, fields):
            return any(term in terms for terms in _of(each, fields))
        case Begins(prefix, fields):
            return any(term.startswith(prefix) for terms in _of(each, fields) for term in terms)
        case Adjacent((term,), fields):
            return fits(each, Has(term, fields))
        case Adjacent(terms, fields):
            pairs = set(pairwise(terms))
            return bool(pairs) and any(pairs <= set(pairwise(held)) for held in _of(each, fields))
        case Tagged(tag, values):
            return not values.isdisjoint(each.document.tags.get(tag, frozenset()))
        case AllOf(parts):
            return all(fits(each, part) for part in parts)
        case AnyOf(parts):
            return any(fits(each, part) for part in parts)
        case Without(part, other):
            return fits(each, part) and not fits(each, other)


def _of(each: AnalyzedDocument, fields: Iterable[TextField]) -> Iterable[list[str]]:
    return ([token.term for token in each.tokens.get(name, ())] for name in fields)
