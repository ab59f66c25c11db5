"""One transaction per request: a GET reads and cannot write, an unsafe request commits once if it succeeded.

Whoever starts the work commits it; actions only flush. An answer below 400 commits, everything else rolls
back, unless the view said that its refusal is itself a fact to keep (a failed sign-in).
"""

from http import HTTPStatus

from flask import Flask, Response, g, request

from app import db as database
from app.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Begin and end the transaction of each request."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def keep_writes() -> None:
    """Commit although the answer will be a refusal."""
    g.keep_writes = True


def commit_now() -> None:
    """Commit in the middle of the view, where the answer is made from what the database then holds."""
    db.session.commit()


def _begin() -> None:
    g.reading_token = database.set_reading(request.method in SAFE_METHODS)


def _end(response: Response) -> Response:
    if request.method in SAFE_METHODS:
        return response
    if response.status_code < HTTPStatus.BAD_REQUEST or g.get("keep_writes", False):
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _leave(_: BaseException | None) -> None:
    token = g.pop("reading_token", None)
    if token is not None:
        database.reset_reading(token)
