"""The desk's list of searches in vain: those of the portals of one's services, and those of the desk itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.authz import Actor, ActorKind, NotFound, authorize
from app.i18n import N_
from app.lists.columns import Column
from app.lists.sorting import Sort
from app.search import policy
from app.search.models import MissedSearch

COLUMNS = (
    Column("words", N_("Searched words"), (MissedSearch.typed,)),
    Column("times", N_("Times"), (MissedSearch.times,)),
    Column("last", N_("Last time"), (MissedSearch.last_at,)),
)
FIRST_ORDER = "-times"


@dataclass(frozen=True, slots=True)
class MissedRow:
    """One search in vain; ``service_id`` is ``None`` for one made at the desk."""

    id: int
    typed: str
    times: int
    last_at: datetime
    service_id: int | None
    is_customers: bool


def visible_to(actor: Actor) -> Select[MissedSearch]:
    """The searches whose words the actor may read; customers read none."""
    chosen = select(MissedSearch)
    if actor.is_system:
        return chosen
    if not actor.is_agent:
        return chosen.where(MissedSearch.id.is_(None))
    here = MissedSearch.service_id.in_(sorted(actor.services))
    return chosen.where(or_(here, MissedSearch.service_id.is_(None)))


def rows(session: Session, actor: Actor, sort: Sort, *, limit: int, offset: int) -> Sequence[MissedRow]:
    """Some rows of the list in its order."""
    ordered = sort.apply(visible_to(actor), MissedSearch.id).limit(limit).offset(offset)
    return [
        MissedRow(
            id=row.id,
            typed=row.typed,
            times=row.times,
            last_at=row.last_at,
            service_id=row.service_id,
            is_customers=row.asker is ActorKind.CUSTOMER,
        )
        for row in session.scalars(ordered)
    ]


def count(session: Session, actor: Actor) -> int:
    """How many there are within reach."""
    return session.scalar(select(func.count()).select_from(visible_to(actor).subquery())) or 0


def get_for(session: Session, actor: Actor, missed_id: int) -> MissedSearch:
    """One search in vain.

    :raises NotFound: if there is none within reach; absent and foreign look the same (SEC-26).
    """
    found = session.scalar(visible_to(actor).where(MissedSearch.id == missed_id))
    if found is None:
        raise NotFound
    return found


def take_off(session: Session, missed: MissedSearch, *, actor: Actor) -> None:
    """Take a search off the list; its words and count are gone."""
    authorize(policy.can_take_off(actor, missed))
    session.delete(missed)
