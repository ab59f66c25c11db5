"""Corrections of used points as the desk reads them, and what a contract says about points (PT-06)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.authz import Actor
from app.catalog import queries
from app.catalog.models import CorrectionState, PointCorrection, PointPeriod, RequestTerms
from app.contracts.models import CustomerNumber

# Of a period with very many corrections, the latest ones; what was booked stands in the statement.
MOST_SHOWN = 20


def count_open(session: Session, actor: Actor) -> int:
    """How many corrections of the agent's services wait for a second person."""
    waiting = _visible_to(actor).where(PointCorrection.state == CorrectionState.PROPOSED)
    return session.scalar(waiting.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def open_corrections(session: Session, actor: Actor, number: CustomerNumber) -> Sequence[PointCorrection]:
    """The corrections of a customer number that wait, the oldest first, each with its period and its proposer."""
    chosen = _visible_to(actor).where(
        PointCorrection.customer_number_id == number.id, PointCorrection.state == CorrectionState.PROPOSED
    )
    return session.scalars(
        chosen.options(joinedload(PointCorrection.proposed_by)).order_by(PointCorrection.id).limit(MOST_SHOWN)
    ).all()


def corrections_of(session: Session, actor: Actor, period: PointPeriod) -> Sequence[PointCorrection]:
    """The latest corrections of a period, the newest first, each with who proposed and who decided."""
    chosen = _visible_to(actor).where(PointCorrection.period_id == period.id)
    return session.scalars(
        chosen.options(joinedload(PointCorrection.proposed_by), joinedload(PointCorrection.decided_by))
        .order_by(PointCorrection.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def correction_for(
    session: Session, actor: Actor, period: PointPeriod, correction_id: int
) -> PointCorrection | None:
    """One correction of a period within reach, or ``None``."""
    return session.scalar(
        _visible_to(actor).where(PointCorrection.id == correction_id, PointCorrection.period_id == period.id)
    )


def terms_of(session: Session, number: CustomerNumber) -> RequestTerms:
    """What the contract of a customer number that is within reach says; without a row, nothing is included."""
    return session.get(RequestTerms, number.id) or RequestTerms(
        customer_number_id=number.id,
        includes_requests=False,
        includes_points=False,
        plan_points=0,
        option_points=0,
        renews=False,
        mails_statement=False,
        version=0,
    )


def last_day(session: Session, number: CustomerNumber) -> date | None:
    """The last day of the last period of a customer number that is within reach."""
    chosen = select(func.max(PointPeriod.ends_on)).where(PointPeriod.customer_number_id == number.id)
    return session.scalar(chosen)


def _visible_to(actor: Actor) -> Select[PointCorrection]:
    within = queries.periods_visible_to(actor).with_only_columns(PointPeriod.id, maintain_column_froms=True)
    return (
        select(PointCorrection)
        .join(PointCorrection.period)
        .options(contains_eager(PointCorrection.period))
        .where(PointCorrection.period_id.in_(within))
    )
