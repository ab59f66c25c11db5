"""How a work request is paid: points are held while it waits, used when it is accepted, released otherwise (PT-04).

These are parts of other acts (submitting, deciding), which have asked the policy and tell the event.
"""

from sqlalchemy.orm import Session

from app.authz import Actor
from app.cases.models import Case
from app.catalog import ledger
from app.catalog.actions.booking import Cause, book
from app.catalog.actions.settling import settle_again
from app.catalog.balances import locked_balances
from app.catalog.days import period_at_submission
from app.catalog.models import WorkRequest


class NoPeriod(Exception):
    """No period of points covers the day on which the request was sent; the desk has to set one up first."""


def hold_for(session: Session, request: WorkRequest, *, actor: Actor) -> bool:
    """Hold the points of a request in the period of its submission; with too few free nothing is held (PT-05).

    :returns: whether the points are held; always true for a request that costs nothing.
    """
    request.period_id = period_at_submission(session, request)
    if request.points == 0:
        return True
    if request.period_id is None:
        return False
    try:
        postings = ledger.hold(locked_balances(session, request.period_id), request.points)
        book(session, request.period_id, postings, actor=actor, cause=_cause(request, "hold"))
    except ledger.NotEnough:
        return False
    request.held = request.points
    session.flush()
    return True


def release_for(session: Session, request: WorkRequest, *, actor: Actor) -> None:
    """Release what is held for a request; in a period that was settled already it goes the way of the rest."""
    if request.held and request.period_id is not None:
        balances = locked_balances(session, request.period_id)
        postings = ledger.release(balances, request.held)
        book(session, request.period_id, postings, actor=actor, cause=_cause(request, "release"))
        request.held = 0
        session.flush()
        settle_again(session, request.period_id, actor=actor)


def use_for(
    session: Session, request: WorkRequest, *, case: Case, actor: Actor, overdraft_reason: str = ""
) -> int:
    """Use the points of a request that is accepted, in the period of its submission (PT-04).

    :param overdraft_reason: why missing points may be overdrawn; empty if nobody has confirmed that (PT-05).
    :returns: how many points were overdrawn.
    :raises app.catalog.ledger.NotEnough: if points are missing and no reason was given.
    :raises NoPeriod: if points are needed and no period covers the day of the submission.
    """
    if request.points == 0:
        return 0
    if request.period_id is None:
        # The desk may have set the period up since.
        request.period_id = period_at_submission(session, request)
    if request.period_id is None:
        raise NoPeriod
    balances = locked_balances(session, request.period_id)
    if request.held:
        postings = ledger.use_held(request.held)
    else:
        postings = ledger.use_free(balances, request.points, may_overdraw=bool(overdraft_reason))
    overdrawn = sum(item.amount for item in postings if item.kind is ledger.EntryKind.OVERDRAFT)
    cause = Cause(
        key=f"request:{request.id}:use",
        request_id=request.id,
        case_id=case.id,
        reason=overdraft_reason if overdrawn else "",
    )
    book(session, request.period_id, postings, actor=actor, cause=cause)
    request.held = 0
    return overdrawn


def _cause(request: WorkRequest, act: str) -> Cause:
    """A movement that can come again: a changed request is released and held anew, each on a version of its own."""
    return Cause(key=f"request:{request.id}:{act}:{request.version}", request_id=request.id)
