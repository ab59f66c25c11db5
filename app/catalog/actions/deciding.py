"""The desk decides on a work request: accepted, it becomes a case; rejected, its points are free again (WR-08, PT-04).

A decision is final. Of two at once the first one counts: the row of the request is locked before anything is written,
and whoever comes second is told what was decided.
"""

from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor, authorize
from app.cases.actions.opening import Ordered, open_ordered
from app.cases.guard.outgoing import Outgoing, look_through
from app.cases.models import Case
from app.catalog import events, ledger, notifications, policy
from app.catalog.actions.paying import NoPeriod, release_for, use_for
from app.catalog.balances import locked_balances
from app.catalog.claiming import claim
from app.catalog.contents import content_in
from app.catalog.days import period_at_submission
from app.catalog.frozen import demand_approval
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItemVersion, WorkRequest
from app.catalog.request_files import files_of
from app.contracts.models import CustomerNumber
from app.i18n import speaking
from app.journal import record


def accept(
    session: Session,
    request: WorkRequest,
    *,
    actor: Actor,
    version: int,
    overdraft_reason: str = "",
    confirmed: str = "",
) -> Case:
    """Accept a request: a case with its content and files is opened, and its points are used (WR-09, PT-04).

    :param version: the version of the request that was read before this decision.
    :param overdraft_reason: why points that are missing may be overdrawn; empty if nobody has confirmed that (PT-05).
        The customer reads it in the statement, so it passes the guard.
    :param confirmed: the digest of a former stop, if somebody has looked at what was found.
    :raises app.catalog.claiming.AlreadyDecided: if somebody was quicker.
    :raises app.cases.actions.StaleEdit: if the customer has changed the request since (REL-05).
    :raises app.catalog.frozen.NotApproved: if it is not what an administrator of the customer has approved.
    :raises app.catalog.ledger.NotEnough: if points are missing and no reason was given; nothing is written then.
    :raises app.catalog.actions.paying.NoPeriod: if points are needed and no period covers the day of the submission.
    :raises app.cases.actions.CategoryRefused: if the service has no cases of the category work request.
    :raises app.cases.guard.outgoing.Stopped: if the guard found something in the reason.
    """
    authorize(policy.is_decider(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_decide(actor, request))
    demand_approval(session, request)
    _refuse_without_points(session, request, may_overdraw=bool(overdraft_reason))
    overruled = _pass_guard(session, request, overdraft_reason, confirmed)
    requester = session.get_one(User, request.requester_id)
    version_made_with = session.get_one(CatalogItemVersion, request.item_version_id)
    number = session.get_one(CustomerNumber, request.customer_number_id)
    with speaking(requester.language) as language:
        ordered = Ordered(
            number=request.number,
            subject=version_made_with.name_in(language),
            details=content_in(session, request, language),
            requester=accounts.actor_for(session, requester),
            files=[row.file for row in files_of(session, request)],
        )
    case = open_ordered(session, actor=actor, number=number, ordered=ordered)
    overdrawn = use_for(session, request, case=case, actor=actor, overdraft_reason=overdraft_reason)
    request.overdraft = overdrawn
    request.overdraft_reason = overdraft_reason if overdrawn else ""
    request.case_id = case.id
    _decide(request, RequestState.ACCEPTED, actor)
    happened = events.RequestAccepted(case.number, overdrawn, request.overdraft_reason)
    _tell(session, request, happened, overruled, actor=actor)
    notifications.request_accepted(session, request, case, actor=actor)
    return case


def reject(
    session: Session, request: WorkRequest, *, actor: Actor, version: int, reason: str, confirmed: str = ""
) -> None:
    """Reject a request: no case comes of it, its points are released, and the requester is told why (WR-10, PT-04).

    :param reason: what the customer reads; not empty.
    :param confirmed: the digest of a former stop, if somebody has looked at what was found.
    :raises app.catalog.claiming.AlreadyDecided: if somebody was quicker.
    :raises app.cases.actions.StaleEdit: if the customer has changed the request since (REL-05).
    :raises app.cases.guard.outgoing.Stopped: if the guard found something in the reason.
    """
    authorize(policy.is_decider(actor, request))
    claim(session, request, version=version)
    authorize(policy.can_decide(actor, request))
    overruled = _pass_guard(session, request, reason, confirmed)
    release_for(session, request, actor=actor)
    request.reason = reason
    _decide(request, RequestState.REJECTED, actor)
    _tell(session, request, events.RequestRejected(reason), overruled, actor=actor)
    notifications.request_rejected(session, request, actor=actor)


def _refuse_without_points(session: Session, request: WorkRequest, *, may_overdraw: bool) -> None:
    """Refuse before a case is opened; the period is locked here, in the order in which all others lock."""
    if request.points == 0:
        return
    period_id = request.period_id or period_at_submission(session, request)
    if period_id is None:
        raise NoPeriod
    balances = locked_balances(session, period_id)
    if not request.held:
        ledger.use_free(balances, request.points, may_overdraw=may_overdraw)


def _pass_guard(session: Session, request: WorkRequest, said: str, confirmed: str) -> tuple[str, ...]:
    """Let what the customer will read pass the wrong-customer guard; the kinds of overruled warnings come back."""
    if not said:
        return ()
    number = session.get_one(CustomerNumber, request.customer_number_id)
    outgoing = Outgoing(holder_id=number.holder_id, body=said)
    return look_through(session, outgoing, confirmed=confirmed)


def _tell(
    session: Session,
    request: WorkRequest,
    happened: events.RequestAccepted | events.RequestRejected,
    overruled: tuple[str, ...],
    *,
    actor: Actor,
) -> None:
    """Tell the decision, and before it that a warning of the guard was overruled.

    The journal comes after the points in every act: two that lock both never wait for each other.
    """
    if overruled:
        record(session, actor=actor, subject=request, happened=events.RequestGuardOverruled(overruled))
    record(session, actor=actor, subject=request, happened=happened)


def _decide(request: WorkRequest, state: RequestState, actor: Actor) -> None:
    request.state = state
    request.decided_at = request.updated_at = clock.now()
    request.decided_by_id = actor.user_id
