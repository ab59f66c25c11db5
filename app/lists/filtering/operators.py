"""The operators of all kinds of fields, their words, and what they take (section 5, FILTER-05)."""

from enum import Enum, StrEnum

from app.i18n import _lp


class Operator(StrEnum):
    """An operator by its code in the address."""

    IS = "is"
    IS_NOT = "is-not"
    ANY_OF = "any-of"
    NONE_OF = "none-of"
    EMPTY = "empty"
    FILLED = "filled"
    LESS = "lt"
    GREATER = "gt"
    AT_MOST = "le"
    AT_LEAST = "ge"
    BETWEEN = "between"
    ANYTHING = "anything"
    SAME = "same"
    DIFFERENT = "different"
    CONTAINS = "contains"
    LACKS = "lacks"
    STARTS = "starts"
    ENDS = "ends"
    ON = "on"
    NOT_ON = "not-on"
    BEFORE = "before"
    UNTIL = "until"
    AFTER = "after"
    SINCE = "since"
    LAST_DAYS = "last-days"
    # Of the keyword alone (FILTER-07).
    MATCHES = "matches"

    @property
    def label(self) -> str:
        """The operator in words, in the language in force."""
        return str(LABELS[self])

    @property
    def takes(self) -> "Takes":
        """How many values it takes, and of what sort."""
        return TAKES.get(self, Takes.ONE)


class Takes(Enum):
    """What an operator takes."""

    NOTHING = "nothing"
    ONE = "one"
    TWO = "two"
    SEVERAL = "several"
    FIELD = "field"


TAKES = {
    Operator.ANY_OF: Takes.SEVERAL,
    Operator.NONE_OF: Takes.SEVERAL,
    Operator.EMPTY: Takes.NOTHING,
    Operator.FILLED: Takes.NOTHING,
    Operator.BETWEEN: Takes.TWO,
    Operator.ANYTHING: Takes.NOTHING,
    Operator.SAME: Takes.FIELD,
    Operator.DIFFERENT: Takes.FIELD,
}
LABELS = {
    Operator.IS: _lp("filter operator", "is"),
    Operator.IS_NOT: _lp("filter operator", "is not"),
    Operator.ANY_OF: _lp("filter operator", "is one of"),
    Operator.NONE_OF: _lp("filter operator", "is not one of"),
    Operator.EMPTY: _lp("filter operator", "is empty"),
    Operator.FILLED: _lp("filter operator", "is not empty"),
    Operator.LESS: _lp("filter operator", "less than"),
    Operator.GREATER: _lp("filter operator", "greater than"),
    Operator.AT_MOST: _lp("filter operator", "less than or is"),
    Operator.AT_LEAST: _lp("filter operator", "greater than or is"),
    Operator.BETWEEN: _lp("filter operator", "between"),
    Operator.ANYTHING: _lp("filter operator", "is anything"),
    Operator.SAME: _lp("filter operator", "is same as"),
    Operator.DIFFERENT: _lp("filter operator", "is different from"),
    Operator.CONTAINS: _lp("filter operator", "contains"),
    Operator.LACKS: _lp("filter operator", "does not contain"),
    Operator.STARTS: _lp("filter operator", "starts with"),
    Operator.ENDS: _lp("filter operator", "ends with"),
    Operator.ON: _lp("filter operator", "on"),
    Operator.NOT_ON: _lp("filter operator", "not on"),
    Operator.BEFORE: _lp("filter operator", "before"),
    Operator.UNTIL: _lp("filter operator", "at or before"),
    Operator.AFTER: _lp("filter operator", "after"),
    Operator.SINCE: _lp("filter operator", "at or after"),
    Operator.LAST_DAYS: _lp("filter operator", "last N days"),
    Operator.MATCHES: _lp("filter operator", "matches"),
}
# How a condition reads in the trail where a sign says it more quickly than the words (FILTER-01).
SIGNS = {
    Operator.IS: "=",
    Operator.IS_NOT: "≠",
    Operator.LESS: "<",
    Operator.GREATER: ">",
    Operator.AT_MOST: "<=",
    Operator.AT_LEAST: ">=",
}

# The 14 operators of choices in the order of section 5.
CHOICE = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.ANY_OF,
    Operator.NONE_OF,
    Operator.EMPTY,
    Operator.FILLED,
    Operator.LESS,
    Operator.GREATER,
    Operator.AT_MOST,
    Operator.AT_LEAST,
    Operator.BETWEEN,
    Operator.ANYTHING,
    Operator.SAME,
    Operator.DIFFERENT,
)
TEXT = (
    Operator.CONTAINS,
    Operator.LACKS,
    Operator.STARTS,
    Operator.ENDS,
    Operator.IS,
    Operator.IS_NOT,
    Operator.ANY_OF,
    Operator.NONE_OF,
    Operator.EMPTY,
    Operator.FILLED,
    Operator.ANYTHING,
)
MOMENT = (
    Operator.ON,
    Operator.NOT_ON,
    Operator.BEFORE,
    Operator.UNTIL,
    Operator.AFTER,
    Operator.SINCE,
    Operator.BETWEEN,
    Operator.EMPTY,
    Operator.FILLED,
    Operator.LAST_DAYS,
    Operator.ANYTHING,
)
REFERENCE = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.ANY_OF,
    Operator.NONE_OF,
    Operator.EMPTY,
    Operator.FILLED,
    Operator.ANYTHING,
)
# A list of records has no single value that could be equal to one.
REFERENCES = (
    Operator.ANY_OF,
    Operator.NONE_OF,
    Operator.EMPTY,
    Operator.FILLED,
    Operator.ANYTHING,
)
