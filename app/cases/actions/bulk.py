"""One act on many cases: planned first, as a preview shows it, then done to all of them or to none (C13)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session, joinedload

from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor
from app.cases import bulk_history, policy, queries
from app.cases.actions.commenting import add_note
from app.cases.actions.editing import assign
from app.cases.actions.moving import move
from app.cases.bulk_history import Assignment
from app.cases.lifecycle import Act, is_allowed
from app.cases.models import Case
from app.contracts.models import CustomerNumber

MOST = 100
MOVES = (Act.TAKE_ON, Act.ASK, Act.RESUME, Act.RESOLVE)


class Fault(StrEnum):
    """Why an act cannot be done to a case."""

    GONE = "gone"
    STALE = "stale"
    MERGED = "merged"
    STATE = "state"
    NOT_OF_SERVICE = "not_of_service"
    FORBIDDEN = "forbidden"


class Kind(StrEnum):
    """What a bulk act does."""

    ASSIGN = "assign"
    MOVE = "move"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The act: to whom to assign (``None``: to nobody), which row of the table, or which note."""

    kind: Kind
    assignee: User | None = None
    act: Act | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case that the act is meant for; ``version`` is that of its row when it was shown, if it was."""

    number: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What the act would do to one case, or why it cannot."""

    number: str
    case: Case | None
    fault: Fault | None = None

    @property
    def version(self) -> int:
        """The version of the row this line was planned on; 0 where there is none."""
        return self.case.version if self.case else 0


class BulkRefused(Exception):
    """At least one case stands against it, so nothing was done; ``lines`` says which and why."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__("nothing was done")
        self.lines = lines


def plan(session: Session, wanted: Sequence[Wanted], order: Order, *, actor: Actor) -> list[Line]:
    """Say for each case, in the order given, what the act would do; changes nothing."""
    found = _load(session, actor, [one.number for one in wanted])
    agents: dict[int, set[int]] = {}

    def works_for(case: Case) -> bool:
        if order.assignee is None:
            return True
        if case.service_id not in agents:
            agents[case.service_id] = {
                agent.id for agent in accounts.agents_of_service(session, case.service_id)
            }
        return order.assignee.id in agents[case.service_id]

    return [_line(actor, one, found.get(one.number), order, works_for) for one in wanted]


def carry_out(session: Session, wanted: Sequence[Wanted], order: Order, *, actor: Actor) -> tuple[int, int]:
    """Do the act to all these cases, or to none of them, and return the first and the last event that tell of it.

    :raises BulkRefused: if one of them is out of reach, was changed since it was shown, or does not allow it.
    """
    lines = plan(session, wanted, order, actor=actor)
    if any(line.fault for line in lines) or not lines or len(lines) > MOST:
        raise BulkRefused(lines)
    before = bulk_history.last_event(session)
    for line in lines:
        if line.case is not None:
            _do(session, line.case, order, actor)
    session.flush()
    return before + 1, bulk_history.last_event(session)


def take_back(session: Session, assignments: Sequence[Assignment], *, actor: Actor) -> tuple[int, int]:
    """Give all these cases back to whom they were assigned before, or none of them.

    :raises BulkRefused: if one of them was assigned anew since, or cannot be assigned any more.
    """
    lines = [_line_back(session, actor, one) for one in assignments]
    if any(line.fault for line in lines) or not lines:
        raise BulkRefused(lines)
    before = bulk_history.last_event(session)
    for one in assignments:
        assign(session, one.case, actor=actor, assignee=_agent(session, one))
    session.flush()
    return before + 1, bulk_history.last_event(session)


def _line_back(session: Session, actor: Actor, one: Assignment) -> Line:
    if not one.stands:
        return Line(one.case.number, one.case, Fault.STALE)
    if not policy.can_assign(actor, one.case):
        return Line(one.case.number, one.case, Fault.STATE)
    if one.old_id is not None and _agent(session, one) is None:
        return Line(one.case.number, one.case, Fault.NOT_OF_SERVICE)
    return Line(one.case.number, one.case)


def _agent(session: Session, one: Assignment) -> User | None:
    agents = accounts.agents_of_service(session, one.case.service_id)
    return next((agent for agent in agents if agent.id == one.old_id), None)


def _load(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, Case]:
    rows = session.scalars(
        queries.visible_to(actor)
        .where(Case.number.in_(numbers))
        .options(
            joinedload(Case.assignee),
            joinedload(Case.customer_number, innerjoin=True).joinedload(
                CustomerNumber.holder, innerjoin=True
            ),
        )
        .order_by(Case.id)
    )
    return {case.number: case for case in rows}


def _line(
    actor: Actor, wanted: Wanted, case: Case | None, order: Order, works_for: Callable[[Case], bool]
) -> Line:
    if case is None:
        return Line(wanted.number, None, Fault.GONE)
    checks = (
        (Fault.STALE, wanted.version is not None and wanted.version != case.version),
        (Fault.FORBIDDEN, not policy.can_update(actor, case)),
        (Fault.MERGED, case.is_merged),
        (Fault.STATE, not _is_possible(actor, case, order)),
        (Fault.NOT_OF_SERVICE, order.kind is Kind.ASSIGN and not works_for(case)),
    )
    return Line(wanted.number, case, next((fault for fault, holds in checks if holds), None))


def _is_possible(actor: Actor, case: Case, order: Order) -> bool:
    match order.kind:
        case Kind.ASSIGN:
            return policy.can_assign(actor, case)
        case Kind.NOTE:
            return policy.can_note(actor, case)
    return order.act is not None and is_allowed(order.act, case.state, actor.kind)


def _do(session: Session, case: Case, order: Order, actor: Actor) -> None:
    if order.kind is Kind.ASSIGN:
        assign(session, case, actor=actor, assignee=order.assignee)
    elif order.kind is Kind.NOTE:
        add_note(session, case, actor=actor, body=order.note)
    elif order.act is not None:
        move(session, case, order.act, actor=actor)
