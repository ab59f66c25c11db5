"""A fragment for an enhanced request, a page or a redirect for a plain one; both show the same part."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response


def is_enhanced() -> bool:
    """Tell whether our script sent this request and will swap a fragment into the page."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, *, part: str | None = None, status: int = 200, **context: Any) -> Response:
    """Answer with the whole page; where a fragment is asked for, with ``part`` alone, which the page includes."""
    chosen = part if part is not None and is_enhanced() else template
    return make_response(render_template(chosen, **context), status)


def see_other(location: str) -> Response:
    """Send the browser on after a write, so that a reload repeats nothing."""
    return redirect(location, code=303)


def flash_with_link(text: str, href: str, label: str, kind: str) -> None:
    """Let the next page show a message that leads somewhere; ``flashes()`` of the message component draws it."""
    flash({"text": text, "href": href, "label": label}, kind)  # type: ignore[arg-type]  # The session holds any JSON.


def uncompressed(answer: Response) -> Response:
    """Let an answer that holds a secret travel as it is, so that its length tells nothing (docs/decisions/0007)."""
    answer.headers["Content-Encoding"] = "identity"
    return answer
