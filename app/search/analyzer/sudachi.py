"""The Japanese dictionary: loaded when it is first needed, one tokenizer for each thread."""

import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

# The tokenizer refuses more than about 49,000 bytes at once; a sign takes four at the most.
MOST_SIGNS = 4_000

_LOADING = threading.Lock()
_OF_THREAD = threading.local()


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A word as Sudachi cuts it (middle length, B), where it stands, and the shorter words that it is made of."""

    surface: str
    start: int
    end: int
    normalized: str
    kind: str
    kind_within: str
    is_unknown: bool
    shorter: tuple["Morpheme", ...] = ()


def morphemes(text: str) -> list[Morpheme]:
    """Cut a text of at most ``MOST_SIGNS`` signs into its words."""
    from sudachipy import SplitMode  # noqa: PLC0415 - the module is loaded when it is first needed

    found = []
    for one in _tokenizer().tokenize(text):
        shorter: tuple[Morpheme, ...] = ()
        if one.end() - one.begin() > 1:
            parts = one.split(SplitMode.A)
            if len(parts) > 1:
                shorter = tuple(_morpheme(part) for part in parts)
        found.append(_morpheme(one, shorter))
    return found


def versions() -> tuple[str, str]:
    """The versions of the tokenizer and of its dictionary."""
    return version("sudachipy"), version("sudachidict-core")


def _morpheme(one: Any, shorter: tuple[Morpheme, ...] = ()) -> Morpheme:  # noqa: ANN401 - the library ships no types
    kind = one.part_of_speech()
    return Morpheme(
        one.surface(),
        one.begin(),
        one.end(),
        one.normalized_form(),
        kind[0],
        kind[1],
        one.is_oov(),
        shorter,
    )


def _tokenizer() -> "Tokenizer":
    # A tokenizer works for one caller at a time.
    if not hasattr(_OF_THREAD, "tokenizer"):
        from sudachipy import SplitMode  # noqa: PLC0415 - see above

        with _LOADING:
            _OF_THREAD.tokenizer = _dictionary().tokenizer(mode=SplitMode.B)
    tokenizer: Tokenizer = _OF_THREAD.tokenizer
    return tokenizer


@cache
def _dictionary() -> "Dictionary":
    from sudachipy import Dictionary  # noqa: PLC0415 - see above

    return Dictionary(dict="core")
