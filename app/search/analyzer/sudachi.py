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
# Asking the tokenizer what a word is takes longer than cutting it off; a process keeps what it has met.
_KNOWN: dict[tuple[int, str], "Morpheme"] = {}
_MOST_KNOWN = 50_000
LONGEST_KEPT = 40


@dataclass(frozen=True, slots=True, eq=False)
class Morpheme:
    """A word as Sudachi cuts it (middle length, B), and the shorter words that it is made of.

    A word met before is the same object again, so that what is found out about it can be kept.
    """

    surface: str
    normalized: str
    kind: str
    kind_within: str
    is_unknown: bool
    shorter: tuple["Morpheme", ...] = ()


def morphemes(text: str) -> list[tuple[int, Morpheme]]:
    """Cut a text of at most ``MOST_SIGNS`` signs into its words, each with where it begins."""
    found = []
    for one in _tokenizer().tokenize(text):
        start = one.begin()
        # Dictionary words have a number each; unknown ones share those of their kinds.
        key = (one.word_id(), text[start : one.end()])
        known = _KNOWN.get(key)
        if known is None:
            known = _morpheme(one)
            if len(_KNOWN) < _MOST_KNOWN and len(key[1]) <= LONGEST_KEPT:
                _KNOWN[key] = known
        found.append((start, known))
    return found


def versions() -> tuple[str, str]:
    """The versions of the tokenizer and of its dictionary."""
    return version("sudachipy"), version("sudachidict-core")


def _morpheme(one: Any) -> Morpheme:  # noqa: ANN401 - the library ships no types
    from sudachipy import SplitMode  # noqa: PLC0415 - the module is loaded when it is first needed

    kind = one.part_of_speech()
    parts = one.split(SplitMode.A) if one.end() - one.begin() > 1 else ()
    shorter = tuple(_morpheme(part) for part in parts) if len(parts) > 1 else ()
    return Morpheme(one.surface(), one.normalized_form(), kind[0], kind[1], one.is_oov(), shorter)


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
