"""Counting of failures in a row: five, and the subject is closed for 20 minutes (AUTH-03, AUTH-05, RESET-05).

A try is charged before it is checked, in a short transaction of its own, and taken back when it was right. So
tries that arrive at once cannot slip through between the question and the count, and the slow check of a
password holds no lock on the database (docs/decisions/0008).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, delete, exists, literal, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import TryCount, TryKind, User

MOST = 5
CLOSED_FOR = timedelta(minutes=20)
# From here on, 20 locks in a row, a right password also needs a mailed code (SEC-06).
UNLOCK_CODE_FROM = 100
# IDs that nobody has are counted like real ones (AUTH-04), but a million of them must not fill the disk (T03).
MOST_INVENTED = 10_000
INVENTED_KEPT_FOR = timedelta(hours=24)
INVENTED, OF_BROWSER = "typed:", "browser:"
SWEEP_EACH = 50


@dataclass(frozen=True, slots=True)
class Charge:
    """One counted try: whether it may be right at all, and whether it closed the subject."""

    kind: TryKind
    subject: str
    is_barred: bool
    closes: bool


def charge(session: Session, kind: TryKind, subject: str) -> Charge:
    """Count one try of ``subject``; during a lock nothing is counted, and nothing can be right (AUTH-05)."""
    row = session.scalar(_row(kind, subject).with_for_update())
    # Read after the row: whoever had to wait for it must not find a lock that seems to begin in the future.
    moment = clock.now()
    if row is None:
        row = TryCount(kind=kind, subject=subject, in_a_row=1, since_success=1, touched_at=moment)
        session.add(row)
        session.flush()
        _sweep(session, row)
        return Charge(kind, subject, is_barred=False, closes=False)
    row.touched_at = moment
    if _is_closed(row, moment):
        session.flush()
        return Charge(kind, subject, is_barred=True, closes=False)
    if row.locked_until is not None:
        row.in_a_row, row.locked_until = 0, None
    row.in_a_row += 1
    row.since_success += 1
    if row.in_a_row >= MOST:
        row.locked_until = moment + CLOSED_FOR
    session.flush()
    return Charge(kind, subject, is_barred=False, closes=row.locked_until is not None)


def touch(session: Session, charged: Charge) -> None:
    """Note once more when a subject was tried, and nothing else."""
    row = session.scalar(_row(charged.kind, charged.subject).with_for_update())
    if row is not None:
        row.touched_at = clock.now()
        session.flush()


def take_back(session: Session, charged: Charge) -> None:
    """Uncount a try that was no failure and no success either, such as a right password at a foreign portal."""
    row = session.scalar(_row(charged.kind, charged.subject).with_for_update())
    if row is None or charged.is_barred or not row.in_a_row:
        return
    row.in_a_row -= 1
    row.since_success -= 1
    if charged.closes:
        row.locked_until = None
    session.flush()


def clear(session: Session, kind: TryKind, subject: str) -> bool:
    """Set the counts to 0 after a success or by an administrator's hand; tell whether a lock ended by it."""
    row = session.scalar(_row(kind, subject).with_for_update())
    if row is None:
        return False
    was_closed = _is_closed(row, clock.now())
    row.in_a_row, row.since_success, row.locked_until = 0, 0, None
    session.flush()
    return was_closed


def needs_unlock_code(session: Session, kind: TryKind, subject: str) -> bool:
    """Tell whether so many failures in a row lie behind that the right password alone is not enough (SEC-06)."""
    row = session.scalar(_row(kind, subject))
    return row is not None and row.since_success > UNLOCK_CODE_FROM


def closed_until(session: Session, kind: TryKind, subject: str) -> datetime | None:
    """Until when a subject is closed, or ``None``."""
    row = session.scalar(_row(kind, subject))
    return row.locked_until if row is not None and _is_closed(row, clock.now()) else None


def is_locked(session: Session, user: User) -> bool:
    """Tell whether wrong passwords have locked the user ID (CONTACT-01)."""
    return closed_until(session, TryKind.PASSWORD, user.subject_for_tries) is not None


def locks_user(moment: datetime) -> ColumnElement[bool]:
    """The condition that wrong passwords lock the user ID of a row at ``moment``; for lists (CONTACT-01)."""
    return exists().where(
        TryCount.kind == TryKind.PASSWORD,
        TryCount.subject == literal("user:") + cast(User.id, String),
        TryCount.locked_until > moment,
        TryCount.locked_until <= moment + CLOSED_FOR,
    )


def _row(kind: TryKind, subject: str) -> Select[TryCount]:
    # What another process counted meanwhile must be seen, so the row is read anew each time.
    return (
        select(TryCount)
        .where(TryCount.kind == kind, TryCount.subject == subject)
        .execution_options(populate_existing=True)
    )


def _is_closed(row: TryCount, moment: datetime) -> bool:
    # A lock that would begin in the future was made before the clock was set back; it does not last longer (REL-10).
    until = row.locked_until
    return until is not None and moment < until <= moment + CLOSED_FOR


def _sweep(session: Session, row: TryCount) -> None:
    if not row.subject.startswith(INVENTED) or row.id % SWEEP_EACH:
        return
    invented = TryCount.subject.startswith(INVENTED, autoescape=True)
    session.execute(delete(TryCount).where(invented, TryCount.touched_at < clock.now() - INVENTED_KEPT_FOR))
    newest = select(TryCount.id).where(invented).order_by(TryCount.touched_at.desc()).limit(MOST_INVENTED)
    session.execute(delete(TryCount).where(invented, TryCount.id.not_in(newest)))
