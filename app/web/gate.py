"""The first two layers of authorization, in their order: the shell's gate, then the route's permission.

Every route declares its rule as data on its view; a route without one lets nobody in.
"""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask_babel import refresh
from flask_login import current_user
from werkzeug.wrappers import Response

from app.authz import Actor, Forbidden, access_of, can

Gate = Callable[[], Response | None]


def init_app(app: Flask) -> None:
    """Guard every route, and let templates ask ``can()`` and ``may()``."""
    app.extensions["gates"] = {}
    app.jinja_env.globals.update(can=lambda act, subject: can(g.get("actor"), act, subject), may=may)
    app.before_request(_guard)


def register_gate(app: Flask, shell: str, gate: Gate) -> None:
    """Let ``gate`` decide who is in a shell (the name of its blueprint); it may answer with a redirect."""
    app.extensions["gates"][shell] = gate


def enter_as(person: Actor | None) -> None:
    """Make ``person`` the actor of this request; language and zone follow them from here on."""
    g.actor = person
    refresh()


def signed_in() -> Actor | None:
    """The person whose session came with the request, whatever shell they belong to."""
    return current_user.actor if current_user.is_authenticated else None


def actor() -> Actor:
    """The actor of this request.

    :raises Forbidden: if nobody has entered; a view that calls this has declared a permission.
    """
    found: Actor | None = g.get("actor")
    if found is None:
        raise Forbidden
    return found


def is_open() -> bool:
    """Tell whether the route asked for declares that everybody may use it."""
    rule = access_of(current_app.view_functions[request.endpoint]) if request.endpoint else None
    return rule is not None and rule.permission is None


def may(permission: str) -> bool:
    """Tell whether the actor of this request has a permission; for navigation in templates."""
    found: Actor | None = g.get("actor")
    return found is not None and permission in found.permissions


def _guard() -> Response | None:
    if request.endpoint is None:
        return None
    gate: Gate | None = current_app.extensions["gates"].get(
        request.blueprints[-1] if request.blueprints else ""
    )
    answer = gate() if gate is not None else None
    if answer is None:
        _enforce_route_rule()
    return answer


def _enforce_route_rule() -> None:
    rule = access_of(current_app.view_functions[request.endpoint or ""])
    if rule is None:
        raise Forbidden
    if rule.permission is not None and not actor().may(rule.permission):
        raise Forbidden
