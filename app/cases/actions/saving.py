"""Saving conditions, order and columns of a list under a name, and removing what was saved (FILTER-10 to FILTER-12)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import policy
from app.cases.models import SavedFilter, SavedFilterNumber, Visibility

NAME_LENGTH = 80
# So many of one person are more than anyone finds again.
MOST_SAVED = 100


class TooManySaved(Exception):
    """The person has saved as many filters as one may; an old one must go first."""


def save_filter(
    session: Session,
    *,
    actor: Actor,
    service_id: int | None,
    name: str,
    visibility: Visibility,
    conditions: str,
    order: str,
    columns: str | None = None,
) -> SavedFilter:
    """Save a filter that has been checked; one of the same owner, service, visibility and name is overwritten.

    :param service_id: the service of a customer's filter; ``None`` for a view of the desk.
    :param conditions: the filter in its one spelling; ``order`` and ``columns`` as they stand in the address.
    :raises TooManySaved: for a new name beyond :data:`MOST_SAVED`.
    """
    authorize(policy.can_save_filter(actor, service_id, visibility))
    own = select(SavedFilter).where(
        SavedFilter.owner_id == actor.user_id,
        SavedFilter.service_id.is_(None) if service_id is None else SavedFilter.service_id == service_id,
    )
    saved = session.scalar(own.where(SavedFilter.visibility == visibility, SavedFilter.name == name))
    if saved is None:
        count = session.scalar(own.with_only_columns(func.count()))
        if (count or 0) >= MOST_SAVED:
            raise TooManySaved
        saved = SavedFilter(owner_id=actor.user_id, service_id=service_id, name=name, visibility=visibility)
        session.add(saved)
    saved.conditions, saved.order, saved.columns = conditions, order, columns
    saved.updated_at = clock.now()
    session.flush()
    _share(session, saved, actor)
    return saved


def _share(session: Session, saved: SavedFilter, actor: Actor) -> None:
    """Share with the users of the owner's customer numbers as they are now, if it is to be shared with them."""
    wanted = actor.numbers if saved.visibility is Visibility.NUMBERS else frozenset()
    rows = session.scalars(select(SavedFilterNumber).where(SavedFilterNumber.filter_id == saved.id)).all()
    for row in rows:
        if row.customer_number_id not in wanted:
            session.delete(row)
    new = wanted - {row.customer_number_id for row in rows}
    session.add_all(
        SavedFilterNumber(filter_id=saved.id, customer_number_id=number) for number in sorted(new)
    )
    session.flush()


def remove_filter(session: Session, saved: SavedFilter, *, actor: Actor) -> None:
    """Remove a saved filter; only its owner may (FILTER-12)."""
    authorize(policy.can_remove_filter(actor, saved))
    for row in session.scalars(select(SavedFilterNumber).where(SavedFilterNumber.filter_id == saved.id)):
        session.delete(row)
    session.flush()
    session.delete(saved)
    session.flush()
