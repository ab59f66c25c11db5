"""Statements of periods that have ended go out by mail where the contract says so (PT-08)."""

import structlog
from flask import Flask
from huey import crontab

from app import db as database
from app.authz import system_actor
from app.catalog import due, periods
from app.catalog.actions.stating import send_statement
from app.catalog.models import PointPeriod
from app.catalog.statement_mail import files_of, recipients_of
from app.extensions import db
from app.i18n import N_

log = structlog.get_logger(__name__)

SENDER = system_actor(N_("Point statements"))


def init_app(app: Flask) -> None:
    """Register the job with the queue."""
    queue = app.extensions["queue"]

    # A while after the quarters of an hour at which periods are settled.
    @queue.periodic_task(crontab(minute="5,20,35,50"))  # type: ignore[untyped-decorator]  # Huey ships no types.
    def send_statements() -> int:
        return send_what_is_due(app)


def send_what_is_due(app: Flask) -> int:
    """Mail the statements that are due; returns of how many periods."""
    with app.app_context():
        with db.sessionmaker() as session, session.begin():
            found = due.to_state(session)
        sent = sum(_send(item.period_id) for item in found)
        if sent:
            log.info("points.statements_sent", periods=sent)
        return sent


def _send(period_id: int) -> bool:
    """Make the files, then queue the mails; no transaction that writes waits for a PDF."""
    try:
        token = database.set_reading(True)
        try:
            with db.sessionmaker() as session:
                period = session.scalars(periods.with_balance(SENDER, PointPeriod.id == period_id)).one()
                recipients = recipients_of(session, period)
                files = files_of(session, period, recipients)
                last_entry_id = period.balance.last_entry_id
        finally:
            database.reset_reading(token)
        with db.sessionmaker() as session, session.begin():
            return send_statement(
                session,
                session.scalars(periods.with_balance(SENDER, PointPeriod.id == period_id)).one(),
                actor=SENDER,
                last_entry_id=last_entry_id,
                recipients=recipients,
                files=files,
            )
    except Exception:
        # What goes wrong with one period must not keep the statements of all others.
        log.exception("points.statement_failed", period=period_id)
        return False
