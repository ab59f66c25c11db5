"""The portal: the shell of customers, one per service under ``/<slug>``. It mounts routes and holds no rule."""

from flask import Blueprint, Flask

from app.accounts.entrance import routes as entrance
from app.accounts.own import routes as own
from app.accounts.portal import routes as people
from app.announcements.portal import routes as announcements
from app.cases.portal import routes as cases
from app.catalog.portal import routes as catalog
from app.files.tus import routes as files
from app.knowledge.portal import routes as knowledge
from app.portal.gate import gate, put_service_in_addresses
from app.portal.home import routes as home
from app.portal.navigation import navigation
from app.portal.search import routes as search
from app.web.gate import register_gate


def init_app(app: Flask) -> None:
    """Mount the portal's routes behind its gate."""
    portal = Blueprint("portal", __name__, url_prefix="/<service_slug>", template_folder="templates")
    for routes in (home, entrance, own, people, cases, catalog, knowledge, announcements, search, files):
        portal.register_blueprint(routes)
    portal.url_defaults(put_service_in_addresses)
    portal.context_processor(navigation)
    app.register_blueprint(portal)
    register_gate(app, "portal", gate)
