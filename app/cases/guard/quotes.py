"""Quotations from internal notes: a run of thirty signs or more that stands in a note of the same case."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.cases.guard.text import Squeezed

LONG = 30
# Of two such blocks side by side in a note, a run of LONG signs holds at least one whole.
_BLOCK = LONG // 2
# A block that a text repeats again and again is compared at this many places, so that the time stays bounded.
_MOST_PLACES = 20
_SHOWN = 60


def quoted(searched: Squeezed, notes: Iterable[str], public: Iterable[str]) -> Iterator[str]:
    """What was typed of each note that is quoted; ``notes`` and ``public`` are squeezed texts.

    What the customer can read anyway, because it stands in a public text of the case, is no quotation.
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for place, block in enumerate(_blocks(searched.text)):
        places = blocks[block]
        if len(places) < _MOST_PLACES:
            places.append(place)
    known = {block for text in public for block in _blocks(text)}
    for note in notes:
        run = _run(searched.text, note, blocks, known)
        if run is not None:
            start, end = run
            yield searched.excerpt(start, min(end, start + _SHOWN))


def _blocks(text: str) -> Iterator[str]:
    return (text[place : place + _BLOCK] for place in range(len(text) - _BLOCK + 1))


def _run(text: str, note: str, blocks: dict[str, list[int]], known: set[str]) -> tuple[int, int] | None:
    for at in range(0, len(note) - _BLOCK + 1, _BLOCK):
        for place in blocks.get(note[at : at + _BLOCK], ()):
            before = _same_before(text, place, note, at)
            after = _same_after(text, place + _BLOCK, note, at + _BLOCK)
            start, end = place - before, place + _BLOCK + after
            if end - start >= LONG and (run := _unknown(text, start, end, known)) is not None:
                return run
    return None


def _unknown(text: str, start: int, end: int, known: set[str]) -> tuple[int, int] | None:
    """The first stretch of a run that is long enough and holds nothing of what the customer knows."""
    begin = start
    for place in range(start, end):
        if place + _BLOCK <= end and text[place : place + _BLOCK] in known:
            if place - begin >= LONG:
                return begin, place
            begin = place + _BLOCK
    return (begin, end) if end - begin >= LONG else None


def _same_before(text: str, place: int, note: str, at: int) -> int:
    same = 0
    while same < min(place, at) and text[place - same - 1] == note[at - same - 1]:
        same += 1
    return same


def _same_after(text: str, place: int, note: str, at: int) -> int:
    same, most = 0, min(len(text) - place, len(note) - at)
    while same < most and text[place + same] == note[at + same]:
        same += 1
    return same
