"""The keyword of case lists: what the index finds, as a condition on cases (FILTER-07).

Subjects, comments, names and texts of files are looked through; for agents the internal notes as well, for customers
never. The condition only narrows: lists add their scope to it, so that an index that is behind shows nobody more
(SEC-48).
"""

from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases import plain_words
from app.cases.documents import KIND, id_in
from app.cases.models import Case
from app.db import one_of_many
from app.i18n import _
from app.lists.filtering.keyword import Found, Look
from app.search import searching
from app.search.searching import Answer

# More cases than anybody pages through; without a limit a frequent word would bring the whole desk into one condition.
MOST = 10_000


class CaseLook(Look):
    """Finds cases by words, within the actor's reach."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    def problem(self, typed: str) -> str:
        """What is wrong with the words."""
        return searching.problem_of(typed, kind=KIND)

    def find(self, typed: str) -> Found:
        """The newest cases that hold the words; while the index cannot be asked, what the database finds by itself."""
        found = newest(self._session, self._actor, typed)
        if found.is_limited:
            return Found(plain_words.condition(self._actor, typed), limited_text())
        ids = [id_in(key) for key in found.keys]
        return Found(one_of_many(Case.id, ids), cut_text() if found.total > len(ids) else "")


def newest(session: Session, actor: Actor, typed: str) -> Answer:
    """The keys of the newest cases with the words, at most ``MOST``, and how many there are."""
    return searching.ask(session, actor, typed, kind=KIND, most=MOST, newest_first=True)


def limited_text() -> str:
    """What people are told while the index cannot be asked (F05)."""
    return _(
        "The search is limited at the moment: it looks for the words as typed, in subjects and comments of the "
        "%(most)s newest cases. Everything will be searched again shortly.",
        most=f"{plain_words.MOST_CASES:,}",
    )


def cut_text() -> str:
    """What people are told where more cases hold the words than a list takes."""
    return _(
        "Many cases match: only the %(most)s newest are searched further. Add words to narrow it down.",
        most=f"{MOST:,}",
    )
