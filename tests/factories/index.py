"""Documents for an index, of tokens given as such, and what a query means, said in plain Python."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

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
    """Terms as tokens, with a blank between each two of them; of ``a~b`` the parts are a and b."""
    tokens, start = [], 0
    for term in terms:
        tokens.append(Token(term, start, start + len(term)))
        begin, _, end = term.partition("~")
        if begin and end:
            tokens.append(Token(begin, start, start + len(begin)))
            tokens.append(Token(end, start + len(term) - len(end), start + len(term)))
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
            return bool(terms) and any(in_one_piece(terms, each.tokens.get(name, ())) for name in fields)
        case Tagged(tag, values):
            return not values.isdisjoint(each.document.tags.get(tag, frozenset()))
        case AllOf(parts):
            return all(fits(each, part) for part in parts)
        case AnyOf(parts):
            return any(fits(each, part) for part in parts)
        case Without(part, other):
            return fits(each, part) and not fits(each, other)


def in_one_piece(terms: Sequence[str], tokens: Sequence[Token]) -> bool:
    """A phrase is a run of wholes; parts of one that reach its edge may be the first term, or the last one."""
    wholes = [token for token in tokens if not any(_within(token, other) for other in tokens)]
    for start in range(len(wholes) - len(terms) + 1):
        first, *middle, last = wholes[start : start + len(terms)]
        before = {token.term for token in tokens if _within(token, first) and token.end == first.end}
        after = {token.term for token in tokens if _within(token, last) and token.start == last.start}
        if (
            terms[0] in {first.term, *before}
            and terms[-1] in {last.term, *after}
            and [token.term for token in middle] == list(terms[1:-1])
        ):
            return True
    return False


def _within(token: Token, other: Token) -> bool:
    is_same = (token.start, token.end) == (other.start, other.end)
    return other.start <= token.start and token.end <= other.end and not is_same


def _of(each: AnalyzedDocument, fields: Iterable[TextField]) -> Iterable[list[str]]:
    return ([token.term for token in each.tokens.get(name, ())] for name in fields)
