"""The doors: signing in and out, second proofs, forgotten passwords, fresh proofs. Every shell mounts them.

What all shells need of accounts is written once (docs/decisions/0008): the views ask :func:`place.here` where
they stand, and redirect within it.
"""

from flask import Blueprint, Flask

from app.web import turns

routes = Blueprint("accounts", __name__, template_folder="../templates")

# The modules hang their views on the blueprint above, so they can only be imported below it.
from app.accounts.entrance import (  # noqa: E402
    confirm,
    line,
    not_me,
    passkey,
    recovery_code,
    reset,
    second_step,
    setup,
    sign_in,
)


def init_app(app: Flask) -> None:
    """Answer those who have to prove themselves first, or whose way in has ended."""
    turns.prefer(app, line.is_recognised)
    app.register_error_handler(confirm.ProofDue, confirm.ask_for_proof)
    app.register_error_handler(second_step.NoProof, lambda _: second_step.start_again())


__all__ = [
    "confirm",
    "init_app",
    "line",
    "not_me",
    "passkey",
    "recovery_code",
    "reset",
    "routes",
    "second_step",
    "setup",
    "sign_in",
]
