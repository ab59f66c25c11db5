"""Mails that did not go out: waiting for another try, or given up and waiting for the desk (REL-03)."""

from collections.abc import Sequence

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from app import mailroom
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.lists.paging import load_page, page_number
from app.outbox import OutboxMessage
from app.web import answers
from app.web.gate import actor

routes = Blueprint("mails", __name__)

PAGE_SIZE = 20


@routes.get("/mail/")
@requires(Permission.CONSOLE_MAIL_READ)
def index() -> Response:
    """The mails that did not go out, newest first; without their text, which may be for others' eyes."""

    def rows(limit: int, offset: int) -> Sequence[OutboxMessage]:
        return mailroom.stuck_mails(db.session, actor(), limit=limit, offset=offset)

    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=mailroom.count_stuck(db.session, actor()),
        rows=rows,
        url=lambda number: url_for(".index", page=number if number > 1 else None),
    )
    return answers.page("console/mails.html", page=page)


@routes.post("/mail/<int(max=9223372036854775807):message_id>/retry")
@requires(Permission.CONSOLE_MAIL_RETRY)
def retry(message_id: int) -> Response:
    """Send a mail that was given up once more."""
    message = mailroom.stuck_mail(db.session, actor(), message_id)
    mailroom.send_again(db.session, message, actor=actor())
    flash(
        _(
            "The mail to %(address)s is being sent again.",
            address=message.payload["to"],
        ),
        "success",
    )
    return answers.see_other(url_for(".index"))
