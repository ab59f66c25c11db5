"""How much a form may ask and an answer may hold; an item can ask for less, never for more."""

from app.catalog.fields.definition import FieldDefinition, FieldKind

MOST_FIELDS = 60
MOST_CHOICES = 100
KEY_LENGTH = 40
LABEL_LENGTH = 100
HELP_LENGTH = 500
# About a hundred years, in days.
FARTHEST_DAY = 36_500
# Digits before and after the decimal point.
MOST_DIGITS = 15
MOST_DECIMALS = 6
# The kinds whose bounds count something, and the most there may be of it: characters, lines, choices, files.
MOST_OF: dict[FieldKind, int] = {
    FieldKind.TEXT: 200,
    FieldKind.LONG_TEXT: 10_000,
    FieldKind.CHOICES: MOST_CHOICES,
    FieldKind.NETWORKS: 500,
    FieldKind.FILE: 20,
}


def most_of(item: FieldDefinition) -> int:
    """The upper bound of a kind that counts: the field's own, or that of its kind."""
    most = MOST_OF[item.kind]
    return most if item.most is None else min(item.most, most)
