"""A tree into the query of the engine: words become terms, and what is to be left out is taken from the rest."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

from app.search.analyzer import Token, asked
from app.search.documents import Tag, TextField
from app.search.language.fields import Place, numbers
from app.search.language.grammar import All, Leaf, Node, Not
from app.search.language.signs import SHORTEST_BEGINNING, Kind
from app.search.query import Adjacent, Begins, Has, Query, Tagged, Without, all_of, any_of

# More than this many terms are not asked for.
MOST_ASKED = 64
NUMBER = re.compile(r"[A-Z]{2,4}\d{7}")
# So many words side by side may mean the same as another one.
MOST_SIDE_BY_SIDE = 8
# Where words are written without blanks, the parts of a run need not stand together.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff々]")

Phrase = tuple[str, ...]
# Gives the phrases that mean the same as the terms of a word, which are not among them.
Widening = Callable[[Sequence[str]], Collection[Phrase]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A term of a plain word, how it was typed, and where it stands in the folded text."""

    term: str
    typed: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the folded text."""
        return self.start + len(self.typed)


@dataclass(frozen=True, slots=True)
class Run:
    """A plain word as one piece, and the terms that the analyzer finds in it."""

    whole: Spot
    parts: tuple[Spot, ...]


@dataclass(slots=True)
class Sought:
    """What is asked for, for marking hits and for correcting slips; what is to be left out is not among it."""

    phrases: list[Phrase] = field(default_factory=list)
    beginnings: list[str] = field(default_factory=list)
    words: list[Run] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sides:
    """What must hold, if anything is said of it, and what must not."""

    wanted: Query | None = None
    unwanted: tuple[Query, ...] = ()

    def settled(self) -> "Sides":
        """One query where something is wanted; where nothing is, what must not hold waits for a neighbour."""
        if self.wanted is None or not self.unwanted:
            return self
        return Sides(Without(self.wanted, any_of(self.unwanted)))


@dataclass
class Meaning:
    """Turns one tree into a query; ``sought`` is filled on the way."""

    kind: str | None
    allowed: frozenset[TextField]
    places: Mapping[str, Place]
    widening: Widening
    sought: Sought = field(default_factory=Sought)
    is_plain: bool = True
    # Plain words anywhere, with their terms and what they ask for.
    _words: dict[Leaf, tuple[Phrase, Query]] = field(default_factory=dict)
    _terms: int = 0

    def of(self, node: Node, *, is_wanted: bool = True) -> Sides:
        """What a node asks for."""
        if isinstance(node, Not):
            self.is_plain = False
            return _opposite(self.of(node.part, is_wanted=not is_wanted))
        if isinstance(node, Leaf):
            return Sides(self._leaf(node, is_wanted=is_wanted))
        parts = [self.of(part, is_wanted=is_wanted).settled() for part in node.parts]
        if isinstance(node, All):
            wanted = [part.wanted for part in parts if part.wanted is not None]
            wanted = self._widened(wanted, node, self.sought if is_wanted else Sought())
            unwanted = tuple(query for part in parts for query in part.unwanted)
            return Sides(all_of(wanted) if wanted else None, unwanted).settled()
        self.is_plain = False
        return _alternatives(parts)

    def _widened(self, wanted: list[Query], node: All, sought: Sought) -> list[Query]:
        """What is wanted, where words that stand side by side mean the same as others: multi factor, MFA."""
        words = [self._words[part] for part in node.parts if isinstance(part, Leaf) and part in self._words]
        if not 1 < len(words) <= MOST_SIDE_BY_SIDE:
            return wanted
        own = [query for _terms, query in words]
        ways = [all_of(own)]
        for first, last, phrase in self._over_words([terms for terms, _query in words]):
            sought.phrases += _marked(phrase, is_run=True)
            instead = _all_there(phrase, self.allowed)
            ways.append(all_of((*own[:first], instead, *own[last:])))
        others = [query for query in wanted if query not in own]
        return [any_of(ways), *others] if len(ways) > 1 else wanted

    def _over_words(self, words: Sequence[Phrase]) -> Iterator[tuple[int, int, Phrase]]:
        """Which words, from the first up to before the last, mean the same as a phrase together.

        What means the same as one of them alone is in that word's own meaning.
        """
        terms = tuple(term for word in words for term in word)
        bounds = [0, *accumulate(len(word) for word in words)]
        for phrase in self.widening(terms):
            before = _shared(terms, phrase)
            after = _shared(terms[before:][::-1], phrase[before:][::-1])
            first = bisect_right(bounds, before) - 1
            last = bisect_left(bounds, len(terms) - after)
            if last - first > 1:
                yield first, last, phrase[bounds[first] : len(phrase) - len(terms) + bounds[last]]

    def _leaf(self, leaf: Leaf, *, is_wanted: bool) -> Query | None:
        sought = self.sought if is_wanted else Sought()
        place = self.places.get(leaf.prefix)
        text = leaf.sign.text
        if place is not None:
            self.is_plain = False
        if place is not None and place.tag is not None:
            found = numbers(text.strip(" *"), self.kind)
            sought.phrases += [tuple(token.term for token in asked(number)) for number in found]
            return Tagged(place.tag, found)
        fields = place.fields if place is not None else self.allowed
        if leaf.sign.kind is Kind.PHRASE:
            self.is_plain = False
            return self._phrase(self._tokens(text), fields, sought)
        core = text.rstrip("*")
        if core != text and len(core.strip("*-")) >= SHORTEST_BEGINNING:
            self.is_plain = False
            return self._beginning(core.replace("*", " "), fields, sought)
        return self._word(text.replace("*", " "), leaf, fields, sought)

    def _tokens(self, text: str) -> list[Token]:
        found = asked(text)[: max(0, MOST_ASKED - self._terms)]
        self._terms += len(found)
        return found

    def _phrase(self, found: Sequence[Token], fields: frozenset[TextField], sought: Sought) -> Query | None:
        """Exactly these terms, one after the other."""
        if not found:
            return None
        terms = tuple(token.term for token in found)
        sought.phrases.append(terms)
        return _together(terms, fields)

    def _beginning(self, text: str, fields: frozenset[TextField], sought: Sought) -> Query | None:
        """Words that begin so: as typed, and as the analyzer has it."""
        found = self._tokens(text)
        typed = text.strip().lower()
        beginnings = [typed] if " " not in typed else []
        ways: list[Query] = [Begins(beginning, fields) for beginning in beginnings]
        if found:
            *before, last = (token.term for token in found)
            if last not in beginnings and len(last) >= SHORTEST_BEGINNING:
                beginnings.append(last)
                ways.append(all_of((*(Has(term, fields) for term in before), Begins(last, fields))))
        sought.beginnings += beginnings
        return any_of(ways) if ways else None

    def _word(self, text: str, leaf: Leaf, fields: frozenset[TextField], sought: Sought) -> Query | None:
        """A word, or a run of words without blanks, with what means the same."""
        found = self._tokens(text)
        if not found:
            return None
        terms = tuple(token.term for token in found)
        sought.words.append(_run(text, leaf.sign.start, found))
        ways: list[Query] = [_together(terms, fields)]
        is_run = len(terms) > 1 and UNSPACED.search(text) is not None
        if is_run:
            # All of them must be there; where they stand together, it fits better.
            ways.append(_all_there(terms, fields))
        sought.phrases += _marked(terms, is_run=is_run)
        for phrase in self.widening(terms):
            ways.append(_all_there(phrase, fields) if is_run else _together(phrase, fields))
            sought.phrases += _marked(phrase, is_run=is_run)
        if NUMBER.fullmatch(text.upper()):
            ways.insert(0, Tagged(Tag.NUMBER, frozenset({text.upper()})))
        meant = any_of(ways)
        if not leaf.prefix:
            self._words[leaf] = (terms, meant)
        return meant


def _shared(first: Phrase, second: Phrase) -> int:
    """With how many of the same terms the two begin."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))))


def _marked(phrase: Phrase, *, is_run: bool) -> list[Phrase]:
    return [(term,) for term in phrase] if is_run else [phrase]


def _all_there(terms: Sequence[str], fields: frozenset[TextField]) -> Query:
    return all_of(Has(term, fields) for term in dict.fromkeys(terms))


def _run(text: str, start: int, found: Sequence[Token]) -> Run:
    parts = tuple(Spot(each.term, text[each.start : each.end], start + each.start) for each in found)
    return Run(Spot(text.lower(), text, start), parts)


def _together(terms: Phrase, fields: frozenset[TextField]) -> Query:
    return Has(terms[0], fields) if len(terms) == 1 else Adjacent(terms, fields)


def _opposite(sides: Sides) -> Sides:
    sides = sides.settled()
    if sides.wanted is not None:
        return Sides(None, (sides.wanted,))
    return Sides(any_of(sides.unwanted)) if sides.unwanted else Sides()


def _alternatives(parts: Sequence[Sides]) -> Sides:
    """One of the parts; a part that only leaves out says too little to stand beside one that asks for something."""
    wanted = [part.wanted for part in parts if part.wanted is not None]
    if wanted:
        return Sides(any_of(wanted))
    unwanted = [any_of(part.unwanted) for part in parts if part.unwanted]
    return Sides(None, (all_of(unwanted),)) if unwanted else Sides()
