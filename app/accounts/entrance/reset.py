"""The page behind a mailed link: choose a password (SEC-08)."""

from flask import current_app
from werkzeug.wrappers import Response

from app.accounts import links
from app.accounts.entrance import routes
from app.accounts.entrance.place import here
from app.accounts.forms import FirstPasswordForm
from app.accounts.models import AccountLink, LinkPurpose
from app.accounts.sign_in import as_actor
from app.authz import open_to_all
from app.extensions import db
from app.i18n import _
from app.web import answers


@routes.get("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
def reset(token: str) -> Response:
    """The form; an old, used or foreign link says so and how to go on (M-37)."""
    try:
        links.find(db.session, token, LinkPurpose.FIRST_PASSWORD)
    except links.LinkRefused:
        return _gone()
    return _page(FirstPasswordForm(formdata=None))


@routes.post("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
def take_reset(token: str) -> Response:
    """Store the password and lead to the sign-in form."""
    form = FirstPasswordForm()
    try:
        link = links.find(db.session, token, LinkPurpose.FIRST_PASSWORD)
        if not form.validate():
            return _page(form, status=422)
        _store(link, form)
    except links.LinkRefused:
        return _gone()
    return answers.see_other(f"{here().login}?reason=password")


def _store(link: AccountLink, form: FirstPasswordForm) -> None:
    links.set_first_password(
        db.session,
        link,
        actor=as_actor(link.user),
        password=form.password.data or "",
        vault=current_app.extensions["vault"],
    )


def _page(form: FirstPasswordForm, *, status: int = 200) -> Response:
    # The address is the secret here: the page leads nowhere that would pass it on.
    return answers.page("accounts/first_password.html", status=status, form=form)


def _gone() -> Response:
    return answers.page(
        "accounts/link_gone.html", status=404, text=_("This link is no longer valid. Please start again.")
    )
