"""The catalogue in the console: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("catalog", __name__, template_folder="../templates")

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.catalog.console import (  # noqa: E402
    availability,
    catalog,
    deciding,
    editing,
    exchange,
    point_acts,
    points,
    requests,
    settings,
    tryout,
    versions,
)

__all__ = [
    "availability",
    "catalog",
    "deciding",
    "editing",
    "exchange",
    "point_acts",
    "points",
    "requests",
    "routes",
    "settings",
    "tryout",
    "versions",
]
