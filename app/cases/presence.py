"""Who of the desk has a case open now, and whether they are typing; customers never learn of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor
from app.cases.models import Case, CasePresence

FORGOTTEN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who has the case open."""

    user_id: int
    name: str
    is_typing: bool


def others_at(session: Session, actor: Actor, case: Case | str) -> Sequence[Present]:
    """The colleagues at a case, or at the case of a number, in order of their names; nobody for a customer."""
    if not actor.is_agent:
        return ()
    recent = clock.now() - FORGOTTEN_AFTER
    there = select(CasePresence, User).join(User, User.id == CasePresence.user_id)
    if isinstance(case, str):
        there = there.join(Case, Case.id == CasePresence.case_id).where(Case.number == case)
    else:
        there = there.where(CasePresence.case_id == case.id)
    rows = session.execute(
        there.where(CasePresence.seen_at > recent, CasePresence.user_id != actor.user_id).order_by(
            User.family_name, User.given_name, User.id
        )
    )
    return [
        Present(user.id, user.display_name, row.typed_at is not None and row.typed_at > recent)
        for row, user in rows
    ]


def sign_of(people: Sequence[Present]) -> str:
    """Who is there, in so few signs that a page can send them back to be told only of a change."""
    return ".".join(f"{one.user_id}{'t' if one.is_typing else ''}" for one in people)


def forget_absent(session: Session) -> int:
    """Take out who has not been seen for half a minute; returns how many rows that were."""
    gone = delete(CasePresence).where(CasePresence.seen_at <= clock.now() - FORGOTTEN_AFTER)
    return len(session.execute(gone.returning(CasePresence.user_id)).all())
