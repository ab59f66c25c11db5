"""Merging a duplicate into the case that goes on, and undoing it while nobody was told.

The duplicate keeps its number and its state: the table of transitions has no closing by agents. It takes nothing
more, gives the place of the one open inquiry back, and its customer is told ten minutes later; until that mail
has left, the desk can undo the merge and nobody outside has heard of it.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from app import clock, outbox
from app.authz import Actor, authorize
from app.cases import events, notifications, policy, queries, relations, targets
from app.cases.models import Case
from app.journal import record
from app.outbox import Hold

TELLING_WAITS = timedelta(minutes=10)


class MergeFault(StrEnum):
    """Why two cases cannot be merged."""

    SAME = "same"
    OTHER_CUSTOMER = "other_customer"
    CLOSED = "closed"
    MERGED = "merged"
    TARGET_CLOSED = "target_closed"
    TARGET_MERGED = "target_merged"
    HAS_CHILDREN = "has_children"


class MergeRefused(ValueError):
    """The two cases cannot be merged; ``fault`` says why."""

    def __init__(self, fault: MergeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class TooLate(Exception):
    """The customer has been told of the merge, or is being told right now."""


def merge(session: Session, case: Case, *, actor: Actor, into: Case) -> None:
    """Let the open case ``case`` go on in ``into``, another open case of the same customer number.

    Neither is merged already, so no chain of merges ever leads back to its beginning.

    :raises MergeRefused: if the two do not go together.
    """
    authorize(policy.can_update(actor, case) and policy.can_update(actor, into) and not actor.is_customer)
    fault = _fault(session, case, into)
    if fault is not None:
        raise MergeRefused(fault)
    held_slot = case.holds_inquiry_slot
    case.merged_into_id, case.merged_at, case.holds_inquiry_slot = into.id, clock.now(), False
    record(session, actor=actor, subject=case, happened=events.CaseMerged(into.number, held_slot))
    record(session, actor=actor, subject=into, happened=events.CaseTookIn(case.number))
    targets.refresh(session, case)
    notifications.case_merged(
        session, case, actor=actor, into=into, hold=Hold(relations.merge_cause(case), TELLING_WAITS)
    )


def undo_merge(session: Session, case: Case, *, actor: Actor) -> Case:
    """Let a merged case go on by itself again, as it was, and return the one it was merged into.

    The place of the one open inquiry comes back too, unless another inquiry has taken it since (INQ-07).

    :raises TooLate: once the mail to the customer is on its way.
    """
    authorize(policy.can_undo_merge(actor, case))
    target = session.get_one(Case, case.merged_into_id)
    if not relations.is_merge_untold(session, case, waits=TELLING_WAITS):
        raise TooLate
    if not outbox.take_back(session, relations.merge_cause(case)):
        raise TooLate
    case.merged_into_id = case.merged_at = None
    if relations.held_slot(session, case):
        taken = queries.open_inquiry_of(session, case.customer_number_id)
        case.holds_inquiry_slot = taken is None
    record(session, actor=actor, subject=case, happened=events.MergeUndone(target.number))
    record(session, actor=actor, subject=target, happened=events.MergeUndone(case.number))
    targets.refresh(session, case)
    return target


def _fault(session: Session, case: Case, into: Case) -> MergeFault | None:
    checks = (
        (case.id == into.id, MergeFault.SAME),
        (case.is_merged, MergeFault.MERGED),
        (not case.is_open, MergeFault.CLOSED),
        (case.customer_number_id != into.customer_number_id, MergeFault.OTHER_CUSTOMER),
        (into.is_merged, MergeFault.TARGET_MERGED),
        (not into.is_open, MergeFault.TARGET_CLOSED),
    )
    found = next((fault for holds, fault in checks if holds), None)
    if found is None and relations.has_children(session, case):
        return MergeFault.HAS_CHILDREN
    return found
