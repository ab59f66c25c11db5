"""What was typed, cut into signs: words, phrases, operators, parentheses, prefixes; never an error."""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum, auto

# Longer texts are refused; of words and nested parentheses no more than these are read.
MOST_CHARACTERS = 400
MOST_WORDS = 32
MOST_DEPTH = 8
# A beginning with fewer characters would unfold into half of the index.
SHORTEST_BEGINNING = 2

QUOTES = str.maketrans(dict.fromkeys("“”„‟〝〞〟", '"') | {"『": "「", "』": "」", "−": "-", "‐": "-"})
CLOSING = {'"': '"', "「": "」"}
WORD = re.compile(r'[^\s()"「」]+')
PREFIX = re.compile(r'([^\s()"「」:]{1,12}):(?=[^\s/):」])')
# A dash leaves out what follows; two of them are the option of a command, and one alone is a dash.
DASH = re.compile(r"-(?=[^\s\-)」*])")


class Kind(Enum):
    """What a sign is."""

    WORD = auto()
    PHRASE = auto()
    PREFIX = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()


OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
OPERANDS = (Kind.WORD, Kind.PHRASE)


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, and where it stands in the folded text."""

    kind: Kind
    text: str
    start: int
    end: int


def fold(typed: str) -> str:
    """What was typed with one form for each sign: half-width, blanks for control characters, one kind of quotes."""
    even = unicodedata.normalize("NFKC", typed[: MOST_CHARACTERS + 1]).translate(QUOTES)
    clean = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in even)
    return clean[: MOST_CHARACTERS + 1]


def signs(text: str, prefixes: Container[str]) -> list[Sign]:
    """The signs of a folded text; parentheses are balanced and nested no deeper than ``MOST_DEPTH``."""
    return list(_balanced(_read(text, prefixes)))


def _read(text: str, prefixes: Container[str]) -> Iterator[Sign]:
    at = words = 0
    while at < len(text) and words < MOST_WORDS:
        sign = _sign_at(text, at, prefixes)
        if sign is None:
            at += 1
            continue
        words += sign.kind in OPERANDS
        at = sign.end
        yield sign


def _sign_at(text: str, at: int, prefixes: Container[str]) -> Sign | None:
    first = text[at]
    if first in "()":
        return Sign(Kind.OPEN if first == "(" else Kind.CLOSE, first, at, at + 1)
    if first in CLOSING:
        # A quote that is never closed is no quote.
        end = text.find(CLOSING[first], at + 1)
        return Sign(Kind.PHRASE, text[at + 1 : end], at, end + 1) if end > 0 else None
    if DASH.match(text, at) and (at == 0 or text[at - 1] in " \u3000("):
        return Sign(Kind.NOT, "-", at, at + 1)
    prefix = PREFIX.match(text, at)
    if prefix and prefix[1].lower() in prefixes:
        return Sign(Kind.PREFIX, prefix[1].lower(), at, prefix.end())
    word = WORD.match(text, at)
    return Sign(OPERATORS.get(word[0], Kind.WORD), word[0], at, word.end()) if word else None


def _balanced(found: Iterator[Sign]) -> Iterator[Sign]:
    # Whether each open parenthesis counts; those too deep are left out together with their ends.
    opened: list[bool] = []
    end = 0
    for sign in found:
        end = sign.end
        if sign.kind is Kind.OPEN:
            opened.append(sum(opened) < MOST_DEPTH)
            if not opened[-1]:
                continue
        elif sign.kind is Kind.CLOSE and (not opened or not opened.pop()):
            continue
        yield sign
    for counts in reversed(opened):
        if counts:
            yield Sign(Kind.CLOSE, ")", end, end)
