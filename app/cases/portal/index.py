"""The customers' case list, and the way to a case by its number."""

from flask import g, request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import queries, views
from app.cases.columns import FIRST_ORDER, PORTAL_COLUMNS
from app.cases.filters import portal_views
from app.cases.portal import routes
from app.extensions import db
from app.i18n import current_language
from app.web import answers
from app.web.forms import CONTROLS, plain_text
from app.web.gate import actor

LONGEST_SEARCH = 200


@routes.get("/cases")
@requires(Permission.PORTAL_CASE_READ)
def index() -> Response:
    """The case list with its quick filters (S16)."""
    settings = queries.settings_of(db.session, g.service.id)
    return views.case_list(
        "cases/portal/index.html",
        actor=actor(),
        columns=PORTAL_COLUMNS,
        first_order=FIRST_ORDER,
        quick=portal_views(settings, current_language()),
        args=request.args,
    )


@routes.get("/search")
@requires(Permission.PORTAL_CASE_READ)
def search() -> Response:
    """Find a case by its number, known from the mails (S20)."""
    text = CONTROLS.sub("", plain_text(request.args.get("q")))[:LONGEST_SEARCH]
    hits = queries.by_typed_number(db.session, actor(), text)
    return answers.page("cases/portal/search.html", text=text, hits=hits)
