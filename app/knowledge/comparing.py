"""What differs between two texts, word by word, in Japanese and in English.

Lines are compared first, then the words of those that differ. Japanese has no blanks between words: runs of kanji, of
katakana and of Latin letters count as words, hiragana sign by sign, which reads as one expects.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORD = re.compile(
    r"[A-Za-z0-9\uff10-\uff5a]+(?:[.'_-][A-Za-z0-9]+)*|[\u30a1-\u30ff]+|[\u3400-\u9fff\u3005]+|[ \t\u3000]+|.",
    re.DOTALL,
)
# Comparing takes time by the square; longer texts differ as a whole where they differ.
MOST_LINES = 1_500
MOST_WORDS = 1_500
# So often may a word of one text meet itself in the other; beyond, words that are everywhere start no match, without
# which a text of few different signs takes seconds.
MOST_MEETINGS = 100_000


class Change(StrEnum):
    """Whether a piece is in both texts, only in the older, or only in the newer."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and where it is."""

    text: str
    change: Change


def compare(old: str, new: str) -> Sequence[Part]:
    """The pieces of both texts in reading order; what was removed stands before what came in its place."""
    return _joined(_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def differs(parts: Sequence[Part]) -> bool:
    """Tell whether there is any difference."""
    return any(part.change is not Change.SAME for part in parts)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for tag, before, after in _opcodes(old, new, MOST_LINES):
        if tag == "equal":
            yield Part("".join(before), Change.SAME)
        else:
            yield from _words("".join(before), "".join(after))


def _words(old: str, new: str) -> Iterator[Part]:
    for tag, before, after in _opcodes(WORD.findall(old), WORD.findall(new), MOST_WORDS):
        if tag == "equal":
            yield Part("".join(before), Change.SAME)
        else:
            yield Part("".join(before), Change.REMOVED)
            yield Part("".join(after), Change.ADDED)


def _opcodes(
    old: Sequence[str], new: Sequence[str], most: int
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """What is equal and what is not, in order; beyond ``most``, only the ends are looked at."""
    start = _same_length(old, new)
    end = _same_length(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield "equal", old[:start], old[:start]
    if max(map(len, middle)) > most:
        yield "replace", *middle
    else:
        matcher = SequenceMatcher(None, *middle, autojunk=_meetings(*middle) > MOST_MEETINGS)
        for tag, i, j, k, m in matcher.get_opcodes():
            yield tag, middle[0][i:j], middle[1][k:m]
    if end:
        yield "equal", old[len(old) - end :], old[len(old) - end :]


def _meetings(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal items two sequences have, which is what a comparison walks through again and again."""
    counts = Counter(new)
    return sum(counts[item] for item in old)


def _same_length(old: Sequence[str], new: Sequence[str]) -> int:
    """How many items both begin with."""
    most = min(len(old), len(new))
    return next((place for place in range(most) if old[place] != new[place]), most)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Neighbours of one kind as one piece; empty ones are left out."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].change is part.change:
            joined[-1] = Part(joined[-1].text + part.text, part.change)
        elif part.text:
            joined.append(part)
    return joined
