"""One case of the desk above the cases of many customers, for one event that hits them all.

A parent is an ordinary case; its children are of the same service, of whatever customer number. There is one level:
a parent has no parent, a child no children. Customers see nothing of it, neither the parent nor each other.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.cases import events, policy, relations
from app.cases.actions.commenting import add_comment
from app.cases.guard.outgoing import NOBODY, Outgoing, look_through
from app.cases.models import Case
from app.journal import record

TOLD_AT_ONCE = 100


class ParentFault(StrEnum):
    """Why a case cannot be the parent of another."""

    SAME = "same"
    OTHER_SERVICE = "other_service"
    NOT_OPEN = "not_open"
    IS_CHILD = "is_child"
    HAS_CHILDREN = "has_children"


class ParentRefused(ValueError):
    """The one case cannot be the parent of the other; ``fault`` says why."""

    def __init__(self, fault: ParentFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def set_parent(session: Session, case: Case, *, actor: Actor, parent: Case) -> None:
    """Put an open case under an open parent of the same service; a former parent is replaced.

    :raises ParentRefused: if the two do not go together.
    """
    authorize(policy.can_parent(actor, case) and policy.can_update(actor, parent))
    fault = parent_fault(parent, case.service_id)
    if case.id == parent.id:
        fault = ParentFault.SAME
    elif fault is None and relations.has_children(session, case):
        fault = ParentFault.HAS_CHILDREN
    if fault is not None:
        raise ParentRefused(fault)
    if case.parent_id != parent.id:
        _change(session, case, actor, parent)


def clear_parent(session: Session, case: Case, *, actor: Actor) -> None:
    """Take a case out from under its parent."""
    authorize(policy.can_parent(actor, case))
    if case.parent_id is not None:
        _change(session, case, actor, None)


def parent_fault(parent: Case, service_id: int) -> ParentFault | None:
    """Why a case can have no children of this service now, or ``None``."""
    checks = (
        (parent.service_id != service_id, ParentFault.OTHER_SERVICE),
        (not parent.is_open, ParentFault.NOT_OPEN),
        (parent.parent_id is not None, ParentFault.IS_CHILD),
    )
    return next((fault for holds, fault in checks if holds), None)


def tell_children(
    session: Session,
    parent: Case,
    *,
    actor: Actor,
    children: Sequence[Case],
    body: str,
    html: str | None = None,
    confirmed: str = "",
) -> None:
    """Write one comment on each of these open children, and on the parent unless it holds the same text.

    Each customer gets a comment and a mail of the own case alone. All or nothing.

    :param children: at most ``TOLD_AT_ONCE``, each of them a child of ``parent``.
    :param html: ``body`` once more as cleaned rich text, if it was written so.
    :param confirmed: the digest of a former stop, if somebody has looked at what was found.
    :raises guard.outgoing.Stopped: if the text names any customer and was not confirmed.
    """
    authorize(policy.can_parent(actor, parent) and len(children) <= TOLD_AT_ONCE)
    authorize(all(child.parent_id == parent.id for child in children))
    overruled = look_through(session, to_children(parent, body, html), confirmed=confirmed)
    for child in children:
        add_comment(session, child, actor=actor, body=body, html=html)
    if not relations.holds_text(session, parent, body):
        add_comment(session, parent, actor=actor, body=body, html=html)
    if overruled:
        record(session, actor=actor, subject=parent, happened=events.GuardOverruled(overruled))
    record(session, actor=actor, subject=parent, happened=events.ChildrenTold(len(children)))


def to_children(parent: Case, body: str, html: str | None = None) -> Outgoing:
    """The text as the guard looks through it: whatever customer it names, somebody else will read it."""
    return Outgoing(holder_id=NOBODY, case_id=parent.id, body=body, html=html)


def _change(session: Session, case: Case, actor: Actor, parent: Case | None) -> None:
    old = session.get_one(Case, case.parent_id) if case.parent_id is not None else None
    case.parent_id = parent.id if parent else None
    told = events.ParentChanged(old.number if old else None, parent.number if parent else None)
    record(session, actor=actor, subject=case, happened=told)
    if old is not None:
        record(session, actor=actor, subject=old, happened=events.ChildRemoved(case.number))
    if parent is not None:
        record(session, actor=actor, subject=parent, happened=events.ChildAdded(case.number))
