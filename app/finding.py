"""Everything that a search finds, for the pages of both shells: one thing by its number, or groups by words.

Customers have two groups, cases and articles; the desk's people find customer numbers and people as well. Those two
stand in no index: the database looks for them.
"""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts import found as people
from app.accounts.found import FoundPeople
from app.authz import Actor, Permission
from app.cases import found as cases
from app.cases.found import FoundCases
from app.contracts import found as contracts
from app.contracts.found import FoundNumbers
from app.i18n import _
from app.knowledge import found as knowledge
from app.knowledge.found import FoundArticles
from app.search.searching import Answer

LONGEST = 200
NUMBER = re.compile(r"[A-Za-z]{2,4}[0-9]{7}")
# With blanks in it, only what begins as our numbers do: a person who types "pid 1234567" looks for words.
SPACED_NUMBER = re.compile(r"(CS|KB)[0-9]{7}", re.IGNORECASE)
# Of each group; the rest is behind its link.
SHOWN = 5
NO_NUMBERS, NO_PEOPLE = FoundNumbers(), FoundPeople()


@dataclass(frozen=True, slots=True)
class Results:
    """What the page shows, in its groups; ``articles`` is ``None`` for those who read none.

    ``is_numbered``: a whole number was typed.
    """

    cases: FoundCases
    articles: FoundArticles | None
    numbers: FoundNumbers = NO_NUMBERS
    people: FoundPeople = NO_PEOPLE
    is_numbered: bool = False

    @property
    def answers(self) -> list[Answer]:
        """What the search says about the words, for each group."""
        return [self.cases.answer, *([self.articles.answer] if self.articles else [])]

    @property
    def suggestion(self) -> str | None:
        """What was perhaps meant; of a whole number nothing, since the next one is another thing."""
        if self.is_numbered:
            return None
        return next((answer.suggestion for answer in self.answers if answer.suggestion), None)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        groups = (self.cases, self.articles, self.numbers, self.people)
        return not any(group and group.total for group in groups)

    @property
    def is_in_vain(self) -> bool:
        """Tell whether everything was looked through for words and nothing found."""
        was_whole = all(answer.was_asked and not answer.is_limited for answer in self.answers)
        return was_whole and self.is_empty and not self.is_numbered

    @property
    def notice(self) -> str:
        """What people are told while the index cannot be asked; empty while it can."""
        return limited_text() if any(answer.is_limited for answer in self.answers) else ""

    @property
    def hints(self) -> list[str]:
        """Hints at what was typed, each once."""
        return list(dict.fromkeys(answer.problem for answer in self.answers if answer.problem))


def find(session: Session, actor: Actor, text: str, *, language: str, reads_articles: bool) -> Results:
    """Look for a whole number first, and only if there is none for words."""
    numbered = cases.by_number(session, actor, text)
    articles = knowledge.by_number(session, actor, text, language=language) if reads_articles else ()
    if numbered or articles:
        of_articles = FoundArticles(articles, len(articles), Answer()) if articles else None
        return Results(FoundCases(numbered, len(numbered), Answer()), of_articles, is_numbered=True)
    return Results(
        cases.by_words(session, actor, text, shown=SHOWN),
        knowledge.by_words(session, actor, text, language=language, shown=SHOWN) if reads_articles else None,
        _numbers(session, actor, text, language),
        _people(session, actor, text),
        is_numbered=_is_number(text),
    )


def _numbers(session: Session, actor: Actor, text: str, language: str) -> FoundNumbers:
    if not actor.may(Permission.CONSOLE_POINTS_READ):
        return NO_NUMBERS
    return contracts.by_words(session, actor, text, language=language, shown=SHOWN)


def _people(session: Session, actor: Actor, text: str) -> FoundPeople:
    if not actor.may(Permission.CONSOLE_PERSON_READ):
        return NO_PEOPLE
    return people.by_words(session, actor, text, shown=SHOWN)


def _is_number(text: str) -> bool:
    even = unicodedata.normalize("NFKC", text).strip()
    return bool(NUMBER.fullmatch(even) or SPACED_NUMBER.fullmatch("".join(even.split())))


def limited_text() -> str:
    """What people are told while the index cannot be asked (F05)."""
    return _(
        "The search is limited at the moment: it looks for the words as typed, in what is newest. Everything will "
        "be searched again shortly."
    )
