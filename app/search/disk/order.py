"""The order of a text's words as one string, for phrases: looking a few keys up in it is looking for a string.

The row of the wholes comes first. Then come the pairs of which one is a part, each with its place in the row, so that
a pair of any kind is found at once, and a longer phrase is known to be in one piece.
"""

from collections.abc import Sequence
from itertools import pairwise

from app.search.analyzer import Word, pairs
from app.search.disk.keys import BETWEEN, ESCAPE, key_of

# Stands before a pair and its place.
BESIDE = ESCAPE + b"@"


def order_of(words: Sequence[Word]) -> bytes:
    """The order of a text."""
    if len(words) < 2:  # noqa: PLR2004 - one word has no neighbour
        return b""
    keys = [key_of(word.term) for word in words]
    last = -1
    for place, one, other in pairs(words):
        # The first pair of each place are the wholes, which stand in the row.
        if place == last:
            keys += (BESIDE + str(place).encode(), key_of(one), key_of(other))
        last = place
    return _joined(keys)


def holds(order: bytes, keys: Sequence[bytes]) -> bool:
    """Tell whether two keys or more stand in the text, each directly after the one before it."""
    if _joined(keys) in order:
        return True
    if len(keys) == 2 or not all(_joined(pair) in order for pair in pairwise(keys)):  # noqa: PLR2004 - see order_of
        return False
    row, *others = order.split(BETWEEN + BESIDE)
    if not others:
        return False
    wholes = row.split(BETWEEN)[1:]
    beside = {(place, *pair) for place, pair in enumerate(pairwise(wholes))}
    for other in others:
        place, one, next_one = other.split(BETWEEN)[:3]
        beside.add((int(place), one, next_one))
    return any(
        wholes[place + 1 : place + len(keys) - 1] == list(keys[1:-1])
        and (place + len(keys) - 2, keys[-2], keys[-1]) in beside
        for place, one, next_one in beside
        if (one, next_one) == (keys[0], keys[1])
    )


def _joined(keys: Sequence[bytes]) -> bytes:
    return BETWEEN + BETWEEN.join(keys) + BETWEEN
