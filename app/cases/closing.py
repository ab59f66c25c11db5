"""Which resolved cases close by themselves, and whose customers are to be told; for the job that does it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.cases.events import ClosureAnnounced
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseSettings
from app.journal import JournalEvent

AT_ONCE = 200


def closing_services(session: Session) -> Sequence[CaseSettings]:
    """The services whose resolved cases close by themselves."""
    chosen = select(CaseSettings).where(CaseSettings.auto_close_days.is_not(None))
    return session.scalars(chosen.order_by(CaseSettings.service_id)).all()


def due_to_close(session: Session, service_id: int, now: datetime) -> Sequence[int]:
    """The first cases whose time is over."""
    return session.scalars(_resolved(service_id).where(Case.closes_at <= now)).all()


def without_date(session: Session, service_id: int) -> Sequence[int]:
    """The first cases that were resolved before the service closed any by themselves."""
    return session.scalars(_resolved(service_id).where(Case.closes_at.is_(None))).all()


def due_to_remind(session: Session, service_id: int, now: datetime, wait: timedelta) -> Sequence[int]:
    """The first cases that close within ``wait`` and whose customers have not been told so within it."""
    last_told = (
        select(JournalEvent.subject_id, func.max(JournalEvent.at).label("at"))
        .where(JournalEvent.subject_type == Case.subject_type, JournalEvent.kind == ClosureAnnounced.kind)
        .where(JournalEvent.at >= now - wait)
        .group_by(JournalEvent.subject_id)
        .subquery()
    )
    soon = _resolved(service_id).where(Case.closes_at > now, Case.closes_at <= now + wait)
    # Those that were told are sorted out here, so the first ones may only be counted after that.
    rows = session.execute(
        soon.limit(None)
        .add_columns(Case.closes_at, last_told.c.at)
        .outerjoin(last_told, last_told.c.subject_id == Case.id)
    )
    untold = [case_id for case_id, closes_at, told in rows if told is None or told < closes_at - wait]
    return untold[:AT_ONCE]


def _resolved(service_id: int) -> Select[int]:
    return (
        select(Case.id)
        .where(Case.service_id == service_id, Case.state == CaseState.RESOLVED, Case.merged_into_id.is_(None))
        .order_by(Case.id)
        .limit(AT_ONCE)
    )
