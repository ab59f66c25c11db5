"""Words that must not be taken apart: those of the desk (``DictionaryWord``), and writings that Sudachi keeps apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.search.analyzer import folding
from app.search.analyzer.token import Token

# What Sudachi cuts another way than the word's usual writing, by the term of that.
SPELLINGS = {
    "ファイアーウォール": (
        "ファイヤーウォール",
        "ファイヤウォール",
        "ファイアウオール",
        "ファイヤーウオール",
    ),
    "切分": ("切り分け", "切分け", "切りわけ"),
    "成済": ("ナリスマシ",),
}
_TERMS = {writing: term for term, writings in SPELLINGS.items() for writing in writings}

# By the writing of a word's first and last sign: what may not stand before, and after it. A kanji word may begin a
# longer one (光回線終端装置 holds 光回線), but not end it (東京都 does not hold 京都).
_BORDERS = (
    ("[a-z0-9]", "[a-z0-9]", "[a-z0-9]"),
    ("[ァ-ヺー]", "[ァ-ヺー]", "[ァ-ヺー]"),
    ("[一-鿿々]", "[一-鿿々]", ""),
)
_LONG_VOWEL_AT_END = re.compile("(?<=[ァ-ヺ])ー+$")


def fold(word: str) -> str:
    """A word as the dictionary keeps it: width, case and blanks folded, without a long vowel at its end."""
    return _LONG_VOWEL_AT_END.sub("", " ".join(folding.fold(word).text.split()))


class OwnWords:
    """Words of the desk, found in folded texts; the longest one that fits counts."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(folded for word in words if (folded := fold(word)))
        by_sign: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words | _TERMS.keys(), key=lambda word: (-len(word), word)):
            by_sign[word[0]].append(word)
        self._pattern = re.compile(
            "|".join(
                f"{_before(sign)}(?:{'|'.join(_written(word) for word in words)})"
                for sign, words in by_sign.items()
            )
        )

    def tokens(self, text: str, start: int, end: int) -> Iterator[Token]:
        """The words between two places of a folded text."""
        for found in self._pattern.finditer(text, start, end):
            word = fold(found[0])
            yield Token(_TERMS.get(word, word), found.start(), found.end())


def _before(sign: str) -> str:
    return next((f"(?<!{before})" for signs, before, _ in _BORDERS if re.match(signs, sign)), "")


def _written(word: str) -> str:
    written = " +".join(re.escape(part) for part in word.split(" "))
    if word in _TERMS:
        return written
    long_vowel = "ー*+" if re.match("[ァ-ヺ]", word[-1]) else ""
    after = next((f"(?!{after})" for signs, _, after in _BORDERS if after and re.match(signs, word[-1])), "")
    return written + long_vowel + after
