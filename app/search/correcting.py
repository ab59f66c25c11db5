"""What somebody perhaps meant: words of the index that are written much like theirs, and that find something.

A word is proposed only if the corrected question has a hit within the asker's reach, and only if that hit, made anew
from the database, is theirs and holds the word (SEC-48). The order of proposals depends on nothing but the spelling
and on documents within reach, so that it says nothing of what others have (T07).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from app.authz import Actor
from app.search.analyzer import tokens
from app.search.documents import Document, Tag
from app.search.engine import Engine
from app.search.language import Parsed, Run, Spot
from app.search.query import EVERYTHING, Has, Query, all_of, any_of
from app.search.reach import fields_for, readers_of
from app.search.sources import sources

# Shorter words are written like too many others.
SHORTEST = 3
MOST_RUNS = 3
# So many neighbours the index names.
MOST_NEIGHBOURS = 60
MOST_LOOKED_UP = 3
# Of each of their texts so much is taken apart for it, in characters: with files they may be long, and a person waits.
LONGEST_LOOKED_INTO = 20_000
# Two words less alike than this are no slip of each other.
LEAST_LIKE = 0.6


@dataclass(frozen=True, slots=True)
class Correction:
    """Corrects the words of one asker.

    ``understood`` gives the meaning of a text; ``rightful`` puts the asker's rights, and what else limits the question,
    into a query.
    """

    session: Session
    actor: Actor
    engine: Engine
    understood: Callable[[str], Parsed]
    rightful: Callable[[Query], Query]

    def of(self, parsed: Parsed) -> str | None:
        """The question with its slips put right, or ``None`` where there are none or nothing better is known.

        :raises IndexUnusable: while the index cannot be asked.
        """
        text, put = parsed.text, set[str]()
        # From the end, so that the places before it still hold.
        for run in reversed(parsed.sought.words[:MOST_RUNS]):
            for spot, better in self._slips(run):
                text = text[: spot.start] + better + text[spot.end :]
                put.add(better)
        return text.strip() if put and self._finds(text, put) else None

    def _slips(self, run: Run) -> Sequence[tuple[Spot, str]]:
        """What is wrong in a word, last part first: the whole of it, or parts of it."""
        if self._is_known(part.term for part in run.parts):
            return ()
        whole = self._better(run.whole)
        if whole is not None:
            return [(run.whole, whole)]
        unknown = [part for part in reversed(run.parts) if not self._is_known((part.term,))]
        better = ((part, self._better(part)) for part in unknown[:MOST_RUNS] if len(run.parts) > 1)
        return [(part, found) for part, found in better if found is not None]

    def _is_known(self, terms: Iterable[str]) -> bool:
        return self.engine.count(self.rightful(all_of(self._has(term) for term in terms))) > 0

    def _has(self, term: str) -> Has:
        return Has(term, fields_for(self.actor))

    def _better(self, spot: Spot) -> str | None:
        """The nearest word that the asker has something of."""
        if len(spot.typed) < SHORTEST:
            return None
        alike = {
            term: SequenceMatcher(None, spot.term, term).ratio()
            for term in self._neighbours(spot.term)
            if term != spot.term
        }
        near = sorted(
            (term for term, likeness in alike.items() if likeness >= LEAST_LIKE),
            key=lambda term: (-alike[term], term),
        )
        if not near or not self._is_any_known(near):
            return None
        # Half by half down to the first of them, however many nearer ones there are that only others have.
        while len(near) > 1:
            half = near[: len(near) // 2]
            near = half if self._is_any_known(half) else near[len(half) :]
        return near[0]

    def _neighbours(self, term: str) -> Sequence[str]:
        """Of words that only others have none takes a place away from the asker's own."""
        return self.engine.near(
            term, most=MOST_NEIGHBOURS, within=self.rightful(EVERYTHING), fields=fields_for(self.actor)
        )

    def _is_any_known(self, terms: Iterable[str]) -> bool:
        return self.engine.count(self.rightful(any_of(self._has(term) for term in terms))) > 0

    def _finds(self, text: str, put: Collection[str]) -> bool:
        """Whether the corrected question finds what is the asker's by the database, and holds the words put in."""
        query = self.understood(text).query
        if query is None:
            return False
        both = self.rightful(all_of((query, *(self._has(term) for term in sorted(put)))))
        hits = self.engine.search(both, limit=MOST_LOOKED_UP)
        return any(self._holds(document, put) for hit in hits for document in self._made_anew(hit.key))

    def _made_anew(self, key: str) -> Iterable[Document]:
        """The document of a key as the database has it now; keys begin with the type and the id of their record."""
        subject_type, subject_id = key.split(":")[:2]
        source = sources().get(subject_type)
        made = source.documents(self.session, [int(subject_id)]) if source else ()
        return (document for document in made if document.key == key)

    def _holds(self, document: Document, put: Collection[str]) -> bool:
        is_theirs = self.actor.is_system or document.tags[Tag.READERS] & readers_of(self.actor)
        readable = fields_for(self.actor)
        texts = (text[:LONGEST_LOOKED_INTO] for place, text in document.texts.items() if place in readable)
        return bool(is_theirs) and set(put) <= {token.term for text in texts for token in tokens(text)}
