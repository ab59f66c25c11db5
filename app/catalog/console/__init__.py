"""The catalogue in the console: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("catalog", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.catalog.console import deciding, point_acts, points, requests  # noqa: E402

__all__ = ["deciding", "point_acts", "points", "requests", "routes"]
