"""The console's gate: agents only."""

from flask import g
from werkzeug.wrappers import Response

from app.accounts.entrance.sign_in import send_to_sign_in
from app.web.gate import enter_as, is_open, signed_in


def gate() -> Response | None:
    """Let agents in and send everybody else to the desk's sign-in (DESK-01)."""
    g.shell = "console"
    if is_open():
        return None
    person = signed_in()
    if person is None or not person.is_agent:
        return send_to_sign_in(login="/console/login")
    enter_as(person)
    return None
