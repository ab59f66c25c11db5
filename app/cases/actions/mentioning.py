"""Naming colleagues in an internal note, and having read it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import clock
from app.accounts import queries as accounts
from app.authz import Actor, NotFound
from app.cases import mentions, notifications
from app.cases.actions.commenting import add_note
from app.cases.models import Case, CaseComment, CaseMention
from app.files.models import Upload


def add_note_for(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    body: str,
    html: str | None = None,
    uploads: Sequence[Upload] = (),
    told: Sequence[int] = (),
) -> CaseComment:
    """Add an internal note and tell the colleagues who are named in it or chosen beside it.

    Only agents of the case's service can be told; nobody tells themselves. The mail holds no word of the note.

    :param told: the ids of chosen colleagues; others than agents of the service are as if they were not chosen.
    """
    note = add_note(session, case, actor=actor, body=body, html=html, uploads=uploads)
    colleagues = [
        user for user in accounts.agents_of_service(session, case.service_id) if user.id != actor.user_id
    ]
    named = {user.id for user in mentions.named_in(body, colleagues)} | set(told)
    meant = [user for user in colleagues if user.id in named]
    if meant:
        session.add_all(
            CaseMention(case_id=case.id, comment_id=note.id, user_id=user.id, created_at=clock.now())
            for user in meant
        )
        session.flush()
        notifications.mentioned(session, case, meant, actor=actor)
    return note


def read_on(session: Session, case: Case, *, actor: Actor) -> int:
    """Note that the actor has the case before them and so has read what waited there; return how much it was."""
    waiting = mentions.visible_to(actor).where(CaseMention.case_id == case.id, CaseMention.read_at.is_(None))
    return _read(session, session.scalars(waiting.order_by(CaseMention.id)).all())


def read_one(session: Session, mention_id: int, *, actor: Actor) -> None:
    """Note that the actor has read one mention.

    :raises NotFound: if it is somebody else's, or none.
    """
    found = session.scalars(
        mentions.visible_to(actor).where(CaseMention.id == mention_id).order_by(CaseMention.id)
    ).all()
    if not found:
        raise NotFound
    _read(session, found)


def read_all(session: Session, *, actor: Actor) -> int:
    """Note that the actor has read everything that waited; return how much it was."""
    waiting = mentions.visible_to(actor).where(CaseMention.read_at.is_(None))
    return _read(session, session.scalars(waiting.order_by(CaseMention.id)).all())


def _read(session: Session, found: Sequence[CaseMention]) -> int:
    for mention in found:
        mention.read_at = mention.read_at or clock.now()
    session.flush()
    return len(found)
