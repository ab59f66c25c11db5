"""The keyword: words that the index finds in any text of a record (FILTER-07).

What it finds becomes a condition on the list's own rows, so that it goes together with other conditions, orders and
files. Who may find what is the business of whoever looks; the list adds its own scope all the same.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app.lists.filtering.kind import Control, Kind, Reading
from app.lists.filtering.operators import Operator
from app.lists.filtering.problems import MOST_KEYWORDS, Trouble
from app.lists.filtering.tree import Condition


@dataclass(frozen=True, slots=True)
class Found:
    """What a keyword finds, as a condition; ``notice`` says to people what is left out of it, if something is."""

    condition: ColumnElement[bool]
    notice: str = ""


class Look(ABC):
    """Finds records by words, within the actor's reach."""

    @abstractmethod
    def problem(self, typed: str) -> str:
        """What is wrong with the words and what to do about it, in the language in force; empty if nothing is."""

    @abstractmethod
    def find(self, typed: str) -> Found:
        """What the words find; only for words without a problem."""


class Keyword(Kind):
    """A keyword. It looks once for each text, however often the list asks."""

    operators = (Operator.MATCHES,)

    def __init__(self, look: Look) -> None:
        self._look = look
        self._problems: dict[str, str] = {}
        self._found: dict[str, Found] = {}
        self._count = 0

    def learn(self, values: Iterable[str]) -> None:
        """Take notice of how many keywords the filter has."""
        self._count = len(set(values))

    def wrong(self, value: str, _condition: Condition, _reading: Reading) -> Trouble | None:
        """What cannot be looked for; :meth:`said` says why."""
        if self._count > MOST_KEYWORDS:
            return Trouble.TOO_MANY_KEYWORDS
        return Trouble.KEYWORD if self._problem(value) else None

    def said(self, condition: Condition) -> str:
        """Why one of the keywords cannot be looked for."""
        return next((self._problem(value) for value in condition.values if self._problem(value)), "")

    def where(self, condition: Condition, _reading: Reading) -> ColumnElement[bool]:
        """What the words find."""
        typed = condition.values[0]
        if typed not in self._found:
            self._found[typed] = self._look.find(typed)
        return self._found[typed].condition

    def control(self, _operator: Operator) -> Control:
        """One line of words."""
        return Control.TEXT

    def notices(self) -> list[str]:
        """What is left out of the list as far as it has been asked for, each once."""
        return list(dict.fromkeys(found.notice for found in self._found.values() if found.notice))

    def _problem(self, typed: str) -> str:
        if typed not in self._problems:
            self._problems[typed] = self._look.problem(typed)
        return self._problems[typed]
