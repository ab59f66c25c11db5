"""The part of a text that shows best why it was found, with its hits marked; titles are marked as a whole.

What is a hit is said by the tokens of the analyzer and their places in the text itself: サーバー is marked where
サーバ was asked for. Of long texts the likeliest parts are analyzed, and no more of them than a page can wait for.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.search.analyzer import Token, tokens
from app.search.language import Phrase, Sought

# How much of a text is analyzed for one excerpt, in characters, and in parts of what length.
MOST_ANALYZED = 2_400
PART = 240
# How much of a text beside the shown part is analyzed with it.
MARGIN = 20
# Texts to be marked as a whole are titles; what is longer is cut all the same.
LONGEST_WHOLE = 1_000
# How many characters may stand before the first hit so that the excerpt begins with a sentence.
LEAD = 0.4
SENTENCE_END = re.compile(r"[。．！？!?\n]+\s*|\.\s+")
BLANKS = re.compile(r"\s+")
CUT = "…"
ZERO_WIDTH_JOINER = "\u200d"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as shown, and whether it is what was asked for."""

    text: str
    is_hit: bool


def mark(text: str, sought: Sought, width: int | None = None) -> list[Piece]:
    """The best part of ``text``, about ``width`` characters of it, or all of a title.

    Without any hit it is the beginning. Line breaks and runs of blanks become one blank.
    """
    if width is None:
        text = text[:LONGEST_WHOLE]
        return _pieces(text, _hits(text, sought), (0, len(text)))
    start, end = _window(text, _likeliest(text, sought), width)
    # Only what is shown is analyzed for its marks, with a little around it, so that no word is seen cut.
    around = max(0, start - MARGIN)
    hits = _hits(text[around : end + MARGIN], sought)
    return _pieces(text, [(around + first, around + last) for first, last in hits], (start, end))


def _hits(text: str, sought: Sought) -> list[Span]:
    """Where in the text something is that was asked for, in its order, what touches joined."""
    found = tokens(text)
    beginnings = tuple(sought.beginnings)
    hits = {token for token in found if token.term.startswith(beginnings)}
    by_term: dict[str, list[Token]] = {}
    for token in found:
        by_term.setdefault(token.term, []).append(token)
    for phrase in sought.phrases:
        hits.update(_standing_together(found, by_term, phrase))
    return _joined(hits)


def _standing_together(
    found: Sequence[Token], by_term: Mapping[str, Sequence[Token]], phrase: Phrase
) -> Iterator[Token]:
    """Each place where the terms stand one directly after the other, as one token from the first to the last.

    Tokens may lie within longer ones: what comes next begins where one ends, with no other token wholly between.
    """
    for first in by_term.get(phrase[0], ()) if phrase else ():
        chain = [first]
        for term in phrase[1:]:
            end = chain[-1].end
            nearest = min((token.end for token in found if token.start >= end), default=end)
            follows = (token for token in by_term.get(term, ()) if end <= token.start < nearest)
            following = next(follows, None)
            if following is None:
                break
            chain.append(following)
        if len(chain) == len(phrase):
            yield Token(chain[-1].term, chain[0].start, chain[-1].end)


def _joined(found: Iterable[Token]) -> list[Span]:
    spans: list[Span] = []
    for token in sorted(found, key=lambda token: (token.start, -token.end)):
        if spans and token.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], token.end))
        elif token.start < token.end:
            spans.append((token.start, token.end))
    return spans


def _likeliest(text: str, sought: Sought) -> list[Span]:
    """The hits of the likeliest part that has any; analyzing is what takes the time, looking for words does not."""
    looked_for = {word for phrase in sought.phrases for word in phrase} | set(sought.beginnings)
    looked_for |= {run.whole.term for run in sought.words}
    lower = unicodedata.normalize("NFKC", text).lower()
    lower = lower if len(lower) == len(text) else text.lower()
    parts = list(_parts(text))
    # A part in which words stand as they were asked for comes before one that may hold other forms of them.
    parts.sort(key=lambda part: -sum(word in lower[part[0] : part[1]] for word in looked_for))
    for start, end in parts[: MOST_ANALYZED // PART] if looked_for else ():
        found = _hits(text[start:end], sought)
        if found:
            return [(start + first, start + last) for first, last in found]
    return []


def _parts(text: str) -> Iterator[Span]:
    """The text in parts of about ``PART`` characters that end with a sentence, if one ends there."""
    start = 0
    while start < len(text):
        end = min(len(text), start + PART)
        if end < len(text):
            ends = [found.end() for found in SENTENCE_END.finditer(text, start + PART // 2, end)]
            end = ends[-1] if ends else end
        yield start, end
        start = end


def _window(text: str, spans: Sequence[Span], width: int) -> Span:
    """The part of the text to be shown: where most different hits are, else most of them, else the first."""
    if len(text) <= width or not spans:
        return 0, _cut_before(text, width)
    best, most = spans[0][0], (0, 0)
    for at, (start, _end) in enumerate(spans):
        within = [text[first:last].lower() for first, last in spans[at:] if last <= start + width]
        if (len(set(within)), len(within)) > most:
            best, most = start, (len(set(within)), len(within))
    start = _beginning(text, best, width)
    end = _cut_before(text, start + width)
    if len(text) == end:
        start = min(start, _whole(text, max(0, end - width)))
    # The first hit is shown even where it is longer than everything that fits.
    return start, max(end, min(next(last for first, last in spans if first == best), start + 2 * width))


def _beginning(text: str, hit: int, width: int) -> int:
    """Where the excerpt begins: with the hit's sentence, if it began not long before; else a little before the hit."""
    earliest = max(0, hit - int(width * LEAD))
    if earliest == 0:
        return 0
    ends = [found.end() for found in SENTENCE_END.finditer(text, earliest, hit)]
    if ends:
        return ends[0]
    blank = text.find(" ", earliest, hit)
    return blank + 1 if blank >= 0 else _whole(text, earliest)


def _cut_before(text: str, end: int) -> int:
    """Where to end so that no word of letters and no character of several signs is cut, at ``end`` or a bit before."""
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", max(0, end - 16), end)
    if blank > 0 and text[end - 1 : end + 1].isascii() and text[end - 1 : end + 1].isalnum():
        return blank
    return _whole(text, end)


def _whole(text: str, at: int) -> int:
    """The place at or before ``at`` that does not stand within one character of several signs."""
    while 0 < at < len(text) and (
        unicodedata.category(text[at]) in {"Mn", "Me", "Mc", "Lm", "Sk"}
        or ZERO_WIDTH_JOINER in (text[at], text[at - 1])
    ):
        at -= 1
    return at


def _pieces(text: str, spans: Sequence[Span], window: Span) -> list[Piece]:
    start, end = window
    found: list[Piece] = []
    at = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        found.append(Piece(text[at : max(at, first)], is_hit=False))
        found.append(Piece(text[max(first, start) : min(last, end)], is_hit=True))
        at = min(last, end)
    found.append(Piece(text[at:end], is_hit=False))
    pieces = [Piece(BLANKS.sub(" ", piece.text), piece.is_hit) for piece in found if piece.text]
    if start > 0:
        pieces.insert(0, Piece(CUT, is_hit=False))
    if end < len(text):
        pieces.append(Piece(CUT, is_hit=False))
    return pieces
