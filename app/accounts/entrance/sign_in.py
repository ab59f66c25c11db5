"""Signing in with user ID and password, signing out, and the language of the own account."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import current_app, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import actions, queries
from app.accounts import session as sessions
from app.accounts.entrance import routes
from app.accounts.entrance.place import here
from app.accounts.forms import LanguageForm, SignInForm
from app.accounts.sign_in import prove
from app.authz import Permission, open_to_all, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor
from app.web.redirects import own_path, this_page
from app.web.transaction import keep_writes

REASONS = ("timeout", "logout", "password")


@routes.get("/login")
@open_to_all("Nobody is signed in yet.")
def sign_in() -> Response:
    """The sign-in form (S01, D01); it says why somebody is back here (M-08, M-09)."""
    following = own_path(request.args.get("next"), under=here().home, otherwise="")
    form = SignInForm(formdata=None, next=following)
    reason = request.args.get("reason")
    return _page(form, reason=reason if reason in REASONS else None)


@routes.post("/login")
@open_to_all("Nobody is signed in yet.")
def take_sign_in() -> Response:
    """Sign somebody in and send them where they first wanted to go; every failure reads the same (AUTH-04)."""
    place, form = here(), SignInForm()
    if not form.is_sane():
        # A missing text has its message at the field; one that nobody types is simply wrong.
        return _page(form, status=422, refusal=None if form.errors else _wrong())
    user = prove(
        db.session,
        login_id=form.login_id.data or "",
        password=form.password.data or "",
        door=place.door,
        vault=current_app.extensions["vault"],
    )
    if user is None:
        # A failed try is a fact of its own, although the answer is a refusal.
        keep_writes()
        return _page(form, status=422, refusal=_wrong())
    sessions.establish(db.session, user=user, door=place.door, incoming=request)
    return answers.see_other(own_path(form.next.data, under=place.home, otherwise=place.home))


@routes.post("/logout")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> Response:
    """End the session on the server and show the sign-in form (AUTH-08)."""
    user = queries.own_user(db.session, actor())
    sessions.sign_out(db.session, actor=actor(), user=user, incoming=request)
    return answers.see_other(f"{here().login}?reason=logout")


@routes.post("/profile/language")
@requires(Permission.OWN_ACCOUNT)
def choose_language() -> Response:
    """Choose the own language and go back to the page it was chosen on (LANG-01)."""
    form, home = LanguageForm(), here().home
    back = own_path(form.back.data, under=home, otherwise=home)
    if form.validate():
        user = queries.own_user(db.session, actor())
        actions.choose_language(db.session, actor=actor(), user=user, language=form.language.data or None)
    return answers.see_other(back)


def send_to_sign_in(*, login: str) -> Response:
    """Ask a visitor to sign in first; a page asked for is remembered, a posted form is not (SESS-02)."""
    query = {"next": page} if (page := this_page()) else {}
    if answers.is_enhanced():
        # A redirect would be followed out of sight and the form's page swapped into the text being written.
        return Response(status=HTTPStatus.UNAUTHORIZED)
    # Flask-Login's current_user has looked for the session by now.
    if not current_user.is_authenticated and g.get("timed_out", False):
        query["reason"] = "timeout"
    return redirect(f"{login}?{urlencode(query)}" if query else login, code=303)


def _wrong() -> str:
    return _(
        "The user ID or password is not correct. After 5 failures in a row, login is blocked for 20 minutes."
    )


def _page(
    form: SignInForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    reason: str | None = None,
) -> Response:
    return answers.page(
        "accounts/sign_in.html",
        status=status,
        form=form,
        refusal=refusal,
        reason=reason,
    )
