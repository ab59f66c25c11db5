"""What the database finds of cases by itself while the index cannot be asked (F05).

It looks for the words as they were typed, in subjects and in the comments the actor reads, of the newest cases within
reach alone: without an index on texts each of them has to be read.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, false, or_, select

from app.authz import Actor
from app.cases.models import Case, CaseComment
from app.cases.queries import within_reach
from app.lists.filtering.text import spellings

MOST_CASES = 2_000
MOST_WORDS = 5
# Signs of the search's language, which mean nothing to the database.
SIGNS = '"“”„‟〝〞〟「」『』*()'
LEFT_OUT = re.compile("-[^-]")


def words_of(typed: str) -> Sequence[str]:
    """The words in what was typed, without the signs of the search's language, and without those to be left out.

    What was to be left out would otherwise be looked for, and nothing else be found.
    """
    plain = unicodedata.normalize("NFKC", typed).translate(str.maketrans(SIGNS, " " * len(SIGNS)))
    typed_words = plain.split()
    words = dict.fromkeys(
        word
        for before, word in pairwise(("", *typed_words))
        if word not in ("AND", "OR", "NOT") and before != "NOT" and not LEFT_OUT.match(word)
    )
    return list(words)[:MOST_WORDS]


def condition(actor: Actor, typed: str) -> ColumnElement[bool]:
    """Cases that hold every word in their number, subject or a comment; without a word, none."""
    words = words_of(typed)
    if not words:
        return false()
    newest = (
        select(Case.id)
        .where(within_reach(actor))
        .order_by(Case.updated_at.desc(), Case.id.desc())
        .limit(MOST_CASES)
    )
    return and_(Case.id.in_(newest), *(_holds(actor, word) for word in words))


def _holds(actor: Actor, word: str) -> ColumnElement[bool]:
    forms = spellings(word)
    in_comment = (
        select(CaseComment.id)
        .where(CaseComment.case_id == Case.id, CaseComment.audience.in_(actor.audiences()))
        .where(or_(*(CaseComment.body.contains(form, autoescape=True) for form in forms)))
        .exists()
    )
    return or_(
        Case.number == word.upper(),
        *(Case.subject.contains(form, autoescape=True) for form in forms),
        in_comment,
    )
