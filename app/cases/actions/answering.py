"""Keeping the canned answers of a service."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.cases import events, policy
from app.cases.actions.editing import StaleEdit
from app.cases.models import CannedAnswer
from app.contracts.models import Service
from app.journal import record


class NameTaken(Exception):
    """The service has an answer of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerText:
    """What is kept of an answer, in both languages."""

    name: str
    body_ja: str
    body_en: str


def add(session: Session, *, actor: Actor, service: Service, text: AnswerText) -> CannedAnswer:
    """Add an answer to a service.

    :raises NameTaken: if there is one of that name.
    """
    authorize(policy.can_manage_answers(actor, service.id))
    _refuse_second(session, service.id, text.name)
    answer = CannedAnswer(service_id=service.id, name=text.name, body_ja=text.body_ja, body_en=text.body_en)
    session.add(answer)
    record(session, actor=actor, subject=answer, happened=events.CannedAnswerAdded(text.name))
    return answer


def edit(session: Session, answer: CannedAnswer, *, actor: Actor, version: int, text: AnswerText) -> None:
    """Change an answer; what has been sent with it stays as it was sent.

    :param version: the version of the row that the form was made from.
    :raises StaleEdit: if somebody changed it since then (REL-05).
    :raises NameTaken: if another answer of the service has that name.
    """
    authorize(policy.can_manage_answers(actor, answer.service_id))
    if version != answer.version:
        raise StaleEdit
    _refuse_second(session, answer.service_id, text.name, but=answer.id)
    changed = tuple(
        field for field in ("name", "body_ja", "body_en") if getattr(answer, field) != getattr(text, field)
    )
    if not changed:
        return
    answer.name, answer.body_ja, answer.body_en = text.name, text.body_ja, text.body_en
    record(session, actor=actor, subject=answer, happened=events.CannedAnswerEdited(text.name, changed))


def remove(session: Session, answer: CannedAnswer, *, actor: Actor) -> None:
    """Remove an answer for good."""
    authorize(policy.can_manage_answers(actor, answer.service_id))
    told = events.CannedAnswerRemoved(answer.name)
    session.delete(answer)
    record(session, actor=actor, subject=answer, happened=told)


def _refuse_second(session: Session, service_id: int, name: str, *, but: int | None = None) -> None:
    taken = session.scalar(
        select(CannedAnswer.id)
        .where(CannedAnswer.service_id == service_id, CannedAnswer.name == name)
        .order_by(CannedAnswer.id)
    )
    if taken is not None and taken != but:
        raise NameTaken
