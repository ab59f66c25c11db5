"""Signing in to and out of a service's portal, and the own language."""

from flask import Blueprint, g, url_for
from werkzeug.wrappers import Response

from app.accounts import entrance
from app.accounts.models import Realm
from app.accounts.sign_in import Door
from app.authz import Permission, open_to_all, requires

routes = Blueprint("accounts", __name__, template_folder="templates")


def _home() -> str:
    return f"/{g.service.slug}/"


@routes.get("/login")
@open_to_all("Nobody is signed in yet.")
def sign_in() -> Response:
    """The sign-in form of the service (S01)."""
    return entrance.show_sign_in(home=_home())


@routes.post("/login")
@open_to_all("Nobody is signed in yet.")
def take_sign_in() -> Response:
    """Sign a customer in (AUTH-02)."""
    door = Door(Realm.CUSTOMER, g.service.slug, g.service.id)
    return entrance.take_sign_in(door, home=_home())


@routes.post("/logout")
@requires(Permission.PORTAL_USE)
def sign_out() -> Response:
    """End the session (AUTH-08)."""
    return entrance.sign_out(login=url_for(".sign_in"))


@routes.post("/profile/language")
@requires(Permission.OWN_ACCOUNT)
def choose_language() -> Response:
    """Choose the own language (LANG-01)."""
    return entrance.choose_language(home=_home())
