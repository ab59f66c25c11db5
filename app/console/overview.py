"""The desk's overview: what is mine, what is late, what is nobody's, and what waits (D02)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint
from werkzeug.wrappers import Response

from app import mailroom
from app.accounts import removals
from app.authz import Permission, requires
from app.cases import queries as cases
from app.cases.columns import CONSOLE_COLUMNS
from app.cases.filters import console_views, my_work
from app.cases.listing import CaseRow, case_rows
from app.extensions import db
from app.i18n import _
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor

routes = Blueprint("overview", __name__)

SHOWN_CASES = 10
OLDEST_FIRST = "updated"
# The queues whose first cases are shown, in the order in which an agent turns to them.
SHOWN_QUEUES = ("mine", "overdue", "unassigned", "awaiting", "resolved")


@dataclass(frozen=True, slots=True)
class Section:
    """The oldest cases of one queue, and how many there are in all."""

    key: str
    title: str
    rows: Sequence[CaseRow]
    size: int


@routes.get("/")
@requires(Permission.CONSOLE_USE)
def show() -> Response:
    """The overview, oldest first, since what lies longest is due first."""
    queues = {item.key: item for item in console_views(actor()) if item.key != "all"}
    sizes = cases.queue_sizes(db.session, actor(), {key: item.conditions for key, item in queues.items()})
    conditions = {key: item.conditions for key, item in queues.items()} | {"mine": my_work(actor())}
    sort = chosen_sort(OLDEST_FIRST, CONSOLE_COLUMNS, OLDEST_FIRST)
    sections = [
        Section(
            key,
            _titles()[key],
            # An empty queue is known from its size and asks for no rows.
            case_rows(db.session, actor(), sort, conditions[key], limit=SHOWN_CASES) if sizes[key] else (),
            sizes[key],
        )
        for key in SHOWN_QUEUES
        if key in queues
    ]
    return answers.page(
        "console/overview.html",
        queues=list(queues.values()),
        sizes=sizes,
        sections=sections,
        undelivered=mailroom.count_stuck(db.session, actor()),
        open_removals=removals.count_open(db.session, actor()),
    )


def _titles() -> dict[str, str]:
    return {
        "mine": _("My work, oldest first"),
        "overdue": _("Overdue, oldest first"),
        "unassigned": _("Unassigned, oldest first"),
        "awaiting": _("Awaiting customer, oldest first"),
        "resolved": _("Resolved, oldest first"),
    }
