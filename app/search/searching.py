"""Asking: what a person types, with their rights in it, put to the index; its answer, and a word on slips.

The index is never the truth (SEC-48): whoever shows what was found looks it up again in the database, in the asker's
scope, and counts there. Where the index cannot be asked, the answer says so and the caller asks the database (F05).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.authz import Actor
from app.search import dictionary, excerpts, index, synonyms
from app.search.correcting import Correction
from app.search.documents import Tag, TextField
from app.search.engine import IndexUnusable
from app.search.excerpts import Piece
from app.search.language import Parsed, Sought, Widening, parse
from app.search.query import Query, Tagged, all_of
from app.search.reach import fields_for, within_reach

__all__ = ["Answer", "Piece", "ask", "keys_everywhere", "plain_words", "problem_of", "understand"]

# Fewer characters than these run no search, by the kind that is searched (KB-07).
LEAST_CHARACTERS = {"article": 3}
# With this many hits or more nobody has made a slip.
FEW = 3
ANYWHERE: Mapping[Tag, Collection[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the index says to one question.

    ``keys``: documents within the asker's reach, best first; ``total``: how many there are in the index.
    ``was_asked``: whether there was anything to ask; without it, ``problem`` may say why, in the language in force.
    ``is_limited``: the index could not be asked. ``suggestion``: what was perhaps meant, as it would be typed.
    """

    keys: tuple[str, ...] = ()
    total: int = 0
    was_asked: bool = False
    is_limited: bool = False
    problem: str = ""
    suggestion: str | None = None
    sought: Sought = field(default_factory=Sought)

    def mark(self, text: str, width: int | None = None) -> list[Piece]:
        """The part of ``text`` with the hits, about ``width`` characters; without a width all of it, for titles."""
        return excerpts.mark(text, self.sought, width)


def understand(session: Session, actor: Actor, typed: str, *, kind: str | None) -> Parsed:
    """What ``typed`` means to this actor, without their rights in it: their fields, and what the desk says is the same.

    :param kind: the kind of documents that is searched, or ``None`` for all (KB-07 is for knowledge).
    """
    dictionary.load(session)
    return _understood(typed, fields_for(actor), kind, _widening(session))


def problem_of(typed: str, *, kind: str | None = None) -> str:
    """Why nothing would be searched for, in the language in force; empty if it would be, or if nothing was typed."""
    return parse(typed, kind=kind, least=LEAST_CHARACTERS.get(kind or "", 1)).problem


def plain_words(typed: str) -> Sequence[str] | None:
    """The words typed, where all of them must be there and nothing else is asked; otherwise ``None``."""
    parsed = parse(typed)
    return [run.whole.typed for run in parsed.sought.words] if parsed.is_plain else None


def ask(
    session: Session,
    actor: Actor,
    typed: str,
    *,
    kind: str | None,
    most: int,
    within: Mapping[Tag, Collection[str]] = ANYWHERE,
    newest_first: bool = False,
) -> Answer:
    """Ask the index for what ``actor`` may find of one kind, or of all; at most ``most`` keys.

    :param within: values that documents must have, one of each tag's; a tag without values finds nothing.
    :param newest_first: give the newest instead of the best, for lists; then no correction is looked for.
    """
    limits = {**within, Tag.KIND: {kind}} if kind is not None else within

    widening = _widening(session)

    def understood(text: str) -> Parsed:
        return _understood(text, fields_for(actor), kind, widening)

    def rightful(query: Query) -> Query:
        return within_reach(actor, _limited(query, limits))

    dictionary.load(session)
    parsed = understood(typed)
    if parsed.query is None:
        return Answer(problem=parsed.problem)
    answer = Answer(was_asked=True, sought=parsed.sought)
    query = rightful(parsed.query)
    try:
        engine = index.current()
        if newest_first:
            keys = tuple(engine.keys(query, most=most))
        else:
            keys = tuple(hit.key for hit in engine.search(query, limit=most))
        total = len(keys) if len(keys) < most else engine.count(query)
        correction = Correction(session, actor, engine, understood, rightful)
        suggestion = correction.of(parsed) if total < FEW and not newest_first else None
    except IndexUnusable:
        return replace(answer, is_limited=True)
    return replace(answer, keys=keys, total=total, suggestion=suggestion)


def keys_everywhere(
    session: Session,
    typed: str,
    *,
    fields: frozenset[TextField],
    within: Mapping[Tag, Collection[str]],
    most: int,
) -> tuple[Sequence[str], int]:
    """The newest keys with the words and how many there are, whoever may find them: for counts alone (FILTER-09).

    :raises IndexUnusable: while the index cannot be asked.
    """
    dictionary.load(session)
    parsed = _understood(typed, fields, None, _widening(session))
    if parsed.query is None:
        return (), 0
    query = _limited(parsed.query, within)
    engine = index.current()
    keys = engine.keys(query, most=most)
    return keys, len(keys) if len(keys) < most else engine.count(query)


def _understood(
    typed: str, fields: frozenset[TextField], kind: str | None, widening: Widening | None
) -> Parsed:
    least = LEAST_CHARACTERS.get(kind or "", 1)
    return parse(typed, fields=fields, kind=kind, least=least, widening=widening)


def _widening(session: Session) -> Widening:
    """What means the same as a word; the desk's groups are looked up once, when the first word is met."""
    groups = cache(lambda: synonyms.load(session))
    return lambda terms: groups().alternatives(terms)


def _limited(query: Query, within: Mapping[Tag, Collection[str]]) -> Query:
    return all_of((query, *(Tagged(tag, frozenset(values)) for tag, values in within.items())))
