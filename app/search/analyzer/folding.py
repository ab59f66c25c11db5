"""One writing for what is written in many: width, case, composed signs, hyphens, what cannot be seen.

Folding may change the length of a text (ｶﾞ is two signs and becomes one, ㍿ is one and becomes four), so it keeps for
each folded sign where in the source it came from.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Signs that fold to themselves, whatever stands before or after them, but for the case of ASCII letters.
_PLAIN = re.compile(r"[\t\n\r -~、。「」ぁ-ゖァ-ヺー一-鿿]+")
# Longer rows of combining marks are no writing; the limit keeps putting them in order quick.
_MOST_MARKS = 30

# Variants that NFKC leaves apart: hyphens and dashes, typographic apostrophes, dashes drawn for the long vowel, and the
# forms of kanji that stand in names.
_VARIANTS = str.maketrans(
    "‐‒–−’‘ʼ" + "髙﨑邉邊澤濵濱齋齊櫻廣國學會體黑德惠榮豐萬條邨峯嶋嶌曾瀨眞冨靑",
    "----'''" + "高崎辺辺沢浜浜斎斉桜広国学会体黒徳恵栄豊万条村峰島島曽瀬真富青",
)
_KATAKANA_DASH = re.compile(r"(?<=[ァ-ヺー])[―—─━](?![―—─━])")

# Signs without a width: soft hyphens, zero-width spaces and joiners, marks of direction, variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``starts[i]`` and ``ends[i]`` say from where to where in the source its sign ``i`` stood."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def fold(source: str) -> Folded:
    """Fold a text: NFKC, lower case, plain hyphens; accents of Latin letters and invisible signs are left out."""
    if _PLAIN.fullmatch(source) or not source:
        return Folded(_variants(source.lower()), range(len(source)), range(1, len(source) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in _pieces(source):
        pieces.append(piece)
        if len(piece) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(piece))
            ends.extend([end] * len(piece))
    return Folded(_variants("".join(pieces)), starts, ends)


def _variants(text: str) -> str:
    return _KATAKANA_DASH.sub("ー", text.translate(_VARIANTS))


def _pieces(source: str) -> list[tuple[int, int, str]]:
    """The source cut where nothing composes across the cut, each piece folded."""
    pieces: list[tuple[int, int, str]] = []
    place, length = 0, len(source)
    while place < length:
        plain = _PLAIN.match(source, place)
        end = plain.end() if plain else place
        if end < length and end > place and _joins(source[end]):
            end -= 1
        if end > place:
            pieces.append((place, end, source[place:end].lower()))
            place = end
            continue
        end = place + 1
        while end < length and end - place < _MOST_MARKS and _joins(source[end]):
            end += 1
        pieces.append((place, end, _cluster(source[place:end])))
        place = end
    return pieces


@lru_cache(maxsize=4096)
def _joins(sign: str) -> bool:
    """Whether a sign may compose with the one before it, or is left out: then it belongs to that one."""
    if _UNSEEN.match(sign):
        return True
    first = unicodedata.normalize("NFKD", sign)[0]
    category = unicodedata.category(first)
    return category in {"Mn", "Mc", "Me"} or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=4096)
def _cluster(signs: str) -> str:
    seen = _UNWRITABLE.sub(" ", _UNSEEN.sub("", signs))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).lower())
    folded = _UNWRITABLE.sub(" ", _UNSEEN.sub("", folded))
    apart = unicodedata.normalize("NFKD", folded)
    if len(apart) > len(folded) and apart[:1].isascii() and apart[:1].isalpha():
        return "".join(sign for sign in apart if not unicodedata.combining(sign))
    return folded
