"""Keeping what somebody is typing, and letting it go when it was sent or discarded."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.cases.drafts import LARGEST_BYTES, Typed
from app.cases.models import Draft

# How often one draft is written at most; a page that has more to say says it again.
EVERY = timedelta(seconds=1)
# Drafts of one person; the oldest makes room for a further one.
MOST = 200


class TooSoon(Exception):
    """The draft was written a moment ago."""


class DraftTooLarge(ValueError):
    """The text is larger than a draft may be."""


def keep(session: Session, *, actor: Actor, place: str, typed: Typed) -> None:
    """Keep what the actor has typed at a place, in place of what was kept there; blanks alone are let go.

    :raises TooSoon: if the draft was written less than a second ago.
    :raises DraftTooLarge: for more than 256 KiB.
    """
    if sum(len(part.encode("utf-8", "surrogatepass")) for part in (typed.text, typed.html)) > LARGEST_BYTES:
        raise DraftTooLarge
    if typed.is_blank:
        discard(session, actor=actor, place=place)
        return
    moment = clock.now()
    draft = session.scalar(select(Draft).where(Draft.user_id == actor.user_id, Draft.place == place))
    if draft is None:
        _make_room(session, actor)
        session.add(Draft(user_id=actor.user_id, place=place, body=typed.packed(), updated_at=moment))
    elif timedelta(0) <= moment - draft.updated_at < EVERY:
        raise TooSoon
    else:
        draft.body, draft.updated_at = typed.packed(), moment
    session.flush()


def discard(session: Session, *, actor: Actor, place: str) -> None:
    """Let the actor's draft at a place go, if there is one."""
    session.execute(delete(Draft).where(Draft.user_id == actor.user_id, Draft.place == place))


def _make_room(session: Session, actor: Actor) -> None:
    mine = select(func.count()).select_from(Draft).where(Draft.user_id == actor.user_id)
    if (session.scalar(mine) or 0) >= MOST:
        oldest = select(Draft.id).where(Draft.user_id == actor.user_id).order_by(Draft.updated_at, Draft.id)
        session.execute(delete(Draft).where(Draft.id.in_(oldest.limit(1))))
