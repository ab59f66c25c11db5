"""Knowledge in the console: one module per kind of act, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("knowledge", __name__, template_folder="../templates")
