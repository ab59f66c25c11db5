"""The customers' case list."""

from flask import current_app, g, request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import list_page, policy, queries
from app.cases.columns import PORTAL_COLUMNS
from app.cases.filters import portal_views
from app.cases.list_state import Listing
from app.cases.portal import routes
from app.extensions import db
from app.i18n import current_language
from app.web.gate import actor


@routes.get("/cases")
@requires(Permission.PORTAL_CASE_READ)
def index() -> Response:
    """The case list with its quick filters and conditions (S16)."""
    return list_page.show_list(listing(), request.args)


@routes.get("/cases.<any(csv, xlsx, pdf):extension>")
@requires(Permission.PORTAL_CASE_READ)
def index_file(extension: str) -> Response:
    """The same rows, all of them, as a file (LIST-09)."""
    return list_page.list_file(listing(), request.args, extension)


def listing() -> Listing:
    """What the portal's list is made of."""
    settings = queries.settings_of(db.session, g.service.id)
    return Listing(
        template="cases/portal/index.html",
        actor=actor(),
        quick=portal_views(settings, current_language()),
        columns=PORTAL_COLUMNS,
        first_columns=PORTAL_COLUMNS,
        visibilities=policy.filter_visibilities(actor()),
        service_id=g.service.id,
        removed_rows=current_app.config["SETTINGS"].removed_rows,
    )
