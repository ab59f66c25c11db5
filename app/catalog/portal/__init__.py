"""The catalogue in the portal: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("catalog", __name__, template_folder="../templates")
