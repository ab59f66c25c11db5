"""The desk's case list."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import list_page, policy, saved_filters
from app.cases.columns import CONSOLE_COLUMNS, FURTHER_CONSOLE_COLUMNS
from app.cases.console import routes
from app.cases.filters import console_views
from app.cases.list_state import Listing
from app.extensions import db
from app.web.gate import actor


@routes.get("/cases/")
@requires(Permission.CONSOLE_CASE_READ)
def index() -> Response:
    """The cases of all customers of the agent's services (DESK-03)."""
    return list_page.show_list(listing(), request.args)


@routes.get("/cases.<any(csv, xlsx, pdf):extension>")
@requires(Permission.CONSOLE_CASE_READ)
def index_file(extension: str) -> Response:
    """The same rows, all of them, as a file (LIST-09)."""
    return list_page.list_file(listing(), request.args, extension)


def listing() -> Listing:
    """What the desk's list is made of; saved views stand at its side."""
    return Listing(
        template="cases/console/index.html",
        actor=actor(),
        quick=console_views(actor()),
        columns=(*CONSOLE_COLUMNS, *FURTHER_CONSOLE_COLUMNS),
        first_columns=CONSOLE_COLUMNS,
        visibilities=policy.filter_visibilities(actor()),
        saved=saved_filters.listed(db.session, actor()),
    )
