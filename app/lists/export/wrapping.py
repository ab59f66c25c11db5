"""Setting text in lines: which signs a font has, how wide they are, and where a line may end."""

import unicodedata
from collections.abc import Mapping

# Printers' sign for a letter that the case does not have; every font for Japanese has it.
GETA = "〓"
# From here on signs are set without blanks between words, so a line may end after any of them …
FIRST_WIDE = 0x2E80
# … but none begins with one of these, and none ends with one of those (JIS X 4051, the usual ones).
NEVER_FIRST = frozenset(
    "、。，．・：；？！）」』】］｝〉》〕’”ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞ"
)
NEVER_LAST = frozenset("（「『【［｛〈《〔‘“")


class _Printed(dict[int, str]):
    """What is printed for each sign, worked out when the sign first comes."""

    def __init__(self, has: Mapping[int, object]) -> None:
        super().__init__({ord("\t"): " ", ord("\n"): "\n"})
        self._has = has

    def __missing__(self, code: int) -> str:
        is_unseen = unicodedata.category(chr(code)) in {"Cc", "Cf", "Mn", "Me"}
        shown = "" if is_unseen else chr(code) if code in self._has else GETA
        self[code] = shown
        return shown


class _Widths(dict[str, float]):
    """The width of each sign in thousandths of the letter's size."""

    def __init__(self, widths: Mapping[int, float]) -> None:
        super().__init__()
        self._widths = widths

    def __missing__(self, sign: str) -> float:
        width = self[sign] = float(self._widths[ord(sign)])
        return width


class Face:
    """A font in one size.

    :param widths: the width of every sign the font has, by its code, in thousandths of the size.
    """

    def __init__(self, widths: Mapping[int, float], size: float) -> None:
        self.size = size
        self._printed = _Printed(widths)
        self._widths = _Widths(widths)

    def width(self, text: str) -> float:
        """How wide a printable text is set."""
        return sum(map(self._widths.__getitem__, text)) * self.size / 1_000

    def lines(self, text: str, room: float) -> list[str]:
        """The text in lines no wider than ``room``; a sign wider than that has a line of its own."""
        printable = unicodedata.normalize("NFC", text).translate(self._printed)
        if "\n" not in printable and self.width(printable) <= room:
            return [printable]
        return [line for part in printable.split("\n") for line in self._wrapped(part, room)]

    def _wrapped(self, text: str, room: float) -> list[str]:
        lines, start, chance, used = [], 0, 0, 0.0
        for index, sign in enumerate(text):
            wide = self.width(sign)
            while used + wide > room and index > start:
                end = chance if chance > start else index
                lines.append(text[start:end].rstrip())
                start = end
                used = self.width(text[start:index])
            used += wide
            if may_end_after(sign, text[index + 1 : index + 2]):
                chance = index + 1
        return [*lines, text[start:]]


def may_end_after(sign: str, following: str) -> bool:
    """Tell whether a line may end between two signs."""
    if not following or following in NEVER_FIRST or sign in NEVER_LAST or following == " ":
        return False
    return sign in " -" or ord(sign) >= FIRST_WIDE or ord(following) >= FIRST_WIDE
