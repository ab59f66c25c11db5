"""The query language: what a person types becomes a query of the engine; docs/search.md describes it for people.

Whatever is typed has a reading or a hint, in bounded time; nothing typed is an error.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from app.i18n import _
from app.search.documents import TextField
from app.search.language.fields import prefixes
from app.search.language.grammar import tree_of
from app.search.language.meaning import Meaning, Phrase, Run, Sides, Sought, Spot, Widening
from app.search.language.signs import MOST_CHARACTERS, fold, signs
from app.search.query import Query
from app.search.reach import DESK_FIELDS

__all__ = ["Parsed", "Phrase", "Run", "Sought", "Spot", "Widening", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood of what was typed.

    ``query`` is without anybody's rights, and ``None`` where nothing is to be searched for; ``problem`` then says why,
    in the language in force, unless nothing was typed. ``text`` is what was typed, folded; the places in ``sought``
    count in it. ``is_plain``: nothing but words, all of which must be there.
    """

    text: str
    query: Query | None = None
    problem: str = ""
    sought: Sought = field(default_factory=Sought)
    is_plain: bool = False


def parse(
    typed: str,
    *,
    fields: frozenset[TextField] = DESK_FIELDS,
    kind: str | None = None,
    least: int = 1,
    widening: Widening | None = None,
) -> Parsed:
    """Understand what somebody typed who may look into ``fields``.

    :param kind: the kind of documents that is searched, or ``None`` for all; some prefixes belong to one kind.
    :param least: with fewer characters there is no search, but a hint (KB-07).
    :param widening: gives the phrases that mean the same as a word.
    """
    folded = fold(typed)
    text = folded[:MOST_CHARACTERS]
    if not text.strip():
        return Parsed(text)
    if len(folded) > MOST_CHARACTERS:
        return Parsed(text, problem=_("Type at most %(count)d characters.", count=MOST_CHARACTERS))
    if len(text.strip()) < least:
        return Parsed(text, problem=_("Type at least %(count)d characters.", count=least))
    places = prefixes(kind, fields)
    meaning = Meaning(kind, fields, places, widening or _no_more)
    node = tree_of(signs(text, places))
    sides = meaning.of(node) if node is not None else Sides()
    if sides.wanted is None:
        return Parsed(text, problem=_nothing_wanted(sides))
    return Parsed(text, sides.wanted, "", meaning.sought, meaning.is_plain)


def _no_more(_terms: Sequence[str]) -> Collection[Phrase]:
    return ()


def _nothing_wanted(sides: Sides) -> str:
    if sides.unwanted:
        return _("Words to leave out are not enough. Add a word to search for.")
    return _("Nothing in this text can be searched for. Try other words.")
