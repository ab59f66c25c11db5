"""Corrections of the used points: one person of the desk proposes, another one books or refuses (PT-06).

Until then whoever proposed it can take it back.
"""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor, authorize
from app.catalog import events, ledger, policy
from app.catalog.actions.booking import Cause, book
from app.catalog.actions.settling import settle_again
from app.catalog.balances import locked_balances
from app.catalog.models import CorrectionState, PointCorrection, PointEntry, PointPeriod
from app.catalog.models.ledger import REASON_LENGTH
from app.contracts.models import CustomerNumber
from app.journal import record


class BadCorrection(ValueError):
    """A correction without a reason or a difference, or one that is longer or larger than any can be."""


class AlreadyDecided(Exception):
    """Somebody has booked, refused or withdrawn the correction meanwhile; nothing happened now."""


def propose(
    session: Session, period: PointPeriod, *, actor: Actor, difference: int, reason: str
) -> PointCorrection:
    """Propose that ``difference`` points more (or fewer, below zero) count as used; nothing is booked yet.

    :raises BadCorrection: if there is no reason, or no difference of at most ``MOST_POINTS``.
    :raises app.catalog.ledger.NotEnough: if more would be taken than is free today.
    :raises app.catalog.ledger.LedgerRefusal: if more would be given back than was used.
    """
    authorize(policy.can_correct_points(actor, session.get_one(CustomerNumber, period.customer_number_id)))
    why = reason.strip()
    if not (why and len(why) <= REASON_LENGTH and 0 < abs(difference) <= ledger.MOST_POINTS):
        raise BadCorrection
    ledger.correct(locked_balances(session, period.id), difference)
    correction = PointCorrection(
        period_id=period.id,
        customer_number_id=period.customer_number_id,
        difference=difference,
        reason=why,
        state=CorrectionState.PROPOSED,
        proposed_by_id=actor.user_id,
        proposed_at=clock.now(),
    )
    session.add(correction)
    happened = events.PointCorrectionProposed(period.starts_on.isoformat(), difference, why)
    record(session, actor=actor, subject=correction, happened=happened)
    return correction


def book_correction(session: Session, correction: PointCorrection, *, actor: Actor) -> PointEntry:
    """Book what somebody else has proposed; what is overdrawn is settled first, and a period that is over again.

    :returns: the first entry; one that also settles an overdraft has a second one.
    :raises AlreadyDecided: if it was booked, refused or withdrawn meanwhile.
    :raises app.catalog.ledger.NotEnough: if more would be taken than is free now; the proposal stays.
    :raises app.catalog.ledger.LedgerRefusal: if more would be given back than was used.
    """
    period = _begin_decision(session, correction, actor=actor, may=policy.can_decide_correction)
    postings = ledger.correct(locked_balances(session, period.id), correction.difference)
    cause = Cause(key=f"correction:{correction.id}", correction_id=correction.id, reason=correction.reason)
    entries = book(session, period.id, postings, actor=actor, cause=cause)
    _decide(session, correction, CorrectionState.BOOKED, actor=actor)
    settle_again(session, period.id, actor=actor)
    # Told last: on PostgreSQL the journal is locked from here on, and balances are locked before it everywhere.
    happened = events.PointCorrectionBooked(*_told(session, correction, period))
    record(session, actor=actor, subject=correction, happened=happened)
    return entries[0]


def refuse_correction(session: Session, correction: PointCorrection, *, actor: Actor) -> None:
    """Decide against what somebody else has proposed; nothing is booked.

    :raises AlreadyDecided: if it was booked, refused or withdrawn meanwhile.
    """
    period = _begin_decision(session, correction, actor=actor, may=policy.can_decide_correction)
    _decide(session, correction, CorrectionState.REFUSED, actor=actor)
    happened = events.PointCorrectionRefused(*_told(session, correction, period))
    record(session, actor=actor, subject=correction, happened=happened)


def withdraw_correction(session: Session, correction: PointCorrection, *, actor: Actor) -> None:
    """Take the own proposal back before anybody has decided on it; nothing is booked.

    :raises AlreadyDecided: if it was booked, refused or withdrawn meanwhile.
    """
    period = _begin_decision(session, correction, actor=actor, may=policy.can_withdraw_correction)
    _decide(session, correction, CorrectionState.WITHDRAWN, actor=actor)
    happened = events.PointCorrectionWithdrawn(
        period.starts_on.isoformat(), correction.difference, correction.reason
    )
    record(session, actor=actor, subject=correction, happened=happened)


def _begin_decision(
    session: Session,
    correction: PointCorrection,
    *,
    actor: Actor,
    may: Callable[[Actor, PointCorrection, CustomerNumber], bool],
) -> PointPeriod:
    """Lock the correction, so that of two who decide at the same moment the second one finds it decided."""
    number = session.get_one(CustomerNumber, correction.customer_number_id)
    authorize(policy.can_correct_points(actor, number))
    chosen = select(PointCorrection).where(PointCorrection.id == correction.id).with_for_update()
    session.scalars(chosen.execution_options(populate_existing=True)).one()
    if correction.state is not CorrectionState.PROPOSED:
        raise AlreadyDecided
    authorize(may(actor, correction, number))
    return session.get_one(PointPeriod, correction.period_id)


def _decide(session: Session, correction: PointCorrection, state: CorrectionState, *, actor: Actor) -> None:
    correction.state, correction.decided_by_id, correction.decided_at = state, actor.user_id, clock.now()
    session.flush()


def _told(session: Session, correction: PointCorrection, period: PointPeriod) -> tuple[str, int, str, str]:
    proposer = session.get_one(User, correction.proposed_by_id)
    return period.starts_on.isoformat(), correction.difference, correction.reason, proposer.display_name
