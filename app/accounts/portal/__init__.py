"""What customers see of accounts beside their own: the login history, and for administrators the contacts."""

from flask import Blueprint

routes = Blueprint("people", __name__, template_folder="../templates")

# The modules hang their views on the blueprint above, so they can only be imported below it.
from app.accounts.portal import contact_acts, contacts, logins, new_contact  # noqa: E402

__all__ = ["contact_acts", "contacts", "logins", "new_contact", "routes"]
