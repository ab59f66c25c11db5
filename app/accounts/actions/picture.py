"""The picture of the own profile (PROF-02)."""

import hashlib

from sqlalchemy.orm import Session

from app.accounts import events, policy
from app.accounts.models import User, UserPicture
from app.authz import Actor, authorize
from app.journal import record


def set_picture(session: Session, user: User, *, actor: Actor, content: bytes) -> None:
    """Store a picture that :func:`app.accounts.pictures.square` has made; the one before it is gone."""
    authorize(policy.can_change_own(actor, user))
    picture = session.get(UserPicture, user.id)
    content_hash = hashlib.sha256(content).hexdigest()
    if picture is None:
        session.add(UserPicture(user_id=user.id, content=content, content_hash=content_hash))
    elif picture.content_hash == content_hash:
        return
    else:
        picture.content, picture.content_hash = content, content_hash
    record(session, actor=actor, subject=user, happened=events.PictureSet(is_removed=False))


def remove_picture(session: Session, user: User, *, actor: Actor) -> None:
    """Take the picture away; the initials stand in its place again."""
    authorize(policy.can_change_own(actor, user))
    picture = session.get(UserPicture, user.id)
    if picture is None:
        return
    session.delete(picture)
    record(session, actor=actor, subject=user, happened=events.PictureSet(is_removed=True))
