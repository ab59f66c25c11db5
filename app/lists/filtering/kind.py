"""What every kind of field can do; the kinds themselves are modules beside this one."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, false, func, not_, or_, true

from app.i18n import _lp
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.problems import Trouble
from app.lists.filtering.tree import LONGEST_VALUE, Condition
from app.web.forms import CONTROLS

# The value that stands for nothing, with which each list of values begins; no choice and no record has this code.
NONE = "none"
NONE_SHOWN = _lp("filter value", "None")


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a list offers: its code in the address, and its words."""

    value: str
    label: str


class Control(StrEnum):
    """With what a value is entered."""

    NOTHING = "nothing"
    PICK = "pick"
    PICKS = "picks"
    TEXT = "text"
    LINES = "lines"
    DAY = "day"
    MOMENT = "moment"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be filtered by: its key in the address, its name (said where it is shown), its kind."""

    key: str
    name: str
    kind: "Kind"

    @property
    def label(self) -> str:
        """The field's name in the language in force."""
        return str(self.name)

    @property
    def is_reference(self) -> bool:
        """Tell whether it points to another record, which the field list marks with ⊙ (FILTER-04)."""
        return self.kind.is_reference


@dataclass(frozen=True, slots=True)
class Reading:
    """How a filter is read: its fields by key, the reader's time zone, and the moment of reading."""

    fields: Mapping[str, Field]
    zone: ZoneInfo
    now: datetime

    def comparable(self, key: str) -> Sequence[Field]:
        """The other fields of the same kind, with which a field can be compared (section 5, operators 13 and 14)."""
        kind = type(self.fields[key].kind)
        return [field for field in self.fields.values() if field.key != key and type(field.kind) is kind]


class Kind(ABC):
    """A kind of field: its operators, what is wrong with a condition, and the condition for the database."""

    operators: ClassVar[Sequence[Operator]]
    is_reference: ClassVar[bool] = False

    def trouble(self, key: str, condition: Condition, reading: Reading) -> Trouble | None:
        """What is wrong with a condition on the field ``key``, or ``None``."""
        if condition.operator not in self.operators:
            return Trouble.UNKNOWN_OPERATOR
        takes = Operator(condition.operator).takes
        return _wrong_count(takes, condition.values) or self._wrong_value(key, condition, reading)

    def _wrong_value(self, key: str, condition: Condition, reading: Reading) -> Trouble | None:
        if Operator(condition.operator).takes is Takes.FIELD:
            others = {field.key for field in reading.comparable(key)}
            return None if condition.values[0] in others else Trouble.OTHER_KIND
        found = (self.wrong(value, condition, reading) for value in condition.values)
        return next((trouble for trouble in found if trouble), None)

    @abstractmethod
    def wrong(self, value: str, condition: Condition, reading: Reading) -> Trouble | None:
        """What is wrong with one value, or ``None``."""

    def said(self, _condition: Condition) -> str:
        """What the kind itself says about a condition with ``Trouble.KEYWORD``."""
        return ""

    @abstractmethod
    def where(self, condition: Condition, reading: Reading) -> ColumnElement[bool]:
        """The condition for the database; only for a condition without trouble."""

    @abstractmethod
    def control(self, operator: Operator) -> Control:
        """With what the operator's values are entered."""

    def options(self) -> Sequence[Option]:
        """The values that its list offers."""
        return ()

    def shown(self, value: str, _reading: Reading) -> str:
        """A value in words, for the trail."""
        return value

    def typed(self, values: Sequence[str]) -> tuple[str, ...]:
        """Values as they stand in the address, from those that were picked or typed."""
        return tuple(values)

    def learn(self, _values: Iterable[str]) -> None:
        """Take notice of all values that a filter has for the field, so that records are looked up once."""
        return

    def entered(self, value: str) -> str:
        """A value as it stands in a control of text."""
        return value


def _wrong_count(takes: Takes, values: Sequence[str]) -> Trouble | None:
    """Too few values or too many, and what no value may be."""
    least, most = {
        Takes.NOTHING: (0, 0),
        Takes.ONE: (1, 1),
        Takes.FIELD: (1, 1),
        Takes.TWO: (2, 2),
        Takes.SEVERAL: (1, len(values)),
    }[takes]
    if len(values) > most:
        return Trouble.SURPLUS_VALUE
    if len(values) < least or not all(value.strip() for value in values):
        return Trouble.MISSING_VALUE
    if any(CONTROLS.search(value) for value in values):
        return Trouble.UNSEEN_CHARACTERS
    return Trouble.LONG_VALUE if any(len(value) > LONGEST_VALUE for value in values) else None


def negated(positive: ColumnElement[bool]) -> ColumnElement[bool]:
    """The opposite, which holds for what is empty as well: "is not X" includes cases without a value."""
    return not_(func.coalesce(positive, false()))


def any_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """One of them holds; none of no conditions does.

    A database refuses a chain of 1,000 as too deep, so kinds of fields turn lists of values into ``IN``.
    """
    return or_(false(), *conditions)


def anything() -> ColumnElement[bool]:
    """No restriction."""
    return true()


def same(one: SQLColumnExpression[Any], other: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Two fields hold the same; two empty ones do."""
    return one.is_not_distinct_from(other)
