"""How many rows of a keyword a customer's user may not see (FILTER-08, FILTER-09).

The number tells something of cases that are out of reach, so it is kept as small as the guides allow (T07): it counts
only cases of the user's own contract holder, only for whole words of three characters or more and nothing beside them,
and thirty times in ten minutes; after that the words stand there without a number.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases.documents import KIND, id_in
from app.cases.models import Case
from app.cases.queries import within_reach
from app.contracts.models import CustomerNumber
from app.db import one_of_many, writing
from app.extensions import db
from app.lists.filtering.operators import Operator
from app.lists.filtering.tree import Filter
from app.search import searching
from app.search.analyzer import asked
from app.search.documents import Tag
from app.search.engine import IndexUnusable
from app.search.language import Parsed
from app.search.reach import OPEN_FIELDS
from app.throttle import Limit, charge

SHORTEST_WORD = 3
# Terms that a word may hold that is written with signs between them, such as an address.
MOST_TOGETHER = 3
# Of phrases and of beginnings.
SIGNS = '"「」*'
LIMITS = (Limit(30, timedelta(minutes=10)),)
# Beyond so many hits the number would be a guess.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class RemovedRows:
    """Rows that are left out; ``count`` is ``None`` where no number is told."""

    count: int | None


def lone_keyword(tree: Filter) -> str | None:
    """The keyword of a filter that is nothing else."""
    conditions = [condition for _, condition in tree.conditions()]
    if len(conditions) != 1 or conditions[0].operator != Operator.MATCHES:
        return None
    return conditions[0].values[0]


def removed_rows(
    session: Session, actor: Actor, typed: str, *, mode: str, is_limited: bool = True
) -> RemovedRows | None:
    """What is left out of the list of a keyword, or ``None`` where that is nothing, or not to be told.

    :param mode: the setting ``removed_rows``: ``exact``, ``plain`` or ``off``.
    :param is_limited: whether searches with a number are counted, as they are but for a demo without throttles.
    """
    if mode == "off" or not actor.is_customer or actor.holder_id is None:
        return None
    if not is_whole_words(searching.understand(session, actor, typed, kind=KIND)):
        return None
    # Counted whether something is found or not: otherwise searches that find nothing were free.
    has_number = mode == "exact" and (not is_limited or _take(actor))
    within = {Tag.KIND: {KIND}, Tag.HOLDER: {str(actor.holder_id)}}
    try:
        # What a customer's own search looks through: no internal notes.
        keys, total = searching.keys_everywhere(session, typed, fields=OPEN_FIELDS, within=within, most=MOST)
    except IndexUnusable:
        return None
    count = _out_of_reach(session, actor, [id_in(key) for key in keys])
    if not count:
        return None
    return RemovedRows(count if has_number and total <= MOST else None)


def is_whole_words(parsed: Parsed) -> bool:
    """Whether nothing but whole words is asked for: no beginning, field, quotes or alternative, nothing short.

    A word may be written with signs between its parts, as an address is, but not so long that whoever asks for it would
    learn how the words of a text follow each other.
    """
    if not parsed.is_plain or any(sign in parsed.text for sign in SIGNS):
        return False
    words = parsed.text.split()
    return all(len(word) >= SHORTEST_WORD and len(asked(word)) <= MOST_TOGETHER for word in words)


def _out_of_reach(session: Session, actor: Actor, ids: list[int]) -> int:
    """How many of these cases are the contract holder's and out of the actor's reach, by the database (SEC-48)."""
    if not ids:
        return 0
    counted = (
        select(func.count())
        .select_from(Case)
        .join(CustomerNumber, CustomerNumber.id == Case.customer_number_id)
        .where(one_of_many(Case.id, ids), CustomerNumber.holder_id == actor.holder_id)
        .where(not_(within_reach(actor)))
    )
    return session.scalar(counted) or 0


def _take(actor: Actor) -> bool:
    """Count one search with a number; a list is read, so the count goes through a door of its own."""
    with writing(), db.sessionmaker() as session, session.begin():
        return charge(session, {f"removed-rows:{actor.user_id}": LIMITS}) is not None
