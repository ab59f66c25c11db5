"""The intake: the shell of programs, one address per service under ``/intake/<slug>``. It mounts routes, holds no rule.

Nobody signs in here and no cookie counts: whoever calls shows a token of the service, which the gate checks.
"""

from flask import Blueprint, Flask

from app.cases.intake import routes as cases
from app.intake.gate import gate
from app.intake.refusals import refuse
from app.web.errors import speak_for
from app.web.gate import register_gate

PREFIX = "/intake"


def init_app(app: Flask) -> None:
    """Mount the intake's routes behind its gate."""
    intake = Blueprint("intake", __name__, url_prefix=f"{PREFIX}/<service_slug>")
    intake.register_blueprint(cases)
    app.register_blueprint(intake)
    register_gate(app, "intake", gate)
    speak_for(app, f"{PREFIX}/", refuse)
