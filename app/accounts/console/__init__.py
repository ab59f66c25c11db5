"""What the desk sees of accounts: the people of its customers, help for them, and the security posture."""

from flask import Blueprint

routes = Blueprint("people", __name__, template_folder="../templates")

# The modules hang their views on the blueprint above, so they can only be imported below it.
from app.accounts.console import agents, creating, help_acts, index, person_page, posture_page, removals  # noqa: E402

__all__ = [
    "agents",
    "creating",
    "help_acts",
    "index",
    "person_page",
    "posture_page",
    "removals",
    "routes",
]
