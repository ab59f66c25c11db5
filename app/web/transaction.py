"""One transaction per request: a GET reads and cannot write, an unsafe request commits once if it succeeded.

Whoever starts the work commits it; actions only flush. An answer below 400 commits, everything else rolls
back, unless the view said that its refusal is itself a fact to keep (a failed sign-in). A few unsafe requests only
ask, with what must not stand in an address (:func:`only_reads`): they are held to the same as a GET.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, get_flashed_messages, request

from app.db import reset_reading, set_reading
from app.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Begin and end the transaction of each request."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def only_reads(view: View) -> View:
    """Declare that a view writes nothing, whatever its method: it waits for no writer, and no writer for it.

    For questions that hold what somebody is writing, which would stand in the logs of whoever is on the way if they
    stood in the address.
    """
    vars(view)["only_reads"] = True
    return view


def keep_writes() -> None:
    """Commit although the answer will be a refusal."""
    g.keep_writes = True


def split() -> None:
    """Commit what stands so far and go on in a new transaction.

    For the one case where a request must count something before it knows the outcome, and must not hold the
    database while it finds out: the slow check of a password (docs/decisions/0008).
    """
    db.session.commit()


def _begin() -> None:
    g.reading_token = set_reading(_is_reading())


def _is_reading() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in SAFE_METHODS or getattr(view, "only_reads", False)


def _end(response: Response) -> Response:
    if _is_reading():
        return response
    if response.status_code < HTTPStatus.BAD_REQUEST or g.get("keep_writes", False):
        return _commit(response)
    db.session.rollback()
    _unsay()
    return response


def _commit(response: Response) -> Response:
    """Commit, or answer with the page of what stood against it: the act has not happened then."""
    try:
        db.session.commit()
    except Exception as error:  # noqa: BLE001  # Flask asks no error handler about a fault after the view.
        db.session.rollback()
        _unsay()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _unsay() -> None:
    """Drop the messages of an act that was rolled back, so that no later page tells of it."""
    get_flashed_messages()


def _leave(_: BaseException | None) -> None:
    token = g.pop("reading_token", None)
    if token is not None:
        reset_reading(token)
