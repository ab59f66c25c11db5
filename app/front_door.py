"""What stands before the shells: the way in at ``/``, and whether the installation is well."""

from flask import Blueprint, Flask, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import storage
from app.authz import open_to_all
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import current_language
from app.search import index
from app.search.engine import IndexUnusable
from app.search.query import NOTHING
from app.web import answers
from app.web.gate import signed_in

routes = Blueprint("front_door", __name__)


def init_app(app: Flask) -> None:
    """Mount the front door."""
    app.register_blueprint(routes)


@routes.get("/")
@open_to_all("The list of services is public; who is signed in goes on to the own shell.")
def enter() -> Response:
    """Send whoever is signed in to the own shell; show everybody else the services."""
    person = signed_in()
    if person is not None and person.is_agent:
        return answers.see_other("/console/")
    if person is not None:
        own = contracts.services_of(db.session, person)
        if own:
            return answers.see_other(f"/{own[0].slug}/")
    language = current_language()
    services = [(f"/{item.slug}/", item.name_in(language)) for item in contracts.services(db.session)]
    return answers.page("services.html", services=services)


@routes.get("/healthz")
@open_to_all("Says only that the process answers.")
def alive() -> Response:
    """The process answers (SEC-57)."""
    return jsonify(status="ok")


@routes.get("/readyz")
@open_to_all("Says only whether the installation can work, and which part cannot.")
def ready() -> Response:
    """The database answers, files can be written, the index is there; 503 and the failing part otherwise."""
    try:
        db.session.execute(text("SELECT 1 FROM service LIMIT 1"))
    except SQLAlchemyError:
        return _unavailable("database")
    if not storage.current().is_reachable():
        return _unavailable("storage")
    try:
        index.current().count(NOTHING)
    except IndexUnusable:
        return _unavailable("index")
    return jsonify(status="ok")


def _unavailable(part: str) -> Response:
    response = jsonify(status="unavailable", part=part)
    response.status_code = 503
    return response
