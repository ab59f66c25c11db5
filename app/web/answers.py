"""A fragment for an enhanced request, a page or a redirect for a plain one; both from the same template."""

from typing import Any

from flask import make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response


def is_enhanced() -> bool:
    """Tell whether our script sent this request and will swap a fragment into the page."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """Answer with the whole page, or with ``block`` of it where a fragment is asked for."""
    if block is not None and is_enhanced():
        return make_response(render_block(template, block, **context), status)
    return make_response(render_template(template, **context), status)


def see_other(location: str) -> Response:
    """Send the browser on after a write, so that a reload repeats nothing."""
    return redirect(location, code=303)
