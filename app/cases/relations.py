"""How a case stands to others, as the desk sees it: links, merges, parent and children, the customer's other cases.

Everything here but :func:`goes_on_at` is for the desk; no customer's page asks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, Audience, NotFound
from app.cases.events import CaseMerged
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseComment, CaseLink, LinkKind, shown_subject
from app.cases.queries import within_reach
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.contracts.queries import numbers_visible_to
from app.journal import JournalEvent
from app.outbox import MessageState, OutboxMessage

SHOWN_CHILDREN = 100
SHOWN_OPEN_CASES = 10


@dataclass(frozen=True, slots=True)
class Relative:
    """What is shown of another case."""

    id: int
    number: str
    state: CaseState
    subject: str | None
    customer_number: str
    holder: str
    updated_at: datetime
    parent_id: int | None
    merged_into_id: int | None

    @property
    def shown_subject(self) -> str:
        """The subject as people read it."""
        return shown_subject(self.subject)

    @property
    def is_merged(self) -> bool:
        """Tell whether it goes on in another case."""
        return self.merged_into_id is not None


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A link of a case and what stands at its other end."""

    id: int
    kind: LinkKind
    other: Relative


@dataclass(slots=True)
class Family:
    """The cases around one: its parent, its children, what was merged into it, where it goes on itself."""

    parent: Relative | None = None
    goes_on: Relative | None = None
    merged: list[Relative] = field(default_factory=list)
    children: list[Relative] = field(default_factory=list)


def goes_on_at(session: Session, actor: Actor, merged: Case) -> str | None:
    """The number of the case in which a merged one goes on; ``None`` if it was not merged."""
    if merged.merged_into_id is None:
        return None
    chosen = select(Case.number).where(within_reach(actor), Case.id == merged.merged_into_id)
    return session.scalar(chosen.order_by(Case.id))


def links_of(session: Session, actor: Actor, of: Case) -> Sequence[LinkedCase]:
    """The links of a case whose other end is within reach, oldest first."""
    other_end = case((CaseLink.case_id == of.id, CaseLink.other_id), else_=CaseLink.case_id)
    rows = session.execute(
        _relatives(CaseLink.id, CaseLink.kind)
        .join(CaseLink, Case.id == other_end)
        .where(within_reach(actor), or_(CaseLink.case_id == of.id, CaseLink.other_id == of.id))
        .order_by(CaseLink.id)
    )
    return [LinkedCase(row[-2], row[-1], Relative(*row[:-2])) for row in rows]


def link_for(session: Session, actor: Actor, of: Case, link_id: int) -> tuple[CaseLink, Case]:
    """A link of a case and its other end.

    :raises NotFound: if the case has no such link, or its other end is out of reach.
    """
    found = session.scalar(
        select(CaseLink)
        .where(CaseLink.id == link_id, or_(CaseLink.case_id == of.id, CaseLink.other_id == of.id))
        .order_by(CaseLink.id)
    )
    if found is None:
        raise NotFound
    other_id = found.other_id if found.case_id == of.id else found.case_id
    other = session.scalar(select(Case).where(within_reach(actor), Case.id == other_id).order_by(Case.id))
    if other is None:
        raise NotFound
    return found, other


def family_of(session: Session, actor: Actor, of: Case) -> Family:
    """The parent, the merged ones and the first children of a case."""
    above = {one for one in (of.parent_id, of.merged_into_id) if one is not None}
    is_child = Case.parent_id == of.id
    # Found by the small indexes of those that have such a case, and looked up then: asked in one condition, the
    # database reads every case of the service (docs/decisions/0005).
    kin = [
        session.scalars(
            select(Case.id).where(within_reach(actor), of_kind).order_by(Case.id).limit(SHOWN_CHILDREN + 1)
        ).all()
        for of_kind in (is_child, Case.merged_into_id == of.id)
    ]
    family = Family()
    if not above and not any(kin):
        return family
    rows = session.execute(
        _relatives()
        .where(within_reach(actor), Case.id.in_(sorted({*above, *kin[0], *kin[1]})))
        .order_by(case((is_child, 1), else_=0), Case.id)
        .limit(SHOWN_CHILDREN + len(above) + 1)
    )
    for one in (Relative(*row) for row in rows):
        if one.parent_id == of.id:
            family.children.append(one)
        elif one.merged_into_id == of.id:
            family.merged.append(one)
        if one.id == of.parent_id:
            family.parent = one
        if one.id == of.merged_into_id:
            family.goes_on = one
    return family


def children_by_state(session: Session, actor: Actor, parent: Case) -> dict[CaseState, int]:
    """How many children stand in which state; merged ones count where they go on."""
    counted = (
        select(Case.state, func.count())
        .where(within_reach(actor), Case.parent_id == parent.id, Case.merged_into_id.is_(None))
        .group_by(Case.state)
    )
    found = {row[0]: row[1] for row in session.execute(counted.order_by(Case.state))}
    return {state: found[state] for state in CaseState if state in found}


def has_children(session: Session, parent: Case) -> bool:
    """Tell whether any case has this one as its parent."""
    return bool(session.scalar(select(exists().where(Case.parent_id == parent.id))))


def untold_children(
    session: Session, actor: Actor, parent: Case, body: str, *, limit: int
) -> tuple[Sequence[Relative], int]:
    """The first open children that do not hold this very text yet, in order of number, and how many there are.

    Whoever sends a text to more children than go at once sends it again for the rest, and nobody gets it twice.
    """
    conditions = (within_reach(actor), Case.parent_id == parent.id, Case.still_open(), ~_holds(Case.id, body))
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    rows = session.execute(_relatives().where(*conditions).order_by(Case.id).limit(limit))
    return [Relative(*row) for row in rows], total


def rows_of(session: Session, actor: Actor, shown: Sequence[Relative]) -> Sequence[Case]:
    """The rows of cases that were shown in short, in order of number."""
    ids = [one.id for one in shown]
    return session.scalars(select(Case).where(within_reach(actor), Case.id.in_(ids)).order_by(Case.id)).all()


def holds_text(session: Session, of: Case, body: str) -> bool:
    """Tell whether a case has this very text as a public comment."""
    return bool(session.scalar(select(_holds(of.id, body))))


def merge_cause(merged: Case) -> str:
    """Under which cause the mail of a merge waits in the outbox."""
    return f"merge:{merged.id}"


def is_merge_untold(session: Session, merged: Case, *, waits: timedelta) -> bool:
    """Tell whether nobody outside has been told of a merge; where there is nobody to tell, time alone decides."""
    if merged.merged_at is None:
        return False
    told = select(OutboxMessage.state, OutboxMessage.attempts)
    told = told.where(
        OutboxMessage.cause == merge_cause(merged), OutboxMessage.created_at >= merged.merged_at
    )
    rows = session.execute(told.order_by(OutboxMessage.id)).all()
    if rows:
        return all(state is MessageState.WAITING and not attempts for state, attempts in rows)
    return clock.now() < merged.merged_at + waits


def held_slot(session: Session, merged: Case) -> bool:
    """Tell whether a merged case held the place of the one open inquiry before."""
    told = session.scalar(
        select(JournalEvent.data)
        .where(JournalEvent.subject_type == Case.subject_type, JournalEvent.subject_id == merged.id)
        .where(JournalEvent.kind == CaseMerged.kind)
        .order_by(JournalEvent.id.desc())
        .limit(1)
    )
    return bool(told and told["held_slot"])


def contracts_of(session: Session, actor: Actor, of: Case) -> Sequence[tuple[str, Service]]:
    """The customer numbers of the case's contract holder within reach, each with its service."""
    holder = select(CustomerNumber.holder_id).where(CustomerNumber.id == of.customer_number_id)
    numbers = numbers_visible_to(actor).where(CustomerNumber.holder_id == holder.scalar_subquery()).subquery()
    rows = session.execute(
        select(numbers.c.number, Service)
        .join(Service, Service.id == numbers.c.service_id)
        .order_by(numbers.c.number)
    )
    return [(row[0], row[1]) for row in rows]


def open_cases_of_holder(session: Session, actor: Actor, of: Case) -> Sequence[Relative]:
    """The other open cases of the case's contract holder within reach, oldest first, one more than is shown."""
    holder = select(CustomerNumber.holder_id).where(CustomerNumber.id == of.customer_number_id)
    numbers = numbers_visible_to(actor).where(CustomerNumber.holder_id == holder.scalar_subquery())
    # By number first, which an index of the open cases holds; the reach is asked of what was found (as above).
    of_holder = select(Case.id).where(
        Case.customer_number_id.in_(numbers.with_only_columns(CustomerNumber.id)),
        Case.still_open(),
        Case.id != of.id,
    )
    oldest = of_holder.order_by(Case.updated_at, Case.id).limit(SHOWN_OPEN_CASES + 1)
    rows = session.execute(
        _relatives().where(within_reach(actor), Case.id.in_(oldest)).order_by(Case.updated_at, Case.id)
    )
    return [Relative(*row) for row in rows]


def _relatives(*further: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Case.id,
            Case.number,
            Case.state,
            Case.subject,
            CustomerNumber.number,
            ContractHolder.name,
            Case.updated_at,
            Case.parent_id,
            Case.merged_into_id,
            *further,
        )
        .select_from(Case)
        .join(CustomerNumber, CustomerNumber.id == Case.customer_number_id)
        .join(ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
    )


def _holds(case_id: object, body: str) -> ColumnElement[bool]:
    return exists().where(
        CaseComment.case_id == case_id,
        CaseComment.audience == Audience.CUSTOMER,
        CaseComment.body == body,
    )
