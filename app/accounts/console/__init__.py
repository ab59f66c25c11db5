"""What the desk sees of accounts: the people of its customers, help for them, and the security posture."""

from flask import Blueprint

routes = Blueprint("people", __name__, template_folder="../templates")
