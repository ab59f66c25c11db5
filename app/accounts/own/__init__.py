"""The own account, in whatever shell: profile, password, second proofs, sessions. Every shell mounts it."""

from flask import Blueprint

routes = Blueprint("own", __name__, template_folder="../templates")
