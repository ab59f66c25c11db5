"""The desk's overview: what is mine, what is nobody's, and what waits (D02)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app import mailroom
from app.accounts import removals
from app.authz import Permission, requires
from app.cases import queries as cases
from app.cases.columns import CONSOLE_COLUMNS
from app.cases.filters import console_views, my_work
from app.cases.listing import case_rows
from app.extensions import db
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor

routes = Blueprint("overview", __name__)

SHOWN_CASES = 10
OLDEST_FIRST = "updated"


@routes.get("/")
@requires(Permission.CONSOLE_USE)
def show() -> Response:
    """The overview, oldest first, since what lies longest is due first."""
    queues = {item.key: item for item in console_views(actor()) if item.key != "all"}
    sort = chosen_sort(OLDEST_FIRST, CONSOLE_COLUMNS, OLDEST_FIRST)
    nobodys = queues["unassigned"].conditions
    return answers.page(
        "console/overview.html",
        queues=list(queues.values()),
        sizes=cases.queue_sizes(db.session, actor(), {key: item.conditions for key, item in queues.items()}),
        mine=case_rows(db.session, actor(), sort, my_work(actor()), limit=SHOWN_CASES),
        unassigned=case_rows(db.session, actor(), sort, nobodys, limit=SHOWN_CASES),
        undelivered=mailroom.count_stuck(db.session, actor()),
        open_removals=removals.count_open(db.session, actor()),
    )
