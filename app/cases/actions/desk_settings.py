"""How the desk of a service works: hours, closed days, response targets, closing; by system administrators.

What is changed holds for open cases, too: the worker replays their targets after the commit (``cases/target_jobs``).
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.cases import queries, targets
from app.cases import settings_events as events
from app.cases.actions.editing import StaleEdit
from app.cases.categories import Category
from app.cases.lifecycle import CaseState
from app.cases.models import Case, CaseSettings, ClosedDay, ResponseTarget
from app.contracts import policy
from app.contracts.models import Service
from app.journal import record


def set_desk_hours(
    session: Session,
    *,
    actor: Actor,
    service: Service,
    opens_minute: int,
    closes_minute: int,
    workdays: str,
    agents_may_close: bool,
    auto_close_days: int | None,
    version: int | None = None,
) -> None:
    """Set when the desk is open and how resolved cases close.

    Switching the closing off takes the dates off the cases that had one; switching it on dates what is resolved by the
    next run of the job, each with its full time and a mail.

    :param opens_minute: minutes after midnight, and before ``closes_minute``.
    :param workdays: seven marks from Monday on, at least one of them ``1``.
    :param version: the version of the hours that the form was made from; ``None`` is whoever read them just now.
    :raises StaleEdit: if somebody set them since then (REL-05).
    """
    authorize(policy.can_manage(actor))
    settings = _settings(session, service)
    if version not in {None, settings.hours_version}:
        raise StaleEdit
    settings.hours_version += 1
    settings.opens_minute, settings.closes_minute, settings.workdays = opens_minute, closes_minute, workdays
    settings.agents_may_close, settings.auto_close_days = agents_may_close, auto_close_days
    told = events.DeskHoursSet(opens_minute, closes_minute, workdays, agents_may_close, auto_close_days)
    record(session, actor=actor, subject=service, happened=told)
    if auto_close_days is None:
        dated = update(Case).where(Case.service_id == service.id, Case.state == CaseState.RESOLVED)
        session.execute(dated.values(closes_at=None))
    targets.ask_for_replay(session, service.id)


def add_closed_day(session: Session, *, actor: Actor, service: Service, day: date, name: str) -> bool:
    """Close the desk on a day; ``False`` if it was closed on it already."""
    authorize(policy.can_manage(actor))
    known = select(ClosedDay.id).where(ClosedDay.service_id == service.id, ClosedDay.day == day)
    if session.scalar(known.order_by(ClosedDay.id)) is not None:
        return False
    session.add(ClosedDay(service_id=service.id, day=day, name=name))
    record(session, actor=actor, subject=service, happened=events.ClosedDayAdded(day.isoformat(), name))
    targets.ask_for_replay(session, service.id)
    return True


def remove_closed_day(session: Session, *, actor: Actor, service: Service, row: ClosedDay) -> None:
    """Open the desk on that day again."""
    authorize(policy.can_manage(actor) and row.service_id == service.id)
    session.delete(row)
    record(session, actor=actor, subject=service, happened=events.ClosedDayRemoved(row.day.isoformat()))
    targets.ask_for_replay(session, service.id)


def set_targets(
    session: Session,
    *,
    actor: Actor,
    service: Service,
    minutes: Mapping[Category | None, tuple[int | None, int | None]],
    version: int | None = None,
) -> None:
    """Set the response targets of a service; replaces what was set before.

    :param minutes: business minutes to the first reply and to the solution; ``None`` as category is for all others.
    :param version: the version of the targets that the form was made from; ``None`` is whoever read them just now.
    :raises StaleEdit: if somebody set them since then (REL-05).
    """
    authorize(policy.can_manage(actor))
    settings = _settings(session, service)
    if version not in {None, settings.targets_version}:
        raise StaleEdit
    settings.targets_version += 1
    session.execute(delete(ResponseTarget).where(ResponseTarget.service_id == service.id))
    kept = {category: pair for category, pair in minutes.items() if pair != (None, None)}
    session.add_all(
        ResponseTarget(
            service_id=service.id, category=category, reply_minutes=reply, solution_minutes=solution
        )
        for category, (reply, solution) in kept.items()
    )
    told = tuple((category.value if category else "", *pair) for category, pair in kept.items())
    record(session, actor=actor, subject=service, happened=events.ResponseTargetsSet(told))
    targets.ask_for_replay(session, service.id)


def _settings(session: Session, service: Service) -> CaseSettings:
    settings = queries.settings_of(session, service.id)
    session.add(settings)
    return settings
