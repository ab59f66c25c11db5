"""What the analyzer makes of a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Token:
    """A term, and where in the text it stands: from ``start`` up to ``end``, in characters of the text itself.

    A token may lie within a longer one as its part: ``example.com`` in ``evil.example.com``, 東京 in 東京都.
    """

    term: str
    start: int
    end: int


def without_parts(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that are no part of a longer one: what a query asks for."""
    return [whole for whole, _parts in _wholes(tokens)]


def pairs(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Which terms follow one another, for phrases; ``tokens`` are all those of a text, as the analyzer gives them.

    A part stands beside what its whole stands beside, on the side where it reaches the edge of the whole: 管理 in
    管理者 comes after the word before, and not before the word after. Parts of one whole are no pair.
    """
    for (left, left_parts), (right, right_parts) in pairwise(_wholes(tokens)):
        before = [left.term, *(part.term for part in left_parts if part.end == left.end)]
        after = [right.term, *(part.term for part in right_parts if part.start == right.start)]
        yield from ((one, other) for one in before for other in after)


def _wholes(tokens: Sequence[Token]) -> list[tuple[Token, list[Token]]]:
    wholes: list[tuple[Token, list[Token]]] = []
    for token in tokens:
        last = wholes[-1][0] if wholes else None
        # Words of one sign, such as ㍿, share its place; none of them is a part of another.
        if last is None or token.end > last.end or (token.start, token.end) == (last.start, last.end):
            wholes.append((token, []))
        else:
            wholes[-1][1].append(token)
    return wholes
