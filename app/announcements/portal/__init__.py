"""Announcements in the portal, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("announcements", __name__, template_folder="../templates")

# The module hangs its routes on the blueprint above, so it can only be imported below it.
from app.announcements.portal import banners  # noqa: E402

__all__ = ["banners", "routes"]
