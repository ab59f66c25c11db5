"""Once and only once: a creating form's key is stored with what it created, in the same transaction (REL-04).

A repeated post with the same key and content gets the first answer again; the same key with other content is
refused. Two posts at once are put in order by the database, so the second one finds the first one's row.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.wrappers import Response

from app import clock
from app.authz import Actor
from app.db import Base
from app.i18n import _
from app.web.forms import FORM_KEY, CreatingForm

KEPT_FOR = timedelta(hours=24)


class FormSubmission(Base):
    """A creating form that was accepted, and the address of what it created."""

    __tablename__ = "form_submission"
    __table_args__ = (UniqueConstraint("user_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    form_key: Mapped[str] = mapped_column(String(32))
    content_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class AlreadyUsed(Exception):
    """The key was used for other content: the form is out of date and must be sent anew."""


def earlier_answer(session: Session, *, actor: Actor, form: CreatingForm) -> str | None:
    """The address of what this very form created before, or ``None``.

    :raises AlreadyUsed: if the key is missing, malformed, or was used with other content.
    """
    key = form.form_key.data or ""
    if not FORM_KEY.fullmatch(key):
        raise AlreadyUsed
    row = session.scalar(
        select(FormSubmission).where(FormSubmission.user_id == actor.user_id, FormSubmission.form_key == key)
    )
    if row is None:
        return None
    if row.content_hash != _content_hash():
        raise AlreadyUsed
    return row.location


def is_used(session: Session, *, actor: Actor, key: str) -> bool:
    """Tell whether a form of that key has been accepted."""
    used = select(FormSubmission.id).where(
        FormSubmission.user_id == actor.user_id, FormSubmission.form_key == key
    )
    return session.scalar(used) is not None


def remember(session: Session, *, actor: Actor, form: CreatingForm, location: str) -> None:
    """Keep the key with the address of what was created; keys older than a day go on the way."""
    moment = clock.now()
    session.execute(delete(FormSubmission).where(FormSubmission.created_at < moment - KEPT_FOR))
    session.add(
        FormSubmission(
            user_id=actor.user_id,
            form_key=form.form_key.data,
            content_hash=_content_hash(),
            location=location,
            created_at=moment,
        )
    )
    session.flush()


def submit(
    session: Session,
    *,
    actor: Actor,
    form: CreatingForm,
    create: Callable[[], str],
    done: Callable[[str], Response],
    refuse: Callable[[str | None], Response],
) -> Response:
    """Take a creating form: create once, answer the same to a repeated post, refuse what does not hold.

    :param create: makes the thing and returns its address; called for a valid form with a fresh key only.
    :param done: answers with the address of what was created, now or by the earlier post.
    :param refuse: shows the form again, with what was typed, and a message if the fields hold none.
    """
    try:
        location = earlier_answer(session, actor=actor, form=form)
    except AlreadyUsed:
        renew(form)
        return refuse(out_of_date())
    if location is None:
        if not form.validate():
            return refuse(None)
        location = create()
        remember(session, actor=actor, form=form, location=location)
    return done(location)


def out_of_date() -> str:
    """The message for :class:`AlreadyUsed`."""
    return _(
        "This form is out of date or was already sent with other content. Check the text and send it again."
    )


def renew(form: CreatingForm) -> None:
    """Give a refused form a fresh key; what was typed stays."""
    form.form_key.data = ""
    form.prepare()


def _content_hash() -> str:
    told = [
        (name, values)
        for name, values in sorted(request.form.lists())
        if name != "csrf_token" and not name.endswith("form_key")
    ]
    return hashlib.sha256(json.dumps([request.path, told]).encode()).hexdigest()
