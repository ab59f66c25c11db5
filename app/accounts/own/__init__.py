"""The own account, in whatever shell: profile, password, second proofs, sessions. Every shell mounts it."""

from flask import Blueprint

routes = Blueprint("own", __name__, template_folder="../templates")

# The modules hang their views on the blueprint above, so they can only be imported below it.
from app.accounts.own import (  # noqa: E402
    mail,
    mfa,
    passkeys,
    password,
    picture,
    profile,
    recovery_codes,
    sessions,
)

__all__ = [
    "mail",
    "mfa",
    "passkeys",
    "password",
    "picture",
    "profile",
    "recovery_codes",
    "routes",
    "sessions",
]
