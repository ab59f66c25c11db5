"""The console: the shell of the Advisory Center's agents. It mounts routes and holds no rule."""

from flask import Blueprint, Flask

from app.accounts.console import routes as people
from app.accounts.entrance import routes as entrance
from app.accounts.own import routes as own
from app.announcements.console import routes as announcements
from app.cases.console import routes as cases
from app.catalog.console import routes as catalog
from app.console.gate import gate
from app.console.mails import routes as mails
from app.console.navigation import navigation
from app.console.overview import routes as overview
from app.console.search import routes as search
from app.files.tus import routes as files
from app.knowledge.console import routes as knowledge
from app.web.gate import register_gate


def init_app(app: Flask) -> None:
    """Mount the console's routes behind its gate."""
    console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
    for routes in (
        overview,
        entrance,
        own,
        people,
        cases,
        catalog,
        knowledge,
        announcements,
        mails,
        search,
        files,
    ):
        console.register_blueprint(routes)
    console.context_processor(navigation)
    app.register_blueprint(console)
    register_gate(app, "console", gate)
