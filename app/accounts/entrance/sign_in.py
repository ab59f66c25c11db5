"""Signing in with user ID and password, signing out, and the language of the own account."""

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from flask import current_app, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app import throttle
from app.accounts import actions, marks, proofs, queries, sign_in
from app.accounts import session as sessions
from app.accounts.entrance import routes
from app.accounts.entrance.place import here, trail
from app.accounts.forms import LanguageForm, SignInForm
from app.accounts.models import BrowserMark, MarkKind, User
from app.authz import Permission, open_to_all, requires
from app.config import Settings
from app.extensions import db
from app.i18n import _
from app.throttle import Charge, Limit
from app.web import answers, cookies
from app.web.background import is_background
from app.web.gate import actor
from app.web.redirects import own_path, this_page
from app.web.transaction import keep_writes, split
from app.web.turns import takes_turns

REASONS = ("timeout", "logout", "password", "codes", "proof", "frozen")
# Failures of a network, and of all networks together, beside the lock of the ID (SEC-07).
NETWORK_LIMITS = (Limit(10, timedelta(minutes=5)),)
OVERALL_LIMITS = (Limit(1_000, timedelta(minutes=5)),)
RETRY_AFTER_SECONDS = "300"


@routes.get("/login", endpoint="sign_in")
@open_to_all("Nobody is signed in yet.")
def show_sign_in() -> Response:
    """The sign-in form (S01, D01); it says why somebody is back here (M-08, M-09)."""
    following = own_path(request.args.get("next"), under=here().home, otherwise="")
    form = SignInForm(formdata=None, next=following)
    reason = request.args.get("reason")
    return _page(form, reason=reason if reason in REASONS else None)


@routes.post("/login")
@open_to_all("Nobody is signed in yet.")
@takes_turns
def take_sign_in() -> Response:
    """Take user ID and password; every failure reads the same (AUTH-04)."""
    form = SignInForm()
    if not form.is_sane():
        # A missing text has its message at the field; one that nobody types is simply wrong.
        return _page(form, status=422, refusal=None if form.errors else wrong())
    tried = sign_in.begin(
        db.session, login_id=form.login_id.data or "", settings=settings(), known=known_browser()
    )
    charged = charge_network(is_recognised=tried.is_recognised)
    if charged is None:
        return _too_many(form)
    # The count is committed, and nothing is held while the password is checked.
    split()
    vault = current_app.extensions["vault"]
    settled = sign_in.settle(
        db.session,
        tried,
        is_right=vault.matches(tried.password_hash, form.password.data or ""),
        password=form.password.data or "",
        door=here().door,
        trail=trail(),
        vault=vault,
    )
    if settled is None:
        # A failed try is a fact of its own, although the answer is a refusal.
        keep_writes()
        return _page(form, status=422, refusal=wrong())
    throttle.refund(db.session, charged)
    return _go_on(settled, own_path(form.next.data, under=here().home, otherwise=here().home))


def known_browser() -> BrowserMark | None:
    """The mark of a browser in which somebody has given a second proof within 30 days (T02)."""
    return marks.find(db.session, request.cookies.get(marks.COOKIES[MarkKind.KNOWN], ""), MarkKind.KNOWN)


def charge_network(*, is_recognised: bool = False) -> Charge | None:
    """Count a failure of the visitor's network before it is one; ``None`` if it has had its share (SEC-07).

    :param is_recognised: for somebody in a browser that counts their tries apart: however many strangers fail, the
        people of the desk come in (T02).
    """
    if is_recognised or not settings().is_throttled:
        return Charge(())
    network = throttle.network_of(request.remote_addr)
    limits = {f"signin:net:{network}": NETWORK_LIMITS, "signin:all": OVERALL_LIMITS}
    return throttle.charge(db.session, limits)


def _go_on(settled: sign_in.Settled, following: str) -> Response:
    """Lead to the code, if one is due, or straight in (MFA-01, MFA-11, SEC-06)."""
    user, place = settled.user, here()
    exemption = _exemption(user)
    if not settled.needs_unlock and (exemption or not user.needs_code):
        sessions.establish(
            db.session,
            user=user,
            door=place.door,
            incoming=request,
            trail=trail(),
            proved_at=exemption.created_at if exemption else None,
        )
        return answers.see_other(following)
    _proof, token = proofs.begin_sign_in(
        db.session, user, door=place.door.name, following=following, needs_unlock=settled.needs_unlock
    )
    cookies.give(proofs.COOKIE, token)
    return answers.see_other(f"{place.login}/method")


def _exemption(user: User) -> BrowserMark | None:
    """The mark that lets a customer's browser skip the code; agents give theirs each time (MFA-11, SEC-16)."""
    if not here().is_for_customers or not user.needs_code:
        return None
    return marks.exemption_of(db.session, user, request.cookies.get(marks.COOKIES[MarkKind.EXEMPTION], ""))


@routes.post("/logout")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> Response:
    """End the session on the server and show the sign-in form (AUTH-08)."""
    user = queries.own_user(db.session, actor())
    sessions.sign_out(db.session, actor=actor(), user=user, incoming=request, trail=trail())
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
    if answers.is_enhanced() or is_background():
        # A redirect would be followed out of sight and the form's page swapped into the text being written.
        return Response(status=HTTPStatus.UNAUTHORIZED)
    # Flask-Login's current_user has looked for the session by now.
    if not current_user.is_authenticated and g.get("timed_out", False):
        query["reason"] = "timeout"
    return redirect(f"{login}?{urlencode(query)}" if query else login, code=303)


def settings() -> Settings:
    """The settings of the installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def wrong() -> str:
    """The one message for every failed sign-in (M-01)."""
    return _(
        "The user ID or password is not correct. After 5 failures in a row, login is blocked for 20 minutes."
    )


def too_many() -> str:
    """The message for a network that has failed too often; it says nothing about any account (SEC-07)."""
    return _("Too many failed tries from your network. Please wait five minutes and try again.")


def _too_many(form: SignInForm) -> Response:
    answer = _page(form, status=HTTPStatus.TOO_MANY_REQUESTS, refusal=too_many())
    answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return answer


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
        forgot_url=f"{here().base}/password/forgot",
    )
