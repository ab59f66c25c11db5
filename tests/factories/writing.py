"""What people at the desk write with: canned answers, mentions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.cases.actions import answering, mentioning
from app.cases.actions.answering import AnswerText
from app.cases.models import CaseMention
from app.contracts.queries import service_by_slug
from tests import cast
from tests.factories.cases import actor_for, case_of


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


def note_for(session: Session, number: str, body: str, *, by: str = "agent", told: Sequence[str] = ()) -> int:
    """Write an internal note that names colleagues, or chooses them, and return the comment's id."""
    case = case_of(session, number)
    ids = [cast.person(session, name).id for name in told]
    actor = actor_for(session, by, case)
    return mentioning.add_note_for(session, case, actor=actor, body=body, told=ids).id


def mentions(session: Session, number: str) -> dict[str, str]:
    """A mention of each agent of cs on a case, by whom it is for."""
    note_for(session, number, "確認をお願いします。", told=("lead", "cs_agent"))
    note_for(session, number, "確認をお願いします。", by="lead", told=("agent",))
    rows = session.execute(
        select(CaseMention.id, User.login_key)
        .join(User, User.id == CaseMention.user_id)
        .order_by(CaseMention.id)
    )
    names = {cast.ROLES[name].login_id: name for name in ("lead", "cs_agent", "agent")}
    return {f"{names[login]}s_mention": str(mention) for mention, login in rows}
