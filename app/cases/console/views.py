"""The filter panel of the desk's case list, and the views saved in it."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import list_page, list_saving
from app.cases.console import routes
from app.cases.console.index import listing


@routes.get("/cases/filter")
@requires(Permission.CONSOLE_CASE_READ)
def filter_panel() -> Response:
    """The panel as a button of it leaves it; 実行 leads to the list (FILTER-02, FILTER-06)."""
    return list_page.press(listing(), request.args)


@routes.post("/cases/views")
@requires(Permission.CONSOLE_CASE_READ)
def save_filter() -> Response:
    """Save conditions, order and columns as a view."""
    return list_saving.save(listing())


@routes.get("/cases/views/<int(max=9223372036854775807):filter_id>")
@requires(Permission.CONSOLE_CASE_READ)
def load_filter(filter_id: int) -> Response:
    """Show the list as a saved view has it."""
    return list_saving.load(listing(), filter_id)


@routes.post("/cases/views/<int(max=9223372036854775807):filter_id>/deletion")
@requires(Permission.CONSOLE_CASE_READ)
def remove_filter(filter_id: int) -> Response:
    """Remove an own view."""
    return list_saving.remove(listing(), filter_id)
