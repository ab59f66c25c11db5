"""Requests that the page sends by itself, such as polling: they are no use of the session by a person (SEC-21).

They leave the session's stamp of last use alone, so that an open page nobody looks at is signed out in time, and lead
nobody to sign in: whoever is signed out gets 401 and nothing else, and the page says so in its own words.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, get_flashed_messages, request

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Let templates ask, and keep the messages of an act for the page that its doer opens."""
    app.jinja_env.globals.update(is_background=is_background, get_flashed_messages=_messages)


def in_background(view: View) -> View:
    """Declare that the requests of a view come from the page and not from its reader; such a view never flashes."""
    vars(view)["is_in_background"] = True
    return view


def is_background() -> bool:
    """Tell whether this request was sent by the page itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_in_background", False)


def _messages(*, with_categories: bool = False) -> list[str] | list[tuple[str, str]]:
    return [] if is_background() else get_flashed_messages(with_categories=with_categories)
