"""Text in, tokens with offsets out: the same for what is indexed, what is asked, and what is marked in excerpts."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Tokenizer


@dataclass(frozen=True, slots=True)
class Token:
    """A term, and where in the text it stands: from ``start`` up to ``end``, in characters of the text itself."""

    term: str
    start: int
    end: int


LEFT_OUT = frozenset({"空白", "補助記号", "助詞", "助動詞"})


def tokens(text: str) -> list[Token]:
    """The tokens of a text in its order."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) != len(text):
        folded = text.lower()
    return [
        Token(morpheme.normalized_form().lower(), morpheme.begin(), morpheme.end())
        for morpheme in _tokenizer().tokenize(folded)
        if morpheme.part_of_speech()[0] not in LEFT_OUT
    ]


@cache
def _tokenizer() -> "Tokenizer":
    # The dictionary takes a while and memory that most processes never need.
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415 - see above

    return Dictionary(dict="core").tokenizer(mode=SplitMode.B)
