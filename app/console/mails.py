"""Mails that did not go out: waiting for another try, or given up and waiting for the desk (REL-03)."""

from collections.abc import Sequence

from flask import Blueprint, flash, request, url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import mail, outbox
from app.authz import Actor, NotFound, Permission, requires
from app.extensions import db
from app.i18n import _
from app.lists.paging import load_page, page_number
from app.outbox import MessageState, OutboxMessage
from app.web import answers
from app.web.gate import actor

routes = Blueprint("mails", __name__)

PAGE_SIZE = 20


def stuck_for(actor: Actor) -> Select[OutboxMessage]:
    """The mails of the actor's services that were given up or failed at least once."""
    failed = (OutboxMessage.state == MessageState.WAITING) & (OutboxMessage.attempts > 0)
    return select(OutboxMessage).where(
        OutboxMessage.kind == mail.KIND,
        OutboxMessage.service_id.in_(sorted(actor.services)),
        or_(OutboxMessage.state == MessageState.DEAD, failed),
    )


def undelivered(session: Session, actor: Actor) -> int:
    """How many mails of the actor's services wait for the desk or for another try."""
    return session.scalar(select(func.count()).select_from(stuck_for(actor).subquery())) or 0


@routes.get("/mail/")
@requires(Permission.CONSOLE_MAIL_READ)
def index() -> Response:
    """The mails that did not go out, newest first; without their text, which may be for others' eyes."""

    def rows(limit: int, offset: int) -> Sequence[OutboxMessage]:
        chosen = stuck_for(actor()).order_by(OutboxMessage.id.desc()).limit(limit).offset(offset)
        return db.session.scalars(chosen).all()

    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=undelivered(db.session, actor()),
        rows=rows,
        url=lambda number: url_for(".index", page=number if number > 1 else None),
    )
    return answers.page("console/mails.html", page=page)


@routes.post("/mail/<int(max=9223372036854775807):message_id>/retry")
@requires(Permission.CONSOLE_MAIL_RETRY)
def retry(message_id: int) -> Response:
    """Send a mail that was given up once more."""
    message = db.session.scalar(stuck_for(actor()).where(OutboxMessage.id == message_id))
    if message is None:
        raise NotFound
    outbox.revive(db.session, message)
    flash(
        _(
            "The mail to %(address)s is being sent again.",
            address=message.payload["to"],
        ),
        "success",
    )
    return answers.see_other(url_for(".index"))
