"""The desk's case list."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import views
from app.cases.columns import CONSOLE_COLUMNS, FIRST_ORDER
from app.cases.console import routes
from app.cases.filters import console_views
from app.web.gate import actor


@routes.get("/cases/")
@requires(Permission.CONSOLE_CASE_READ)
def index() -> Response:
    """The cases of all customers of the agent's services (DESK-03)."""
    return views.case_list(
        "cases/console/index.html",
        actor=actor(),
        columns=CONSOLE_COLUMNS,
        first_order=FIRST_ORDER,
        quick=console_views(actor()),
        args=request.args,
    )
