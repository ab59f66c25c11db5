"""The desk's overview: what is mine, what is nobody's, and what waits (D02)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import queries as cases
from app.cases.columns import CONSOLE_COLUMNS
from app.cases.filters import console_views
from app.cases.lifecycle import OPEN_STATES, CaseState
from app.cases.listing import case_rows
from app.cases.models import Case
from app.console.mails import undelivered
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
    queues = {item.key: item for item in console_views(actor())}
    sort = chosen_sort(OLDEST_FIRST, CONSOLE_COLUMNS, OLDEST_FIRST)
    mine = (
        Case.assignee_id == actor().user_id,
        Case.state.in_(OPEN_STATES),
        Case.state != CaseState.RESOLVED,
    )
    return answers.page(
        "console/overview.html",
        queues=[item for item in queues.values() if item.key != "all"],
        sizes=cases.queue_sizes(
            db.session,
            actor(),
            {
                "open": Case.state.in_(OPEN_STATES),
                "mine": Case.assignee_id == actor().user_id,
                "unassigned": Case.assignee_id.is_(None),
                "awaiting": Case.state == CaseState.AWAITING_CUSTOMER,
                "resolved": Case.state == CaseState.RESOLVED,
            },
        ),
        mine=case_rows(db.session, actor(), sort, mine, limit=SHOWN_CASES),
        unassigned=case_rows(
            db.session,
            actor(),
            sort,
            queues["unassigned"].conditions,
            limit=SHOWN_CASES,
        ),
        undelivered=undelivered(db.session, actor()),
    )
