"""A query as engines understand it: terms of the analyzer, tags, and how they are joined.

What a person types becomes one of these in ``app.search.language``; :mod:`app.search.reach` puts the asker's rights
into it. An engine evaluates the tree and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.search.documents import Tag, TextField


@dataclass(frozen=True, slots=True)
class Has:
    """A text field holds the term."""

    term: str
    fields: frozenset[TextField]


@dataclass(frozen=True, slots=True)
class Begins:
    """A text field holds a term that begins so; engines look at no more than ``MOST_TERMS`` of them."""

    prefix: str
    fields: frozenset[TextField]


@dataclass(frozen=True, slots=True)
class Adjacent:
    """One text field holds the terms one directly after the other."""

    terms: tuple[str, ...]
    fields: frozenset[TextField]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tag has one of the values."""

    tag: Tag
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; of no parts, everything does."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A part holds; of no parts, nothing does."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part holds, and the other one does not."""

    part: "Query"
    other: "Query"


Query = Has | Begins | Adjacent | Tagged | AllOf | AnyOf | Without

# Into how many terms a beginning may unfold, so that no wildcard expands to everything.
MOST_TERMS = 64
EVERYTHING = AllOf(())
NOTHING = AnyOf(())


def picks(query: Query) -> Iterator[Tagged]:
    """The tags that everything found must have, whatever else the query asks for: the asker's rights are among them."""
    match query:
        case Tagged():
            yield query
        case AllOf(parts):
            for part in parts:
                yield from picks(part)
        case Without(part, _):
            yield from picks(part)


def all_of(parts: Iterable[Query]) -> Query:
    """All of the parts; a single one stays as it is."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf(found)


def any_of(parts: Iterable[Query]) -> Query:
    """Any of the parts; a single one stays as it is."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AnyOf(found)
