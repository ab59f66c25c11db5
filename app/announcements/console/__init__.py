"""Announcements in the console: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("announcements", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.announcements.console import changing, index, template, writing  # noqa: E402

__all__ = ["changing", "index", "routes", "template", "writing"]
