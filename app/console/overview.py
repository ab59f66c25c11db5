"""The desk's overview: what is mine, what is late, what is nobody's, and what waits (D02)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from app import mailroom
from app.accounts import removals
from app.authz import Permission, requires
from app.cases import mentions
from app.cases import queries as cases
from app.cases.columns import CONSOLE_COLUMNS
from app.cases.filters import console_views, my_work
from app.cases.listing import CaseRow, case_rows
from app.catalog import corrections, request_list
from app.extensions import db
from app.i18n import _
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor

routes = Blueprint("overview", __name__)

OLDEST_FIRST = "updated"
# The queues whose first cases are shown, in the order in which an agent turns to them: the column by which they are
# sorted, and how many at most. What waits for customers is for a look, not for work.
SHOWN_QUEUES = {
    "mine": (OLDEST_FIRST, 10),
    "overdue": ("due", 10),
    "unassigned": (OLDEST_FIRST, 10),
    "awaiting": (OLDEST_FIRST, 5),
    "resolved": (OLDEST_FIRST, 5),
}
# Of the work requests that wait for a decision.
MOST_REQUESTS = 10
REQUEST_COLUMNS = (
    request_list.NUMBER,
    request_list.ITEM,
    request_list.HOLDER,
    request_list.CUSTOMER_NUMBER,
    request_list.SENT,
    request_list.CHANGED,
    request_list.POINTS,
)


@dataclass(frozen=True, slots=True)
class Section:
    """The oldest cases of one queue, and how many there are in all."""

    key: str
    title: str
    rows: Sequence[CaseRow]
    size: int
    order: str


@routes.get("/")
@requires(Permission.CONSOLE_USE)
def show() -> Response:
    """The overview, oldest first, since what lies longest is due first."""
    queues = {item.key: item for item in console_views(actor()) if item.key != "all"}
    sizes = cases.queue_sizes(db.session, actor(), {key: item.conditions for key, item in queues.items()})
    conditions = {key: item.conditions for key, item in queues.items()} | {"mine": my_work(actor())}
    sections = [_section(key, conditions[key], sizes[key]) for key in SHOWN_QUEUES]
    waiting = request_list.count_waiting(db.session, actor())
    return answers.page(
        "console/overview.html",
        queues=list(queues.values()),
        sizes=sizes,
        sections=sections,
        waiting_requests=waiting,
        stuck_requests=request_list.count_stuck(db.session, actor()),
        # As with the cases, an empty queue asks for no rows.
        oldest_requests=_oldest_requests() if waiting else (),
        request_columns=REQUEST_COLUMNS,
        unread_mentions=mentions.count_unread(db.session, actor()),
        undelivered=mailroom.count_stuck(db.session, actor()),
        open_removals=removals.count_open(db.session, actor()),
        open_corrections=corrections.count_open(db.session, actor()),
    )


def _oldest_requests() -> Sequence[request_list.RequestRow]:
    return request_list.longest_waiting(db.session, actor(), limit=MOST_REQUESTS)


def _section(key: str, conditions: Sequence[ColumnElement[bool]], size: int) -> Section:
    order, most = SHOWN_QUEUES[key]
    sort = chosen_sort(order, CONSOLE_COLUMNS, OLDEST_FIRST)
    # An empty queue is known from its size and asks for no rows.
    rows = case_rows(db.session, actor(), sort, conditions, limit=most) if size else ()
    return Section(key, _titles()[key], rows, size, order)


def _titles() -> dict[str, str]:
    return {
        "mine": _("My work, oldest first"),
        "overdue": _("Overdue, longest overdue first"),
        "unassigned": _("Unassigned, oldest first"),
        "awaiting": _("Awaiting customer, oldest first"),
        "resolved": _("Resolved, oldest first"),
    }
