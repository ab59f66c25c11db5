"""Knowledge in the portal: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("knowledge", __name__, template_folder="../templates")

from app.knowledge.portal import (  # noqa: E402  # The modules hang their views on the blueprint above.
    article,
    feedback,
    files,
    home,
    search,
    suggestions,
)

__all__ = ["article", "feedback", "files", "home", "routes", "search", "suggestions"]
