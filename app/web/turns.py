"""Slow acts take turns: however many people sign in at once, nobody's case waits for them.

A password costs 25 ms of a processor and two writes. A hundred of them at the same moment would hold the database
in turn for seconds, and whoever sends a comment meanwhile would wait behind them or be turned away. So a few come in
at a time, before their transaction begins, and the others stand in a line; where that is too long, they are asked to
come again. Who is known to be genuine has a line of their own (T02).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

from app.line import Line
from app.web.transaction import SAFE_METHODS

AT_ONCE = 4
PREFERRED_AT_ONCE = 2
# Those in a line hold a thread of the server each, and nothing else; it has more threads than this (setup/serve.py).
MOST_IN_LINE = 120
LONGEST_WAIT_SECONDS = 30.0
COME_AGAIN_SECONDS = 5

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Let the marked views take turns in each process."""
    app.extensions["lines"] = (Line(AT_ONCE, most=MOST_IN_LINE), Line(PREFERRED_AT_ONCE, most=MOST_IN_LINE))
    app.extensions["is_preferred"] = lambda: False
    app.before_request(_enter)
    app.teardown_request(_leave)


def prefer(app: Flask, is_preferred: Callable[[], bool]) -> None:
    """Let ``is_preferred`` say of a request whether it stands in the shorter line."""
    app.extensions["is_preferred"] = is_preferred


def takes_turns(view: View) -> View:
    """Declare that a view is slow on purpose, since it hashes a password."""
    vars(view)["takes_turns"] = True
    return view


def _enter() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or not getattr(view, "takes_turns", False):
        return
    common, preferred = current_app.extensions["lines"]
    line: Line = preferred if current_app.extensions["is_preferred"]() else common
    if not line.enter(timeout=LONGEST_WAIT_SECONDS):
        raise ServiceUnavailable(retry_after=COME_AGAIN_SECONDS)
    g.line = line


def _leave(_: BaseException | None) -> None:
    line: Line | None = g.pop("line", None)
    if line is not None:
        line.leave()
