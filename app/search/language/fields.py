"""The prefixes that narrow a word to one text, such as ``title:``; docs/search.md shows them as a table.

What stands here is all there is: an unknown prefix is a word like any other, since people look for ``http://host`` and
``error: 42``. A prefix of a text that the asker may not see is unknown to them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.search.documents import Tag, TextField


@dataclass(frozen=True, slots=True)
class Place:
    """Where a prefix has its word looked for: in text fields, or in the values of a tag."""

    fields: frozenset[TextField] = frozenset()
    tag: Tag | None = None


TITLE = Place(frozenset({TextField.TITLE}))
TEXT = Place(frozenset({TextField.TEXT}))
FILES = Place(frozenset({TextField.FILES}))
NOTES = Place(frozenset({TextField.NOTES}))
NUMBER = Place(tag=Tag.NUMBER)

# As people type them, folded: small letters, half-width.
COMMON = {
    "title": TITLE,
    "タイトル": TITLE,
    "number": NUMBER,
    "番号": NUMBER,
    "text": TEXT,
    "本文": TEXT,
    "file": FILES,
    "ファイル": FILES,
}
OF_KIND: Mapping[str, Mapping[str, Place]] = {
    "article": {"題名": TITLE},
    "case": {
        "subject": TITLE,
        "件名": TITLE,
        "ケース番号": NUMBER,
        "comment": TEXT,
        "コメント": TEXT,
        "添付": FILES,
        "note": NOTES,
        "内部メモ": NOTES,
    },
}
# How the numbers of a kind begin, and with how many digits they go on.
DIGITS = 7
NUMBERED = {"case": "CS", "article": "KB"}


def prefixes(kind: str | None, allowed: Collection[TextField]) -> dict[str, Place]:
    """The prefixes that somebody who may look into ``allowed`` can use for one kind, or for all of them."""
    kinds = OF_KIND if kind is None else (kind,)
    known = dict(COMMON)
    for each in kinds:
        known.update(OF_KIND.get(each, {}))
    return {name: place for name, place in known.items() if place.tag or place.fields <= set(allowed)}


def numbers(typed: str, kind: str | None) -> frozenset[str]:
    """The numbers that somebody means by ``CS0067414``, ``cs67414`` or ``67414``."""
    asked = typed.upper()
    begins = [NUMBERED[kind]] if kind in NUMBERED else list(NUMBERED.values())
    meant = {asked}
    for prefix in begins:
        digits = asked.removeprefix(prefix)
        if digits.isascii() and digits.isdigit() and len(digits) <= DIGITS:
            meant.add(prefix + digits.zfill(DIGITS))
    return frozenset(meant)
