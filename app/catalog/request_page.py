"""What stands on the desk's page of a work request beside its content: points, approvals, history, what else waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor
from app.cases import queries as cases
from app.cases.models import Case
from app.catalog import policy
from app.catalog.contents import shown_in
from app.catalog.days import period_at_submission
from app.catalog.history import history_of
from app.catalog.ledger import Balances
from app.catalog.lifecycle import RequestState
from app.catalog.models import PointBalance, PointPeriod, RequestApproval, WorkRequest
from app.catalog.queries import visible_to
from app.catalog.request_files import files_of
from app.catalog.request_list import is_waiting
from app.i18n import current_language

# Of what else waits or is open for the customer number; one more is loaded, to tell that there are others.
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Points:
    """What a request needs and what its customer number has, in the period of the submission (PT-04)."""

    needed: int
    held: int
    period: PointPeriod | None
    balances: Balances | None

    @property
    def free(self) -> int:
        """What can be used beside what is held; below zero by an overdraft."""
        return self.balances.available if self.balances else 0

    @property
    def missing(self) -> int:
        """How many points an acceptance would overdraw (PT-05)."""
        return 0 if self.held else max(self.needed - max(self.free, 0), 0)

    @property
    def needs_period(self) -> bool:
        """Tell whether the desk has to set up a period before the request can be accepted."""
        return bool(self.needed) and self.balances is None


def contents_of(session: Session, actor: Actor, request: WorkRequest) -> dict[str, Any]:
    """The context of the page; each part reads within the actor's scope."""
    files = files_of(session, request)
    return {
        "files": files,
        "shown": shown_in(session, request, files, current_language()),
        "points": points_of(session, request),
        "approvals": _approvals(session, request),
        "history": history_of(session, actor, request),
        "others": _others(session, actor, request),
        "open_cases": _open_cases(session, actor, request),
        "most_nearby": MOST_SHOWN,
        "case": case_of(session, actor, request),
        "has_newer_version": request.item.current_id != request.item_version_id,
        "can_decide": policy.can_decide(actor, request),
        "can_ask_again": policy.can_ask_again(actor, request),
        "approvers": approvers_of(session, request),
    }


def approvers_of(session: Session, request: WorkRequest) -> Sequence[User]:
    """Who can approve a request that waits for that; nobody for any other."""
    if request.state is not RequestState.APPROVAL:
        return ()
    return accounts.administrators_of_number(session, request.customer_number_id)


def points_of(session: Session, request: WorkRequest) -> Points:
    """The points of a request that is decided or waits; its period may have been set up after it came."""
    period_id = request.period_id or period_at_submission(session, request)
    if period_id is None:
        return Points(request.points, request.held, None, None)
    period = session.get_one(PointPeriod, period_id)
    balance = session.get_one(PointBalance, period_id)
    return Points(request.points, request.held, period, balance.as_balances())


def _approvals(session: Session, request: WorkRequest) -> Sequence[RequestApproval]:
    return session.scalars(
        select(RequestApproval)
        .where(RequestApproval.request_id == request.id)
        .options(joinedload(RequestApproval.approver))
        .order_by(RequestApproval.id.desc())
    ).all()


def _others(session: Session, actor: Actor, request: WorkRequest) -> Sequence[WorkRequest]:
    """What else waits for a decision for the same customer number, oldest first."""
    return session.scalars(
        visible_to(actor)
        .where(
            WorkRequest.customer_number_id == request.customer_number_id,
            WorkRequest.id != request.id,
            is_waiting(),
        )
        .options(joinedload(WorkRequest.item_version))
        .order_by(WorkRequest.created_at, WorkRequest.id)
        .limit(MOST_SHOWN + 1)
    ).all()


def _open_cases(session: Session, actor: Actor, request: WorkRequest) -> Sequence[Case]:
    """The other open cases of the same customer number, oldest first."""
    return session.scalars(
        cases.visible_to(actor)
        .where(Case.customer_number_id == request.customer_number_id, Case.still_open())
        .where(Case.id != (request.case_id or 0))
        .order_by(Case.updated_at, Case.id)
        .limit(MOST_SHOWN + 1)
    ).all()


def case_of(session: Session, actor: Actor, request: WorkRequest) -> Case | None:
    """The case that the request has become."""
    if request.case_id is None:
        return None
    return session.scalar(cases.visible_to(actor).where(Case.id == request.case_id).order_by(Case.id))
