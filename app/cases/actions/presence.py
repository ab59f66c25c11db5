"""An agent has a case open, is typing in it, or has left it; known for half a minute and kept nowhere else."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases import policy
from app.cases.models import Case, CasePresence

# How often one agent's presence at one case is written at most, unless they begin or stop typing.
EVERY = timedelta(seconds=8)


def be_present(session: Session, case: Case, *, actor: Actor, is_typing: bool) -> None:
    """Note that the actor has the case open, and whether they are typing."""
    authorize(policy.can_be_present(actor, case))
    moment = clock.now()
    row = session.get(CasePresence, (case.id, actor.user_id))
    if row is None:
        typed_at = moment if is_typing else None
        session.add(CasePresence(case_id=case.id, user_id=actor.user_id, seen_at=moment, typed_at=typed_at))
    elif moment - row.seen_at >= EVERY or is_typing != (row.typed_at is not None):
        row.seen_at, row.typed_at = moment, moment if is_typing else None
    session.flush()


def leave(session: Session, case: Case, *, actor: Actor) -> None:
    """Note that the actor has closed the case's page."""
    authorize(policy.can_be_present(actor, case))
    mine = CasePresence.case_id == case.id, CasePresence.user_id == actor.user_id
    session.execute(delete(CasePresence).where(*mine))
