"""The filter panel of the portal's case list, and the filters saved in it (S17 to S19)."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import list_page, list_saving
from app.cases.portal import routes
from app.cases.portal.index import listing


@routes.get("/cases/filter")
@requires(Permission.PORTAL_CASE_READ)
def filter_panel() -> Response:
    """The panel as a button of it leaves it; 実行 leads to the list (FILTER-02, FILTER-06)."""
    return list_page.press(listing(), request.args)


@routes.post("/filters")
@requires(Permission.PORTAL_CASE_READ)
def save_filter() -> Response:
    """Save a filter (FILTER-10, FILTER-11)."""
    return list_saving.save(listing())


@routes.get("/filters/<int(max=9223372036854775807):filter_id>")
@requires(Permission.PORTAL_CASE_READ)
def load_filter(filter_id: int) -> Response:
    """Show the list with a saved filter (FILTER-12)."""
    return list_saving.load(listing(), filter_id)


@routes.post("/filters/<int(max=9223372036854775807):filter_id>/deletion")
@requires(Permission.PORTAL_CASE_READ)
def remove_filter(filter_id: int) -> Response:
    """Remove an own filter (FILTER-12)."""
    return list_saving.remove(listing(), filter_id)
