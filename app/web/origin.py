"""Unsafe requests come from our own pages: origin and fetch metadata are checked beside the form token (SEC-36)."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import Forbidden

from app.web.transaction import SAFE_METHODS

View = TypeVar("View", bound=Callable[..., Any])

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# A part of an upload (app/files/tus.py): no browser sends it across sites without asking first.
PART_TYPE = "application/offset+octet-stream"


def for_programs(view: View) -> View:
    """Declare that programs call a view, which proves who they are by what the request itself brings.

    No cookie counts there, so another site gains nothing by sending a request in somebody's name.
    """
    vars(view)["is_for_programs"] = True
    return view


def init_app(app: Flask) -> None:
    """Refuse cross-site writes before anything else looks at them."""
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    # Where there is no view, nothing is done; the answer says so.
    if request.method in SAFE_METHODS or view is None or getattr(view, "is_for_programs", False):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {
        "same-origin",
        "none",
    }:
        raise Forbidden
    origin = request.headers.get("Origin")
    if origin is not None and origin not in _own_origins():
        raise Forbidden
    # A browser sends text/plain across sites without asking first; no form of ours uses it.
    if request.content_length and request.mimetype not in {*FORM_TYPES, PART_TYPE}:
        raise Forbidden


def _own_origins() -> set[str]:
    """This address as the server sees it, and as people see it where a proxy stands in front (A3.5.3)."""
    public = urlsplit(current_app.config["SETTINGS"].public_url)
    return {request.host_url.rstrip("/"), f"{public.scheme}://{public.netloc}"}
