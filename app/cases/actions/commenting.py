"""What is written on a case: public comments and the desk's internal notes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, Audience, authorize
from app.cases import events, notifications, policy, queries, targets
from app.cases.actions.attaching import attach
from app.cases.actions.moving import change_state, closing_date
from app.cases.actions.withdrawing import hold_for
from app.cases.lifecycle import Act, is_allowed
from app.cases.models import Case, CaseComment
from app.files.models import StoredFile, Upload
from app.journal import record


def add_comment(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    body: str,
    html: str | None = None,
    uploads: Sequence[Upload] = (),
) -> CaseComment:
    """Add a comment that both sides read; a customer's answer takes the case back to work (CASE-05, CASE-17).

    :param body: the text in plain words.
    :param html: the same as cleaned rich text, if it was written so.
    :param uploads: whole uploads of the actor, which become files of the case.
    """
    authorize(policy.can_comment(actor, case))
    names = [upload.name for upload in uploads]
    comment = write(session, case, body, Audience.CUSTOMER, actor=actor, html=html, uploads=uploads)
    case.updated_at = comment.created_at
    if is_allowed(Act.ANSWER, case.state, actor.kind):
        change_state(session, case, Act.ANSWER, actor=actor)
    if actor.is_customer and case.closes_at is not None:
        # Only what nobody answers closes by itself: words of the customer give the case its full time again (T11).
        case.closes_at = closing_date(queries.settings_of(session, case.service_id), comment.created_at)
    if actor.is_agent and case.replied_at is None:
        targets.refresh(session, case)
    # The customer reads a reply at once; its mail waits, so that the agent can still take it back.
    hold = hold_for(comment) if actor.is_agent else None
    notifications.comment_added(session, case, actor=actor, body=body, html=html, file_names=names, hold=hold)
    return comment


def add_note(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    body: str,
    html: str | None = None,
    uploads: Sequence[Upload] = (),
) -> CaseComment:
    """Add an internal note; it reaches no customer and leaves the updated time alone (DESK-04, CASE-22)."""
    authorize(policy.can_note(actor, case))
    return write(session, case, body, Audience.DESK, actor=actor, html=html, uploads=uploads)


def write(
    session: Session,
    case: Case,
    body: str,
    audience: Audience,
    *,
    actor: Actor,
    html: str | None = None,
    uploads: Sequence[Upload] = (),
    files: Sequence[StoredFile] = (),
    at: datetime | None = None,
) -> CaseComment:
    """Store a text with its files and its event; rules and mails are the caller's.

    :param actor: whose words they are, and who the history says has written them.
    :param at: the moment of the act, where it has one already.
    """
    comment = CaseComment(
        case_id=case.id,
        author_id=actor.user_id,
        audience=audience,
        body=body,
        html=html,
        created_at=at or clock.now(),
    )
    session.add(comment)
    session.flush()
    attach(session, case, uploads, actor=actor, audience=audience, comment=comment, files=files)
    told = events.CommentAdded if audience is Audience.CUSTOMER else events.NoteAdded
    record(session, actor=actor, subject=case, happened=told(comment.id))
    return comment
