"""What can be wrong with a filter, and how people are told."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import N_, _
from app.lists.filtering.tree import LONGEST_VALUE, MOST_ALTERNATIVES, MOST_ROWS, MOST_VALUES, Place

LONGEST_FILTER = 4_000
# Each keyword of a filter asks the index once.
MOST_KEYWORDS = 5


class Trouble(StrEnum):
    """One thing that can be wrong with a filter."""

    MALFORMED = "malformed"
    TOO_LONG = "too-long"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_ALTERNATIVES = "too-many-alternatives"
    TOO_MANY_VALUES = "too-many-values"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_OPERATOR = "unknown-operator"
    MISSING_VALUE = "missing-value"
    SURPLUS_VALUE = "surplus-value"
    UNKNOWN_VALUE = "unknown-value"
    LONG_VALUE = "long-value"
    UNSEEN_CHARACTERS = "unseen-characters"
    NO_ORDER = "no-order"
    NO_DATE = "no-date"
    NO_DAYS = "no-days"
    OTHER_KIND = "other-kind"
    KEYWORD = "keyword"
    TOO_MANY_KEYWORDS = "too-many-keywords"


# A value out of the actor's reach is told like one that does not exist (SEC-26).
TEXTS: dict[Trouble, str] = {
    Trouble.MALFORMED: N_("The filter in this address cannot be read. Set the conditions again."),
    Trouble.TOO_LONG: N_("The filter is too long: at most %(most)s characters."),
    Trouble.TOO_MANY_ROWS: N_("Too many conditions: at most %(most)s rows."),
    Trouble.TOO_MANY_ALTERNATIVES: N_("Too many alternatives: at most %(most)s in a row."),
    Trouble.TOO_MANY_VALUES: N_("Too many values: at most %(most)s in a condition."),
    Trouble.UNKNOWN_FIELD: N_("There is no such field. Choose one from the list."),
    Trouble.UNKNOWN_OPERATOR: N_("This field has no such operator. Choose one from the list."),
    Trouble.MISSING_VALUE: N_("Enter a value for this condition."),
    Trouble.SURPLUS_VALUE: N_("This operator does not take so many values."),
    Trouble.UNKNOWN_VALUE: N_("This value does not exist, or it is not open to you."),
    Trouble.LONG_VALUE: N_("The value is too long: at most %(most)s characters."),
    Trouble.UNSEEN_CHARACTERS: N_("Remove the invisible control characters from this text."),
    Trouble.NO_ORDER: N_("“None” is neither less nor greater than another value. Choose another one."),
    Trouble.NO_DATE: N_("Enter a date such as 2026-04-01, or with a time such as 2026-04-01T09:30."),
    Trouble.NO_DAYS: N_("Enter a whole number of days from 1 to 3650."),
    Trouble.OTHER_KIND: N_("Choose another field of the same kind."),
    Trouble.KEYWORD: N_("Enter other words to look for."),
    Trouble.TOO_MANY_KEYWORDS: N_("Too many keywords: at most %(most)s in a filter."),
}
LIMITS: dict[Trouble, int] = {
    Trouble.TOO_LONG: LONGEST_FILTER,
    Trouble.TOO_MANY_ROWS: MOST_ROWS,
    Trouble.TOO_MANY_ALTERNATIVES: MOST_ALTERNATIVES,
    Trouble.TOO_MANY_VALUES: MOST_VALUES,
    Trouble.LONG_VALUE: LONGEST_VALUE,
    Trouble.TOO_MANY_KEYWORDS: MOST_KEYWORDS,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A trouble and the condition that has it; one without a place concerns the filter as a whole.

    ``said`` is what the field itself says about it, in place of the trouble's own words.
    """

    trouble: Trouble
    place: Place | None = None
    said: str = ""

    @property
    def text(self) -> str:
        """What is wrong and what to do about it, in the language in force."""
        if self.said:
            return self.said
        limit = LIMITS.get(self.trouble)
        return _(TEXTS[self.trouble]) if limit is None else _(TEXTS[self.trouble], most=f"{limit:,}")


class FilterRefused(ValueError):
    """The text of a filter cannot be read; ``problem`` says why, of the filter as a whole."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.problem = Problem(trouble)
