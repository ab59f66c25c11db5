"""Resolved cases that nobody confirms close by themselves where a service says so (DESK-10)."""

from collections.abc import Callable

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.authz import Actor, Forbidden, system_actor
from app.cases import closing, queries
from app.cases.actions.closing import announce_closure, begin_closing, close_unconfirmed, reminder_wait
from app.cases.models import Case
from app.extensions import db
from app.i18n import N_

log = structlog.get_logger(__name__)

CLOSER = N_("Closing without confirmation")
Step = Callable[[Session, Case, Actor], None]


def init_app(app: Flask) -> None:
    """Register the job with the queue."""
    queue = app.extensions["queue"]

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def close_by_themselves() -> int:
        return close_what_is_due(app)


def close_what_is_due(app: Flask) -> int:
    """Close what is due, remind of what soon will be, and date what has no date yet; returns how many cases closed."""
    with app.app_context():
        closed = 0
        for step, case_id in _due():
            is_done = _do(step, case_id)
            closed += is_done and step is _close
        if closed:
            log.info("cases.closed_unconfirmed", cases=closed)
        return closed


def _due() -> list[tuple[Step, int]]:
    moment = clock.now()
    with db.sessionmaker() as session, session.begin():
        return [
            (step, case_id)
            for settings in closing.closing_services(session)
            for step, cases in (
                (_close, closing.due_to_close(session, settings.service_id, moment)),
                (_date, closing.without_date(session, settings.service_id)),
                (
                    _remind,
                    closing.due_to_remind(session, settings.service_id, moment, reminder_wait(settings)),
                ),
            )
            for case_id in cases
        ]


def _do(step: Step, case_id: int) -> bool:
    """Do one step on one case in a transaction of its own; what changed since it was found is left alone."""
    try:
        with db.sessionmaker() as session, session.begin():
            step(session, session.get_one(Case, case_id), system_actor(CLOSER))
    except (Forbidden, StaleDataError):
        return False
    return True


def _close(session: Session, case: Case, actor: Actor) -> None:
    close_unconfirmed(session, case, actor=actor)


def _date(session: Session, case: Case, actor: Actor) -> None:
    settings = queries.settings_of(session, case.service_id)
    if case.closes_at is None:
        begin_closing(session, case, actor=actor, settings=settings)


def _remind(session: Session, case: Case, actor: Actor) -> None:
    announce_closure(session, case, actor=actor)
