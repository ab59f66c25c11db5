"""Fields that point to other records. Which records there are, the actor's own scoped query says.

The same query offers the records, names them and looks them up; one out of reach is as unknown as one that does not
exist.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, not_

from app.lists.filtering import operators
from app.lists.filtering.kind import (
    NONE,
    NONE_SHOWN,
    Control,
    Kind,
    Option,
    Reading,
    any_of,
    anything,
    negated,
)
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.problems import Trouble
from app.lists.filtering.tree import Condition

Matches = Callable[[Sequence[int]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Record:
    """A record within reach: its key in the database, its value in the address, its name, and how it is typed."""

    key: int
    value: str
    label: str
    typed: str


class Source(ABC):
    """The records that a field may point to, as far as the actor's reach goes."""

    @abstractmethod
    def listed(self) -> Sequence[Record] | None:
        """All of them in order, or ``None`` where they are too many for a list and are typed instead."""

    @abstractmethod
    def found(self, values: Sequence[str]) -> Mapping[str, Record]:
        """Those of these values that are within reach."""

    @abstractmethod
    def named(self, words: Sequence[str]) -> Mapping[str, Record]:
        """Those that people mean by these words, where they mean one."""


class Reference(Kind):
    """A field that points to one record or none."""

    operators: ClassVar[Sequence[Operator]] = operators.REFERENCE
    is_reference = True

    def __init__(self, matches: Matches, is_empty: ColumnElement[bool], source: Source) -> None:
        self._matches = matches
        self._is_empty = is_empty
        self._source = source
        self._known: dict[str, Record | None] = {}
        self._listed: Sequence[Record] | None = None
        self._has_listed = False

    def learn(self, values: Iterable[str]) -> None:
        """Look all of these values up at once."""
        new = [value for value in dict.fromkeys(values) if value != NONE and value not in self._known]
        if new:
            found = self._source.found(new)
            self._known.update({value: found.get(value) for value in new})

    def _record(self, value: str) -> Record | None:
        self.learn([value])
        return self._known.get(value)

    def wrong(self, value: str, _condition: Condition, _reading: Reading) -> Trouble | None:
        """Only what is within reach is a value."""
        return None if value == NONE or self._record(value) else Trouble.UNKNOWN_VALUE

    def where(self, condition: Condition, _reading: Reading) -> ColumnElement[bool]:
        """Conditions on the keys of the records."""
        match Operator(condition.operator):
            case Operator.ANYTHING:
                return anything()
            case Operator.EMPTY:
                return self._is_empty
            case Operator.FILLED:
                return not_(self._is_empty)
            case Operator.IS | Operator.ANY_OF:
                return self._one_of(condition.values)
        return negated(self._one_of(condition.values))

    def _one_of(self, values: Sequence[str]) -> ColumnElement[bool]:
        keys = [record.key for value in values if (record := self._record(value)) is not None]
        empty = [self._is_empty] if NONE in values else []
        return any_of([*([self._matches(keys)] if keys else []), *empty])

    def control(self, operator: Operator) -> Control:
        """Records are picked from a list, or typed where there are too many of them."""
        if operator.takes is Takes.NOTHING:
            return Control.NOTHING
        is_several = operator.takes is Takes.SEVERAL
        if self._all() is None:
            return Control.LINES if is_several else Control.TEXT
        return Control.PICKS if is_several else Control.PICK

    def options(self) -> Sequence[Option]:
        """The records, after nothing."""
        records = (Option(record.value, record.label) for record in self._all() or ())
        return (Option(NONE, str(NONE_SHOWN)), *records)

    def _all(self) -> Sequence[Record] | None:
        if not self._has_listed:
            self._listed, self._has_listed = self._source.listed(), True
        return self._listed

    def shown(self, value: str, _reading: Reading) -> str:
        """The record's name; nothing is said of one out of reach."""
        if value == NONE:
            return str(NONE_SHOWN)
        record = self._record(value)
        return record.label if record else value

    def entered(self, value: str) -> str:
        """How the record is typed where it is not picked from a list."""
        record = self._record(value) if value != NONE else None
        return record.typed if record else value

    def typed(self, values: Sequence[str]) -> tuple[str, ...]:
        """The values of what was picked or typed; what nobody knows stays as it is, and is refused as that."""
        self.learn(values)
        unknown = [value for value in values if value != NONE and self._known.get(value) is None]
        named = self._source.named(unknown) if unknown else {}
        return tuple(dict.fromkeys(named[value].value if value in named else value for value in values))


class References(Reference):
    """A field that points to several records, such as the watch list."""

    operators = operators.REFERENCES
