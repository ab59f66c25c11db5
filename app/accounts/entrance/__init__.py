"""The doors: signing in and out, second proofs, forgotten passwords, fresh proofs. Every shell mounts them.

What all shells need of accounts is written once (docs/decisions/0008): the views ask :func:`place.here` where
they stand, and redirect within it.
"""

from flask import Blueprint

routes = Blueprint("accounts", __name__, template_folder="../templates")

from app.accounts.entrance import reset, sign_in  # noqa: E402 - the modules hang their views on the blueprint above

__all__ = ["reset", "routes", "sign_in"]
