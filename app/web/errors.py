"""Error pages: plain, in the visitor's language, and the same bytes for the same answer (SEC-26, SEC-40)."""

import secrets
from collections.abc import Callable
from http import HTTPStatus

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.authz import Forbidden, NotFound
from app.db import is_busy
from app.i18n import _
from app.web.gate import enter_as, signed_in

log = structlog.get_logger(__name__)

BUSY_FOR_SECONDS = "5"
# Answers a status, with the number of the incident if the fault is ours.
Refusal = Callable[[int, str | None], Response]


def init_app(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.extensions["refusals"] = {}
    app.register_error_handler(NotFound, lambda _: error_page(404))
    app.register_error_handler(Forbidden, lambda _: error_page(403))
    app.register_error_handler(CSRFError, lambda _: error_page(400))
    app.register_error_handler(StaleDataError, lambda _: error_page(409))
    app.register_error_handler(OperationalError, _busy_or_broken)
    app.register_error_handler(PoolTimeout, lambda _: _busy())
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def speak_for(app: Flask, prefix: str, refuse: Refusal) -> None:
    """Let ``refuse`` answer all failures below an address, whose visitors are programs and read no pages."""
    app.extensions["refusals"][prefix] = refuse


def error_page(status: int, incident: str | None = None) -> Response:
    """Render the page of a status; only a fault of ours carries an incident number."""
    speakers: dict[str, Refusal] = current_app.extensions["refusals"]
    for prefix, refuse in speakers.items():
        if request.path.startswith(prefix):
            return refuse(status, incident)
    _speak_to_the_person(status)
    title, text = _words(status)
    return refusal(status, title, text, incident=incident)


def refusal(
    status: int, title: str, text: str, *, template: str = "errors/error.html", **context: object
) -> Response:
    """A page that says in words of its own why something is not done, and what to do instead."""
    page = render_template(template, status=status, title=title, text=text, home=_home(), **context)
    return make_response(page, status)


def _speak_to_the_person(status: int) -> None:
    """Let a refusal that came before the gate, such as of an unknown address, be in the person's language."""
    if g.get("actor") is None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        enter_as(signed_in())


def _home() -> str:
    service = g.get("service")
    if service is not None:
        return f"/{service.slug}/"
    return "/console/" if g.get("shell") == "console" else "/"


def _words(status: int) -> tuple[str, str]:
    words = {
        400: (
            _("The request could not be understood"),
            _("The form is out of date or incomplete. Go back, reload the page and send it again."),
        ),
        403: (
            _("You may not do this"),
            _("Your account does not include this function."),
        ),
        404: (
            _("Nothing here"),
            _("The page does not exist, or it is not open to you."),
        ),
        405: (
            _("This cannot be opened"),
            _("The address takes no request of this kind."),
        ),
        409: (
            _("Somebody was faster"),
            _("The record has changed in the meantime. Go back and look at its current state."),
        ),
        413: (
            _("Too much at once"),
            _("What you sent is larger than this page accepts."),
        ),
        503: (
            _("Busy at the moment"),
            _("Nothing was saved. Go back to your text and send it again in a few seconds."),
        ),
    }
    if status in words:
        return words[status]
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return words[400]
    return (
        _("Something went wrong here"),
        _("It is our fault, and it has been recorded. Please try again later."),
    )


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]  # Redirects of the router pass as they are.
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _busy_or_broken(error: OperationalError) -> Response:
    return _busy() if is_busy(error) else _broken(error)


def _busy() -> Response:
    response = error_page(503)
    response.headers["Retry-After"] = BUSY_FOR_SECONDS
    return response


def _broken(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    log.error("request.failed", incident=incident, exc_info=error)
    return error_page(500, incident)
