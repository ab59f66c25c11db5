"""The catalogue in the portal: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("catalog", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.catalog.portal import amending, approving, index, item, points, sent  # noqa: E402

__all__ = ["amending", "approving", "index", "item", "points", "routes", "sent"]
