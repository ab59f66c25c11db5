"""The acts that move a case, each a small resource of its own (section 4 of the specification)."""

from flask import flash
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import actions, queries, views
from app.cases.console import routes
from app.cases.console.case import done, show_case
from app.cases.lifecycle import Act, TransitionRefused
from app.extensions import db
from app.i18n import _
from app.web.gate import actor


@routes.post("/cases/<number>/start")
@requires(Permission.CONSOLE_CASE_UPDATE)
def take_on(number: str) -> Response:
    """Take the case on (T4)."""
    return _move(number, Act.TAKE_ON)


@routes.post("/cases/<number>/question")
@requires(Permission.CONSOLE_CASE_UPDATE)
def ask(number: str) -> Response:
    """Wait for the customer's answer (T5)."""
    return _move(number, Act.ASK)


@routes.post("/cases/<number>/resumption")
@requires(Permission.CONSOLE_CASE_UPDATE)
def resume(number: str) -> Response:
    """Go on without the customer's answer (T6)."""
    return _move(number, Act.RESUME)


@routes.post("/cases/<number>/solution")
@requires(Permission.CONSOLE_CASE_UPDATE)
def resolve(number: str) -> Response:
    """Report the work done and wait for the customer's confirmation (T7)."""
    return _move(number, Act.RESOLVE)


def _move(number: str, act: Act) -> Response:
    case = queries.get_for(db.session, actor(), number)
    try:
        actions.move(db.session, case, act, actor=actor())
    except TransitionRefused:
        return show_case(case, status=409, refusal=views.refused_text(case))
    flash(
        _("The case is now in the state “%(state)s”.", state=case.state.label),
        "success",
    )
    return done(case)
