"""Mailing the statement of a period that has ended, once and only once (PT-08)."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.catalog import events, policy
from app.catalog.balances import locked_row
from app.catalog.models import PointPeriod
from app.catalog.statement_mail import Recipient, Speech, queue_statement
from app.journal import record


def send_statement(
    session: Session,
    period: PointPeriod,
    *,
    actor: Actor,
    last_entry_id: int,
    recipients: Sequence[Recipient],
    files: Mapping[Speech, bytes],
) -> bool:
    """Queue the mails of a period and note that they were sent, in one transaction.

    :param last_entry_id: the last entry that the files show; if there is a later one, they have to be made anew.
    :returns: whether they were queued; not if somebody else was quicker.
    """
    authorize(policy.can_settle(actor))
    row = locked_row(session, period.id)
    session.refresh(period, ["statement_sent_at"])
    if period.statement_sent_at is not None or row.last_entry_id != last_entry_id:
        return False
    period.statement_sent_at = clock.now()
    happened = events.PointStatementSent(period.starts_on.isoformat(), len(recipients))
    record(session, actor=actor, subject=period, happened=happened)
    queue_statement(session, period, recipients, files)
    return True
