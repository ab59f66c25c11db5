"""Keeping what somebody is typing, and letting it go when it was sent or discarded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor
from app.cases.drafts import LARGEST_BYTES, Chosen, Typed
from app.cases.models import Draft
from app.files.actions import give_up
from app.files.limits import MOST_AT_ONCE
from app.files.queries import uploads_of

# How often one draft is written at most; a page that has more to say says it again.
EVERY = timedelta(seconds=1)
# Drafts of one person; the oldest makes room for a further one.
MOST = 200


class TooSoon(Exception):
    """The draft was written a moment ago."""


class DraftTooLarge(ValueError):
    """The text is larger than a draft may be."""


def keep(session: Session, *, actor: Actor, place: str, typed: Typed, uploads: Sequence[str] = ()) -> None:
    """Keep what the actor has typed at a place, in place of what was kept there; blanks alone are let go.

    :param uploads: the tokens of the files of the form; the draft remembers the actor's own that are not sent yet.
    :raises TooSoon: if the draft was written less than a second ago.
    :raises DraftTooLarge: for more than 256 KiB.
    """
    if typed.size > LARGEST_BYTES:
        raise DraftTooLarge
    draft = _draft_at(session, actor, place)
    typed = replace(typed, files=_chosen(session, actor, uploads, draft))
    if typed.is_blank:
        discard(session, actor=actor, place=place)
        return
    moment = clock.now()
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


def throw_away(session: Session, *, actor: Actor, place: str) -> None:
    """Let the actor's draft at a place go because nobody wants it any more, and the files that were for it."""
    draft = _draft_at(session, actor, place)
    if draft is None:
        return
    tokens = [file.token for file in Typed.unpacked(draft.body).files]
    give_up(session, tokens, actor=actor)
    discard(session, actor=actor, place=place)


def _draft_at(session: Session, actor: Actor, place: str) -> Draft | None:
    return session.scalar(select(Draft).where(Draft.user_id == actor.user_id, Draft.place == place))


def _chosen(
    session: Session, actor: Actor, tokens: Sequence[str], before: Draft | None
) -> tuple[Chosen, ...]:
    """The files that a form names: uploads of the actor, and what the draft has known by name before it was gone."""
    wanted = list(dict.fromkeys(tokens))[:MOST_AT_ONCE]
    if not wanted:
        return ()
    names = dict(Typed.unpacked(before.body).files) if before else {}
    names |= {row.token: row.name for row in uploads_of(session, actor, wanted) if row.is_whole}
    return tuple(Chosen(token, names[token]) for token in wanted if token in names)


def _make_room(session: Session, actor: Actor) -> None:
    mine = select(func.count()).select_from(Draft).where(Draft.user_id == actor.user_id)
    if (session.scalar(mine) or 0) >= MOST:
        oldest = select(Draft.id).where(Draft.user_id == actor.user_id).order_by(Draft.updated_at, Draft.id)
        session.execute(delete(Draft).where(Draft.id.in_(oldest.limit(1))))
