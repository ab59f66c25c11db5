"""Signing in to and out of the console, and the own language."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.accounts import entrance
from app.accounts import first_password as first_password_page
from app.accounts.models import Realm
from app.accounts.sign_in import Door
from app.authz import Permission, open_to_all, requires

routes = Blueprint("accounts", __name__, template_folder="templates")

HOME = "/console/"


@routes.get("/login")
@open_to_all("Nobody is signed in yet.")
def sign_in() -> Response:
    """The sign-in form of the desk (D01)."""
    return entrance.show_sign_in(home=HOME)


@routes.post("/login")
@open_to_all("Nobody is signed in yet.")
def take_sign_in() -> Response:
    """Sign an agent in (DESK-01)."""
    return entrance.take_sign_in(Door(Realm.AGENT, "console"), home=HOME)


@routes.get("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
def first_password(token: str) -> Response:
    """The form behind the link that a new system administrator got (SEC-08)."""
    return first_password_page.show(token)


@routes.post("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
def set_first_password(token: str) -> Response:
    """Set the password; the link works once."""
    return first_password_page.take(token, login=url_for(".sign_in"))


@routes.post("/logout")
@requires(Permission.CONSOLE_USE)
def sign_out() -> Response:
    """End the session (AUTH-08)."""
    return entrance.sign_out(login=url_for(".sign_in"))


@routes.post("/profile/language")
@requires(Permission.OWN_ACCOUNT)
def choose_language() -> Response:
    """Choose the own language (LANG-01)."""
    return entrance.choose_language(home=HOME)
