"""What people at the desk write with: canned answers, mentions."""

from sqlalchemy.orm import Session

from app.cases.actions import answering
from app.cases.actions.answering import AnswerText
from app.contracts.queries import service_by_slug
from tests import cast


def answer(
    session: Session,
    name: str = "受付",
    *,
    ja: str = "{contact}\nありがとうございます。",
    en: str = "Dear {contact}",
    service: str = "cs",
    by: str = "lead",
) -> int:
    """Add a canned answer, and return its id."""
    row = service_by_slug(session, service)
    assert row is not None
    text = AnswerText(name=name, body_ja=ja, body_en=en)
    return answering.add(session, actor=cast.actor_of(session, by), service=row, text=text).id


def answers(session: Session) -> dict[str, str]:
    """An answer for each service."""
    return {"answer": str(answer(session)), "fm_answer": str(answer(session, service="fm"))}
