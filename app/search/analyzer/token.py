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


@dataclass(frozen=True, slots=True)
class Word:
    """A whole in the row of a text, and the parts that stand in for it on one side.

    ``begins`` are those at its beginning, which come after the word before it: 管理 in 管理者. ``ends`` are those
    at its end, which the word after it follows: ``example.com`` in ``evil.example.com``. No part is both.
    """

    term: str
    begins: tuple[str, ...]
    ends: tuple[str, ...]


def words_in(tokens: Sequence[Token]) -> list[Word]:
    """The words of a text one after the other, for phrases; ``tokens`` are all of it, as the analyzer gives them.

    A phrase is a run of its wholes, of which the first one may be a part at its whole's end, and the last one a part at
    its whole's beginning.
    """
    return [
        Word(
            whole.term,
            tuple(part.term for part in parts if part.start == whole.start),
            tuple(part.term for part in parts if part.end == whole.end),
        )
        for whole, parts in _wholes(tokens)
    ]


def pairs(words: Sequence[Word]) -> Iterator[tuple[int, str, str]]:
    """Which terms follow one another, with the place of the first one in the row; that of the wholes comes first.

    Parts of one whole are no pair.
    """
    for place, (left, right) in enumerate(pairwise(words)):
        for one in (left.term, *left.ends):
            for other in (right.term, *right.begins):
                yield place, one, other


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
