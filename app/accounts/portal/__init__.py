"""What customers see of accounts beside their own: the login history, and for administrators the contacts."""

from flask import Blueprint

routes = Blueprint("people", __name__, template_folder="../templates")
