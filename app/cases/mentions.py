"""Colleagues who are named in internal notes: who is meant by a text, and what waits to be read by whom."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authz import Actor
from app.cases.models import Case, CaseComment, CaseMention
from app.cases.queries import within_reach

# An @ inside of a mail address or an ID names nobody.
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])@")
# What goes on behind a user ID, so that @ken is not @kenji; a full stop ends a sentence unless letters follow.
_GOES_ON = re.compile(r"[A-Za-z0-9_@-]|\.[A-Za-z0-9]")
_LONGEST = 160
EXCERPT = 120


def named_in(text: str, people: Iterable[User]) -> Sequence[User]:
    """Who of ``people`` is named behind an @, by displayed name or by the first part of the user ID, in their order.

    Of names that begin alike the longest counts; two people of one name are both meant.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    offered = [(user, _squeezed(user.display_name), user.login_key.partition("@")[0]) for user in people]
    found: set[int] = set()
    for match in _AT.finditer(folded):
        rest = folded[match.end() : match.end() + _LONGEST]
        # Once for all: a log that was pasted may hold an @ in each of its lines.
        squeezed = _squeezed(rest)
        lengths = [(_length(rest, squeezed, name, login), user.id) for user, name, login in offered]
        longest = max((length for length, _ in lengths), default=0)
        found |= {user_id for length, user_id in lengths if length and length == longest}
    return [user for user, _, _ in offered if user.id in found]


def _length(rest: str, squeezed: str, name: str, login: str) -> int:
    """How many signs of a name stand at the beginning of what follows an @."""
    if name and squeezed.startswith(name):
        return len(name)
    if login and rest.startswith(login) and not _GOES_ON.match(rest, len(login)):
        return len(login)
    return 0


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where somebody was named."""

    id: int
    case_number: str
    subject: str
    author: str
    at: datetime
    text: str
    is_read: bool


def visible_to(actor: Actor) -> Select[CaseMention]:
    """The mentions of the actor in cases that they still reach; nobody reads what was meant for somebody else."""
    return (
        select(CaseMention)
        .join(Case, Case.id == CaseMention.case_id)
        .where(CaseMention.user_id == actor.user_id, within_reach(actor))
    )


def count_unread(session: Session, actor: Actor) -> int:
    """How many mentions wait to be read by the actor."""
    waiting = visible_to(actor).where(CaseMention.read_at.is_(None))
    return session.scalar(waiting.with_only_columns(func.count())) or 0


def count(session: Session, actor: Actor) -> int:
    """How many mentions of the actor there are."""
    return session.scalar(visible_to(actor).with_only_columns(func.count())) or 0


def mentions_of(session: Session, actor: Actor, *, limit: int, offset: int) -> Sequence[Mention]:
    """The mentions of the actor, what is unread first, then the newest."""
    return _load(session, visible_to(actor), limit=limit, offset=offset)


def unread_on(session: Session, actor: Actor, case: Case) -> Sequence[Mention]:
    """What waits to be read by the actor on one case."""
    waiting = visible_to(actor).where(CaseMention.case_id == case.id, CaseMention.read_at.is_(None))
    return _load(session, waiting, limit=10, offset=0)


def _load(session: Session, chosen: Select[CaseMention], *, limit: int, offset: int) -> Sequence[Mention]:
    rows = session.execute(
        chosen.add_columns(Case, CaseComment.body, User)
        .join(CaseComment, CaseComment.id == CaseMention.comment_id)
        .outerjoin(User, User.id == CaseComment.author_id)
        .order_by(CaseMention.read_at.is_not(None), CaseMention.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        Mention(
            id=mention.id,
            case_number=case.number,
            subject=case.shown_subject,
            author=author.display_name if author else "",
            at=mention.created_at,
            text=" ".join(body.split())[:EXCERPT],
            is_read=mention.read_at is not None,
        )
        for mention, case, body, author in rows
    ]
