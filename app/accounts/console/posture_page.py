"""The security posture: which rules are in force and why, and how the people of the installation stand."""

from flask import current_app
from werkzeug.wrappers import Response

from app.accounts import posture
from app.accounts.console import routes
from app.accounts.posture.figures import figures
from app.authz import Permission, requires
from app.extensions import db
from app.web import answers
from app.web.gate import actor


@routes.get("/posture")
@requires(Permission.CONSOLE_POSTURE_READ)
def show_posture() -> Response:
    """The page: figures first, then the rules."""
    return answers.page(
        "accounts/console/posture.html",
        figures=figures(db.session, actor()),
        groups=posture.lines(current_app.config["SETTINGS"]),
    )
