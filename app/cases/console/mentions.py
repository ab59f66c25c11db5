"""The queue of mentions: where colleagues have named the agent in an internal note."""

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import mentions, queries
from app.cases.actions import mentioning
from app.cases.console import routes
from app.extensions import db
from app.i18n import _
from app.lists.paging import load_page, page_number
from app.web import answers
from app.web.background import in_background
from app.web.gate import actor

PAGE_SIZE = 20


@routes.get("/mentions/")
@requires(Permission.CONSOLE_CASE_READ)
def list_mentions() -> Response:
    """The agent's own mentions, what is unread first."""
    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=mentions.count(db.session, actor()),
        rows=lambda limit, offset: mentions.mentions_of(db.session, actor(), limit=limit, offset=offset),
        url=lambda number: url_for(".list_mentions", page=number if number > 1 else None),
    )
    return answers.page("cases/console/mentions.html", page=page)


@routes.post("/mentions/reading")
@requires(Permission.CONSOLE_CASE_READ)
def read_mentions() -> Response:
    """Mark everything as read."""
    mentioning.read_all(db.session, actor=actor())
    flash(_("All mentions are marked as read."), "success")
    return answers.see_other(url_for(".list_mentions"))


@routes.post("/mentions/<int(max=9223372036854775807):mention_id>/reading")
@requires(Permission.CONSOLE_CASE_READ)
def read_mention(mention_id: int) -> Response:
    """Mark one mention as read."""
    mentioning.read_one(db.session, mention_id, actor=actor())
    return answers.see_other(url_for(".list_mentions"))


@routes.post("/cases/<number>/mentions/reading")
@requires(Permission.CONSOLE_CASE_READ)
@in_background
def read_mentions_here(number: str) -> Response:
    """Mark as read what waited on a case; its open page says by itself that the agent has it before them."""
    case = queries.get_for(db.session, actor(), number)
    mentioning.read_on(db.session, case, actor=actor())
    return Response(status=204)
