"""Text in, tokens with offsets out: the same for what is indexed, what is asked, and what is marked in excerpts.

A text is folded (``folding``); addresses, hashes and other wholes are taken out of it as they are (``wholes``), then
the desk's own words (``own_words``); what is left is cut into words, English ones (``english``) and Japanese ones
(``japanese``). It takes any text, of any length, in linear time, and needs no database.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from app.search.analyzer import english, japanese, sudachi, wholes
from app.search.analyzer.folding import Folded
from app.search.analyzer.folding import fold as fold_signs
from app.search.analyzer.own_words import SPELLINGS, OwnWords, fold
from app.search.analyzer.token import Token, Word, pairs, without_parts, words_in

__all__ = [
    "Token",
    "Word",
    "asked",
    "fingerprint",
    "fold",
    "pairs",
    "tokens",
    "use_words",
    "words_in",
    "words_in_use",
]

# To be raised with every change of what the modules here make of a text, so that indexes are built anew.
VERSION = 3

_RUN = re.compile(
    rf"(?P<japanese>{japanese.STRETCH.pattern})|(?P<word>{english.WORD.pattern})|(?P<other>[^\W\d_]++)",
    re.VERBOSE,
)


class _Words:
    """The desk's words that this process uses, put in place as a whole."""

    current = OwnWords(())


def use_words(words: Iterable[str]) -> None:
    """Take these for the desk's own words from now on, in this process (``app.search.dictionary`` tells them)."""
    chosen = frozenset(filter(None, map(fold, words)))
    if chosen != _Words.current.words:
        _Words.current = OwnWords(chosen)


def words_in_use() -> frozenset[str]:
    """The desk's own words that are in use in this process, folded."""
    return _Words.current.words


def tokens(text: str) -> list[Token]:
    """All tokens of a text, by where they begin; a whole comes before its parts. For indexing and marking."""
    folded = fold_signs(text)
    starts, ends = folded.starts, folded.ends
    found = sorted(
        (starts[token.start], -ends[token.end - 1], token.start, token.term[: english.MOST_SIGNS])
        for token in _tokens(folded, text)
    )
    return [Token(term, start, -end) for start, end, _place, term in found]


def asked(text: str) -> list[Token]:
    """What a query asks for: the tokens of a text that are no part of a longer one."""
    return without_parts(tokens(text))


def fingerprint() -> str:
    """What tokens depend on besides the text; an index made under another one must be built anew."""
    parts = (str(VERSION), *sudachi.versions(), *sorted(SPELLINGS), *sorted(words_in_use()))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def _tokens(folded: Folded, source: str) -> Iterator[Token]:
    words = _Words.current
    for start, end, whole in _between(len(folded.text), wholes.wholes(folded.text)):
        yield from whole
        for rest_start, rest_end, own in _between(
            end, ([one] for one in words.tokens(folded.text, start, end)), start
        ):
            yield from own
            yield from _words(folded, source, rest_start, rest_end)


def _between(
    end: int, taken: Iterable[list[Token]], start: int = 0
) -> Iterator[tuple[int, int, list[Token]]]:
    """What stands between tokens that are taken, each time with the tokens that come after it."""
    place = start
    for some in taken:
        yield place, some[0].start, some
        place = some[0].end
    yield place, end, []


def _words(folded: Folded, source: str, start: int, end: int) -> Iterator[Token]:
    for run in _RUN.finditer(folded.text, start, end):
        begin = run.start()
        if run["japanese"]:
            yield from japanese.japanese_tokens(run[0], begin)
            yield from (
                Token(number[0], begin + number.start(), begin + number.end())
                for number in re.finditer("[0-9]+", run[0])
            )
        elif run["other"]:
            yield Token(run[0], begin, run.end())
        else:
            is_capital = source[folded.starts[begin] : folded.ends[run.end() - 1]].isupper()
            token = english.word(run[0], begin, is_capital=is_capital)
            if token is not None:
                yield token
