"""Taking a public reply back: it is read at once, its mail waits half a minute, and so long it can still be undone.

Why it is so: docs/decisions/0013.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, outbox
from app.authz import Actor, Audience, authorize
from app.cases import events, policy, targets
from app.cases.models import Case, CaseComment, CaseFile
from app.journal import JournalEvent, record
from app.outbox import Hold

TAKE_BACK_LASTS = timedelta(seconds=30)


class TooLateToTakeBack(Exception):
    """The half minute is over, or the mail is on its way already."""


def hold_for(comment: CaseComment) -> Hold:
    """How long the mail of a reply waits, and the cause by which it is taken back."""
    return Hold(f"comment:{comment.id}", TAKE_BACK_LASTS)


def seconds_left(actor: Actor, case: Case, comment: CaseComment) -> int:
    """How many seconds, begun ones counted, the actor can still take the reply back; 0 if not at all."""
    if not policy.can_take_back(actor, case, comment):
        return 0
    left = comment.created_at + TAKE_BACK_LASTS - clock.now()
    return max(0, min(-(-left // timedelta(seconds=1)), int(TAKE_BACK_LASTS.total_seconds())))


def take_back(session: Session, case: Case, *, actor: Actor, comment: CaseComment) -> None:
    """Take the actor's own reply back: only the desk reads it from then on, its files too, and no mail leaves.

    A state that was changed beside the reply stays as it is: an agent's comment changes none (CASE-17).

    :raises TooLateToTakeBack: from the thirtieth second on, or if a mail of it is on its way.
    """
    authorize(policy.can_take_back(actor, case, comment))
    if clock.now() >= comment.created_at + TAKE_BACK_LASTS:
        raise TooLateToTakeBack
    if not outbox.take_back(session, hold_for(comment).cause):
        raise TooLateToTakeBack
    comment.audience, comment.taken_back_at = Audience.DESK, clock.now()
    for row in session.scalars(
        select(CaseFile).where(CaseFile.comment_id == comment.id).order_by(CaseFile.id)
    ):
        row.audience = Audience.DESK
    session.flush()
    case.updated_at = _last_shown_change(session, case)
    record(session, actor=actor, subject=case, happened=events.CommentTakenBack(comment.id))
    targets.refresh(session, case)


def _last_shown_change(session: Session, case: Case) -> datetime:
    """When the customer last saw something change, without the replies that were taken back (CASE-22)."""
    taken_back = select(CaseComment.id).where(
        CaseComment.case_id == case.id, CaseComment.taken_back_at.is_not(None)
    )
    told = JournalEvent.data["comment_id"].as_integer()
    found = session.scalar(
        select(func.max(JournalEvent.at)).where(
            JournalEvent.subject_type == Case.subject_type,
            JournalEvent.subject_id == case.id,
            JournalEvent.audience == Audience.CUSTOMER,
            told.is_(None) | told.not_in(taken_back),
        )
    )
    moment = max(found or case.created_at, case.created_at)
    # Open pages of the customer ask whether this moment is another one; it must be, though something came after.
    return moment if moment != case.updated_at else moment + timedelta(microseconds=1)
