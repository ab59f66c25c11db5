"""Names of contract holders in a text: all of them are looked for at once, by their first three signs.

A process keeps the names until a contract holder is added or changed, which the journal tells.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.guard.text import Squeezed, squeezed
from app.contracts.models import ContractHolder
from app.journal import JournalEvent

# A会社 is a company, too; names of two signs would be found in half of all texts.
SHORTEST = 3
# What a company's name is called without, and by what it is addressed then: 「ひかり商事様」 for 株式会社ひかり商事.
_LEGAL_FORM = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益財団法人|公益社団法人"
    r"|独立行政法人|学校法人|医療法人|\(株\)|\(有\)|\(同\)"
    r"|,?(?:co\.,?ltd\.?|inc\.?|corp\.?|corporation|llc|ltd\.?|k\.k\.|gmbh)$"
)
_ADDRESSED = re.compile(r"様|さま|御中|殿|さん")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is looked for; ``is_short`` ones count only where somebody is addressed by them."""

    text: str
    holder_id: int
    is_short: bool


class NameIndex:
    """All names, by their first signs."""

    def __init__(self, holders: Iterable[tuple[int, str]]) -> None:
        self._by_start: dict[str, list[Name]] = defaultdict(list)
        self._whole: dict[int, str] = {}
        for holder_id, typed in holders:
            whole = squeezed(typed)
            self._whole[holder_id] = whole
            self._add(Name(whole, holder_id, is_short=False))
            core = _LEGAL_FORM.sub("", whole)
            if core != whole:
                self._add(Name(core, holder_id, is_short=True))

    def _add(self, name: Name) -> None:
        if len(name.text) >= SHORTEST:
            self._by_start[name.text[:SHORTEST]].append(name)

    def found_in(self, searched: Squeezed, holder_id: int) -> Iterator[str]:
        """What was typed of names of other holders; the own name, and names that are part of it, are none.

        Where one name is the beginning of another, the longer one is told; inside the own name nothing is looked for.
        """
        own, text = self._whole.get(holder_id, ""), searched.text
        place = 0
        while place <= len(text) - SHORTEST:
            if (
                own
                and text.startswith(own, place)
                and not self._longest(searched, place, own, holder_id, len(own))
            ):
                place += len(own)
                continue
            end = self._longest(searched, place, own, holder_id)
            if end:
                yield searched.excerpt(place, end)
            place = end or place + 1

    def _longest(self, searched: Squeezed, place: int, own: str, holder_id: int, beyond: int = 0) -> int:
        """Where the longest foreign name that begins here ends, if it is longer than ``beyond``; else 0."""
        ends = [
            place + len(name.text)
            for name in self._by_start.get(searched.text[place : place + SHORTEST], ())
            if len(name.text) > beyond
            and searched.text.startswith(name.text, place)
            and name.holder_id != holder_id
            and name.text not in own
            and searched.stands_alone(place, place + len(name.text))
            and (not name.is_short or _ADDRESSED.match(searched.text, place + len(name.text)))
        ]
        return max(ends, default=0)


@dataclass(slots=True)
class _Kept:
    generation: tuple[int, str | None] | None = None
    index: NameIndex | None = None


_kept = _Kept()


def names_of_all(session: Session) -> NameIndex:
    """The names of all contract holders, read anew when one was added or changed."""
    generation = _generation(session)
    index = _kept.index
    if index is None or _kept.generation != generation:
        rows = session.execute(select(ContractHolder.id, ContractHolder.name).order_by(ContractHolder.id))
        index = NameIndex((row[0], row[1]) for row in rows)
        _kept.generation, _kept.index = generation, index
    return index


def _generation(session: Session) -> tuple[int, str | None]:
    """What changes with every change of a contract holder: how many there are, and the link of the last event."""
    last = select(func.max(JournalEvent.id)).where(JournalEvent.subject_type == ContractHolder.subject_type)
    link = session.scalar(select(JournalEvent.hash).where(JournalEvent.id == last.scalar_subquery()))
    return session.scalar(select(func.count()).select_from(ContractHolder)) or 0, link
