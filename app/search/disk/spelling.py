"""Terms written much like another one: at most one sign apart, two where the word is long."""

import itertools
import time
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from app.search.disk.keys import beginning_of, key_of, term_of
from app.search.disk.segments import Segment
from app.search.documents import TextField

# From so many signs on, two may be wrong.
LONG_WORD = 7
# A guess is not worth more than this, in seconds.
PATIENCE = 0.15


# A segment and those of its documents whose terms count.
Shelf = tuple[Segment, AbstractSet[int]]


def near(
    term: str, shelves: Iterable[Shelf], *, most: int, fields: Iterable[TextField] = TextField
) -> list[str]:
    """The terms nearest to ``term``, of those equally near the more frequent first; ``term`` itself is none.

    Looked at are terms with the same first sign; where there is none, all of them, as far as patience goes. What only
    other documents or fields hold takes no place among them.
    """
    places = list(itertools.product(shelves, fields))
    end = time.monotonic() + PATIENCE
    found = _among(term, places, term[:1], end) or _among(term, places, "", end)
    ranked = sorted(found, key=lambda each: (found[each], -_frequency(each, places), each))
    return ranked[:most]


def _among(
    term: str, places: Sequence[tuple[Shelf, TextField]], beginning: str, end: float
) -> dict[str, int]:
    allowed = 2 if len(term) >= LONG_WORD else 1
    found: dict[str, int] = {}
    for (segment, documents), field in places:
        for key in segment.beginning(field.value, beginning_of(beginning)):
            if time.monotonic() > end:
                return found
            candidate = term_of(key) or term
            if candidate != term and candidate not in found and abs(len(candidate) - len(term)) <= allowed:
                away = distance(term, candidate, allowed)
                if away <= allowed and not documents.isdisjoint(segment.postings(field.value, key)[0]):
                    found[candidate] = away
    return found


def _frequency(term: str, places: Sequence[tuple[Shelf, TextField]]) -> int:
    return sum(
        sum(1 for number in segment.postings(field.value, key_of(term))[0] if number in documents)
        for (segment, documents), field in places
    )


def distance(first: str, second: str, most: int) -> int:
    """How many signs must be changed, left out, put in or swapped with their neighbour; ``most`` + 1 if it is more."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, sign in enumerate(first, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == second[j - 2] and first[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
