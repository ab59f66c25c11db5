"""Answers from segments: what fits, as sets of document numbers, and how well, by BM25F over the fields asked.

How rare a word is, how long a text usually is, and into which terms a beginning unfolds is taken from the documents
that the query's own tags leave, the asker's rights among them: otherwise the order and the hits of one customer would
tell which words stand in the cases of others (SEC-28, C01).

A phrase is looked for in the order of the words of those documents that hold all its terms.
"""

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from app.search.disk.keys import beginning_of, key_of
from app.search.disk.segments import LENGTHS, Segment, tag_field
from app.search.documents import TextField
from app.search.query import MOST_TERMS, Adjacent, AllOf, AnyOf, Begins, Has, Query, Tagged, Without, picks

Part = tuple[Segment, frozenset[int]]
Leaf = Has | Begins | Adjacent
# The documents that a tag picks in the segment of a name.
Picked = dict[tuple[Tagged, str], AbstractSet[int]]
# Where a document stands: in which part, and its number there.
Place = tuple[int, int]

WEIGHTS = {TextField.TITLE: 4.0, TextField.TEXT: 1.0, TextField.FILES: 0.6, TextField.NOTES: 1.0}
SATURATION = 1.2
LENGTH_COUNTS = 0.75
NOTHING_FOUND: frozenset[int] = frozenset()
# Of scores that differ by less than this, neither is better.
DIGITS = 9
# From the lengths of so many texts of a part it is told how long they usually are.
MEASURED = 2_000


@dataclass(frozen=True)
class Evaluation:
    """The parts of a generation, and a query asked of them."""

    parts: Sequence[Part]
    query: Query

    @cached_property
    def reach(self) -> list[AbstractSet[int]]:
        """The documents that the query's tags leave, for each part; nothing of the others shows in an answer."""
        return self._documents(Matching({}, self._picked), AllOf(tuple(dict.fromkeys(picks(self.query)))))

    @cached_property
    def unfolded(self) -> dict[Begins, tuple[bytes, ...]]:
        """The terms of each beginning that is asked for or left out."""
        leaves = _leaves(self.query, also_excluded=True)
        return {each: self._unfold(each) for each in leaves if isinstance(each, Begins)}

    @cached_property
    def _picked(self) -> Picked:
        return {}

    def _documents(self, matching: "Matching", query: Query) -> list[AbstractSet[int]]:
        found = ((matching.documents(query, segment), gone) for segment, gone in self.parts)
        return [numbers - gone if gone else numbers for numbers, gone in found]

    def found(self) -> list[AbstractSet[int]]:
        """The documents that fit, for each part."""
        return self._documents(Matching(self.unfolded, self._picked), self.query)

    def best(self, limit: int) -> list[tuple[str, float]]:
        """The keys and scores of what fits best; of equal scores the newest first, then by key."""
        found = self.found()
        scores = self._scores(found)
        places = [(part, number) for part, numbers in enumerate(found) for number in numbers]
        # Only those that reach the last place's score are looked at more closely.
        least = heapq.nlargest(limit, (scores.get(place, 0.0) for place in places))[-1:] or [0.0]
        reaching = [place for place in places if scores.get(place, 0.0) >= least[0]]
        ranked = heapq.nsmallest(limit, ((-scores.get(place, 0.0), *self._age(place)) for place in reaching))
        return [(key, -negative) for negative, _age, key in ranked]

    def newest(self, most: int) -> list[str]:
        """The keys of what fits, newest first."""
        ages = (self._age((part, number)) for part, numbers in enumerate(self.found()) for number in numbers)
        return [key for _age, key in heapq.nsmallest(most, ages)]

    def _age(self, place: Place) -> tuple[int, str]:
        moment, key = self.parts[place[0]][0].about(place[1])
        return -moment, key

    def _unfold(self, leaf: Begins) -> tuple[bytes, ...]:
        """The keys of the first terms that begin so."""
        prefix = beginning_of(leaf.prefix)
        terms = (
            itertools.islice(segment.beginning_among(field.value, prefix, reach), MOST_TERMS)
            for (segment, _gone), reach in zip(self.parts, self.reach, strict=True)
            for field in leaf.fields
        )
        return tuple(sorted(set(itertools.chain.from_iterable(terms)))[:MOST_TERMS])

    def _scores(self, found: Sequence[AbstractSet[int]]) -> dict[Place, float]:
        scores: dict[Place, float] = defaultdict(float)
        total = sum(map(len, self.reach)) or 1
        for leaf in dict.fromkeys(_leaves(self.query)):
            frequencies = self._frequencies(leaf, found)
            documents = sum(frequency for frequency, _ in frequencies)
            rarity = math.log(1 + (total - documents + 0.5) / (documents + 0.5))
            for part, (_documents, weighted) in enumerate(frequencies):
                for number, weight in weighted.items():
                    scores[part, number] += rarity * weight * (SATURATION + 1) / (weight + SATURATION)
        return {place: round(score, DIGITS) for place, score in scores.items()}

    def _frequencies(
        self, leaf: Leaf, found: Sequence[AbstractSet[int]]
    ) -> list[tuple[int, dict[int, float]]]:
        """For each part: in how many documents the leaf is, and its weight in those that fit."""
        keys = self.unfolded[leaf] if isinstance(leaf, Begins) else ()
        told = []
        norms = {field: self._norms(field) for field in leaf.fields}
        for (segment, _gone), fitting, reach in zip(self.parts, found, self.reach, strict=True):
            weighted: dict[int, float] = defaultdict(float)
            documents: set[int] = set()
            for field in leaf.fields:
                lengths, norm, boost = segment.lengths(field.value), norms[field], WEIGHTS[field]
                for ids, times in _occurrences(leaf, keys, segment, field):
                    documents.update(each for each in ids if each in reach)
                    for number, often in zip(ids, times, strict=True):
                        if number in fitting:
                            weighted[number] += boost * often / norm[lengths[number]]
            told.append((len(documents), weighted))
        return told

    def _norms(self, field: TextField) -> list[float]:
        """By the code of a length: how much longer the field is than usual, softened."""
        measured = [
            LENGTHS[segment.lengths(field.value)[number]]
            for (segment, _gone), reach in zip(self.parts, self.reach, strict=True)
            for number in itertools.islice(reach, MEASURED)
        ]
        usual = max(sum(measured) / (len(measured) or 1), 1.0)
        return [1 - LENGTH_COUNTS + LENGTH_COUNTS * length / usual for length in LENGTHS]


@dataclass(frozen=True, slots=True)
class Matching:
    """Which documents of one part fit; beginnings are unfolded for all parts alike."""

    unfolded: dict[Begins, tuple[bytes, ...]]
    # What tags pick, since the same ones are asked for again and again.
    picked: Picked

    def documents(self, query: Query, segment: Segment) -> AbstractSet[int]:
        """The numbers of the documents that fit, those that are gone among them."""
        match query:
            case AllOf():
                return self._all(query.parts, segment)
            case AnyOf():
                return _any(self.documents(part, segment) for part in query.parts)
            case Without():
                kept = self.documents(query.part, segment)
                return kept - self.documents(query.other, segment) if kept else kept
            case Tagged():
                place = (query, segment.name)
                if place not in self.picked:
                    self.picked[place] = _any(self._holding(query, segment))
                return self.picked[place]
            case _:
                return _any(self._holding(query, segment))

    def _holding(self, query: Leaf | Tagged, segment: Segment) -> Iterator[AbstractSet[int]]:
        if isinstance(query, Tagged):
            for value in query.values:
                yield segment.holding(tag_field(query.tag), key_of(value))
            return
        for field in query.fields:
            if isinstance(query, Has):
                yield segment.holding(field.value, key_of(query.term))
            elif isinstance(query, Begins):
                for key in self.unfolded[query]:
                    yield segment.holding(field.value, key)
            elif query.terms:
                yield segment.following(field.value, tuple(map(key_of, query.terms)))

    def _all(self, parts: Sequence[Query], segment: Segment) -> AbstractSet[int]:
        if not parts:
            return frozenset(range(segment.size))
        kept = self.documents(parts[0], segment)
        for part in parts[1:]:
            if not kept:
                return NOTHING_FOUND
            kept &= self.documents(part, segment)
        return kept


def _any(found: Iterable[AbstractSet[int]]) -> AbstractSet[int]:
    sets = [each for each in found if each]
    if len(sets) == 1:
        return sets[0]
    return frozenset().union(*sets)


def _occurrences(
    leaf: Leaf, keys: Sequence[bytes], segment: Segment, field: TextField
) -> Iterator[tuple[Sequence[int], Sequence[float]]]:
    if isinstance(leaf, Has):
        yield segment.postings(field.value, key_of(leaf.term))
    elif isinstance(leaf, Begins):
        for key in keys:
            yield segment.postings(field.value, key)
    elif leaf.terms:
        holding = tuple(segment.following(field.value, tuple(map(key_of, leaf.terms))))
        yield holding, (1.0,) * len(holding)


def _leaves(query: Query, *, also_excluded: bool = False) -> Iterator[Leaf]:
    """What texts are looked through for; what must not be there says nothing of how well a text fits."""
    match query:
        case Has() | Begins() | Adjacent():
            yield query
        case AllOf() | AnyOf():
            for part in query.parts:
                yield from _leaves(part, also_excluded=also_excluded)
        case Without():
            yield from _leaves(query.part, also_excluded=also_excluded)
            if also_excluded:
                yield from _leaves(query.other, also_excluded=also_excluded)
        case Tagged():
            pass
