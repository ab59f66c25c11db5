"""Announcements in the console, all on one blueprint."""

from flask import Blueprint

routes = Blueprint("announcements", __name__, template_folder="../templates")
