"""Saved filters of the portal, saved views of the desk: who may load which, and what is left of one when it is loaded.

What was within reach when a filter was saved need not be so for whoever loads it. The text of a filter therefore never
goes into a page or an address before each of its values has been looked up within the reader's own reach (SEC-26).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Realm, User, UserNumber
from app.authz import Actor, NotFound
from app.cases.models import SavedFilter, SavedFilterNumber, Visibility
from app.lists.filtering.checking import problems_of
from app.lists.filtering.kind import Reading
from app.lists.filtering.problems import FilterRefused, Problem
from app.lists.filtering.syntax import parse, write
from app.lists.filtering.tree import Filter, Place


@dataclass(frozen=True, slots=True)
class Loaded:
    """A saved filter as its reader may have it; where something is wrong, without the values that are."""

    tree: Filter
    problems: Sequence[Problem]

    @property
    def f(self) -> str:
        """The filter as it stands in an address; only for one without problems."""
        return write(self.tree)


def visible_to(actor: Actor) -> Select[SavedFilter]:
    """The filters that exist for ``actor``: the own ones, and those shared with them, of the portal they are in."""
    own = SavedFilter.owner_id == actor.user_id
    chosen = select(SavedFilter).join(User, User.id == SavedFilter.owner_id)
    if actor.is_customer:
        here = SavedFilter.service_id.in_(sorted(actor.services))
        return chosen.where(here, or_(own, _is_shared_with(actor)))
    shared = and_(SavedFilter.visibility == Visibility.DESK, User.realm == Realm.AGENT)
    return chosen.where(SavedFilter.service_id.is_(None), or_(own, shared))


def _is_shared_with(actor: Actor) -> ColumnElement[bool]:
    """Shared through a number that reader and owner both have, as long as the owner may share at all."""
    numbers = (
        select(SavedFilterNumber.filter_id)
        .join(UserNumber, UserNumber.number_id == SavedFilterNumber.customer_number_id)
        .where(
            SavedFilterNumber.filter_id == SavedFilter.id,
            SavedFilterNumber.customer_number_id.in_(sorted(actor.numbers)),
            UserNumber.user_id == SavedFilter.owner_id,
        )
    )
    return and_(
        SavedFilter.visibility == Visibility.NUMBERS,
        User.is_administrator,
        User.disabled_at.is_(None),
        numbers.exists(),
    )


def listed(session: Session, actor: Actor) -> Sequence[SavedFilter]:
    """All filters the actor may load, by name; of one name the own one first (FILTER-12)."""
    chosen = visible_to(actor).order_by(
        SavedFilter.name, SavedFilter.owner_id != actor.user_id, SavedFilter.id
    )
    return session.scalars(chosen).all()


def get_for(session: Session, actor: Actor, filter_id: int) -> SavedFilter:
    """One saved filter.

    :raises NotFound: if there is none within reach; absent and foreign look the same (SEC-26).
    """
    found = session.scalar(visible_to(actor).where(SavedFilter.id == filter_id))
    if found is None:
        raise NotFound
    return found


def load(saved: SavedFilter, reading: Reading) -> Loaded:
    """Check a saved filter anew for whoever loads it."""
    try:
        tree = parse(saved.conditions)
    except FilterRefused as refused:
        return Loaded(Filter(), [refused.problem])
    problems = problems_of(tree, reading)
    return Loaded(without_values(tree, [problem.place for problem in problems]), problems)


def without_values(tree: Filter, places: Sequence[Place | None]) -> Filter:
    """The filter with the values of some of its conditions left out."""
    return Filter(
        tuple(
            tuple(
                replace(item, values=()) if Place(index, at) in places else item
                for at, item in enumerate(row)
            )
            for index, row in enumerate(tree.rows)
        )
    )
