"""The brake behind the link "this was not me" of a security mail (SEC-09)."""

from http import HTTPStatus

from werkzeug.wrappers import Response

from app.accounts import links, resets
from app.accounts.entrance import routes
from app.accounts.entrance.place import here, trail
from app.accounts.models import LinkPurpose
from app.authz import open_to_all
from app.extensions import db
from app.i18n import _
from app.web import answers

WHY_OPEN = "The token is the proof; whoever holds it may be locked out by a thief."


@routes.get("/account/not-me/<token>")
@open_to_all(WHY_OPEN)
def not_me(token: str) -> Response:
    """What the brake does, and the button that pulls it; looking alone does nothing."""
    try:
        links.find(db.session, token, LinkPurpose.NOT_ME)
    except links.LinkRefused:
        return _gone()
    return answers.page("accounts/not_me.html", is_for_customers=here().is_for_customers)


@routes.post("/account/not-me/<token>")
@open_to_all(WHY_OPEN)
def freeze(token: str) -> Response:
    """End all sessions and let nobody in until somebody has looked."""
    try:
        resets.freeze(db.session, token, trail=trail())
    except links.LinkRefused:
        return _gone()
    return answers.see_other(f"{here().login}?reason=frozen")


def _gone() -> Response:
    return answers.page(
        "accounts/link_gone.html",
        status=HTTPStatus.NOT_FOUND,
        text=_("This link is no longer valid."),
        again_url=None,
    )
