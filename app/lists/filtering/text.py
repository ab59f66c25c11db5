"""Fields of words: contains, starts with, is … without regard to the case of ASCII letters and to their width.

What is typed is looked for as it stands, in half width and in full width, so that ＶＰＮ and vpn find each other. ``%``
and ``_`` mean themselves.
"""

import unicodedata
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_

from app.lists.filtering import operators
from app.lists.filtering.kind import Control, Kind, Reading, any_of, anything, negated
from app.lists.filtering.operators import Operator, Takes
from app.lists.filtering.problems import Trouble
from app.lists.filtering.tree import Condition

Words = SQLColumnExpression[str] | SQLColumnExpression[str | None]
OPPOSITES = {
    Operator.IS_NOT: Operator.IS,
    Operator.NONE_OF: Operator.ANY_OF,
    Operator.LACKS: Operator.CONTAINS,
}
# The full-width forms of the ASCII signs from ! to ~, and of the blank.
WIDE = {**{sign: sign + 0xFEE0 for sign in range(0x21, 0x7F)}, 0x20: 0x3000}


# What the database's own lower() does.
ASCII_LOWER = {sign: sign + 32 for sign in range(ord("A"), ord("Z") + 1)}


def spellings(typed: str) -> Sequence[str]:
    """What is typed, and its other widths; full-width letters in both cases, since databases fold ASCII alone."""
    narrow = unicodedata.normalize("NFKC", typed)
    wide = (form.translate(WIDE) for form in (narrow.upper(), narrow.lower()))
    return tuple(dict.fromkeys((typed, narrow, *wide)))


class Text(Kind):
    """Words in one or more expressions, any of which may hold what is looked for (a name in two languages).

    :param within: turns a condition on another table into one on the list's own.
    :param is_code: the words are codes in upper-case ASCII, so that an index serves equality.
    """

    operators = operators.TEXT

    def __init__(
        self,
        *expressions: Words,
        within: Callable[[ColumnElement[bool]], ColumnElement[bool]] | None = None,
        is_code: bool = False,
    ) -> None:
        self._expressions = expressions
        self._within = within or (lambda condition: condition)
        self._is_code = is_code

    def wrong(self, _value: str, _condition: Condition, _reading: Reading) -> Trouble | None:
        """Any text will do."""
        return None

    def where(self, condition: Condition, _reading: Reading) -> ColumnElement[bool]:
        """Conditions on words; their opposites hold for what is empty as well."""
        operator = Operator(condition.operator)
        match operator:
            case Operator.ANYTHING:
                return anything()
            case Operator.EMPTY:
                return negated(self._filled())
            case Operator.FILLED:
                return self._filled()
        found = self._found(OPPOSITES.get(operator, operator), condition.values)
        return negated(found) if operator in OPPOSITES else found

    def _found(self, operator: Operator, values: Sequence[str]) -> ColumnElement[bool]:
        forms = list(dict.fromkeys(form for value in values for form in self._forms(value)))
        if operator in (Operator.IS, Operator.ANY_OF):
            return self._within(any_of(self._equals(words, forms) for words in self._expressions))
        return self._within(
            any_of(_like(operator, words, form) for words in self._expressions for form in forms)
        )

    def _forms(self, value: str) -> Sequence[str]:
        if self._is_code:
            return ("".join(unicodedata.normalize("NFKC", value).split()).upper(),)
        return spellings(value.strip())

    def _equals(self, words: Words, forms: Sequence[str]) -> ColumnElement[bool]:
        if self._is_code:
            return words.in_(forms)
        return func.lower(words).in_(sorted({form.translate(ASCII_LOWER) for form in forms}))

    def _filled(self) -> ColumnElement[bool]:
        return self._within(or_(*(and_(words.is_not(None), words != "") for words in self._expressions)))

    def control(self, operator: Operator) -> Control:
        """One line for one text, a line each for several."""
        if operator.takes is Takes.NOTHING:
            return Control.NOTHING
        return Control.LINES if operator.takes is Takes.SEVERAL else Control.TEXT


def _like(operator: Operator, words: Words, form: str) -> ColumnElement[bool]:
    """SQLite's LIKE folds ASCII by itself; ``ilike`` would turn each text into lower case first, at thrice the cost."""
    match operator:
        case Operator.STARTS:
            return words.startswith(form, autoescape=True)
        case Operator.ENDS:
            return words.endswith(form, autoescape=True)
    return words.contains(form, autoescape=True)
