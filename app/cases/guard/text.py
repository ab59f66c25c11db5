"""Texts as the guard compares them: of one width and case, without blanks and what cannot be seen."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# A sign with what joins it when widths are unified, such as the marks of half-width kana.
_SIGN = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(part for part in folded if not part.isspace() and unicodedata.category(part) != "Cf")


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text for comparison, and where each of its signs stands in what was typed."""

    typed: str
    text: str
    places: tuple[tuple[int, int], ...]

    def excerpt(self, start: int, end: int) -> str:
        """What was typed for the signs from ``start`` until before ``end``."""
        return self.typed[self.places[start][0] : self.places[end - 1][1]]

    def stands_alone(self, start: int, end: int) -> bool:
        """Tell whether no Latin letter or digit goes on before or behind; only such words have ends to look at."""
        first, last = self.places[start][0], self.places[end - 1][1]
        before = _plain(self.typed[first - 1]) if first else ""
        after = _plain(self.typed[last]) if last < len(self.typed) else ""
        goes_on_before = _is_latin(self.text[start]) and bool(before) and _is_latin(before[-1])
        goes_on_after = _is_latin(self.text[end - 1]) and bool(after) and _is_latin(after[0])
        return not (goes_on_before or goes_on_after)


def squeeze(typed: str) -> Squeezed:
    """A text for comparison."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for found in _SIGN.finditer(typed):
        for part in _plain(found.group()):
            signs.append(part)
            places.append(found.span())
    return Squeezed(typed, "".join(signs), tuple(places))


def squeezed(typed: str) -> str:
    """The same without the places, for texts that nothing is shown of."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    return "".join(part for part in folded if not part.isspace() and unicodedata.category(part) != "Cf")


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
