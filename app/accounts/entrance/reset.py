"""The wizard of a forgotten or first password: identify (S05), verify (S06), mail sent (S07), reset (S08)."""

from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from flask import current_app, request
from werkzeug.wrappers import Response

from app import sealing, throttle
from app.accounts import links, resets, sign_in, tries
from app.accounts.entrance import routes
from app.accounts.entrance.place import here, trail
from app.accounts.entrance.sign_in import settings
from app.accounts.forms.codes import ForgottenForm, PersonalDataForm
from app.accounts.forms.new_password import NewPasswordForm
from app.accounts.login_ids import login_key
from app.accounts.models import AccountLink
from app.accounts.new_password import asked_of, shown_to
from app.accounts.resets import Answer
from app.authz import open_to_all
from app.extensions import db
from app.i18n import _, stamp
from app.throttle import Limit
from app.web import answers, cookies
from app.web.transaction import keep_writes, split
from app.web.turns import takes_turns

log = structlog.get_logger(__name__)

FORGOT, VERIFY = "accounts/reset/forgot.html", "accounts/reset/verify.html"
WHY_OPEN = "Whoever forgot the password cannot sign in."
# The typed ID on its way from step 1 to step 2. It proves nothing; sealed, it tells the browser's next user nothing.
COOKIE = "__Host-madoguchi-reset"
PURPOSE = "typed id of a reset"
LASTS_SECONDS = 3_600
# Of how many IDs the page may tell in an hour whether they match: to one network, and to all together (T03).
NETWORK_TELLS = (Limit(10, timedelta(hours=1)),)
OVERALL_TELLS = (Limit(300, timedelta(hours=1)),)
TOLD = (Limit(1, timedelta(hours=1)),)


@routes.get("/password/forgot")
@open_to_all(WHY_OPEN)
def forgot() -> Response:
    """Step 1: whose password (RESET-02)."""
    return _page(FORGOT, ForgottenForm(formdata=None))


@routes.post("/password/forgot")
@open_to_all(WHY_OPEN)
def take_forgot() -> Response:
    """Go on to step 2, whatever ID was typed (RESET-06)."""
    form = ForgottenForm()
    if not form.validate():
        return _page(FORGOT, form, status=422)
    typed = login_key(form.login_id.data or "")[:120]
    cookies.give(COOKIE, sealing.seal(settings(), PURPOSE, typed), max_age=LASTS_SECONDS)
    return answers.see_other(f"{here().base}/password/verify")


@routes.get("/password/verify")
@open_to_all(WHY_OPEN)
def verify() -> Response:
    """Step 2: the registered address (RESET-03)."""
    if not _typed_id():
        return _start_again()
    return _page(VERIFY, PersonalDataForm(formdata=None))


@routes.post("/password/verify")
@open_to_all(WHY_OPEN)
def take_verify() -> Response:
    """Check the address and mail the link; failures are counted for the typed ID (RESET-04 to RESET-06)."""
    form, typed = PersonalDataForm(), _typed_id()
    if not typed:
        return _start_again()
    if not form.validate():
        return _page(VERIFY, form, status=422)
    may_tell = _may_tell(typed)
    verified = resets.ask(
        db.session,
        login_id=typed,
        address=form.mail.data or "",
        door=here().door,
        settings=settings(),
        page_tells=may_tell,
    )
    keep_writes()
    if verified.answer is Answer.SENT or not may_tell:
        return answers.see_other(f"{here().base}/password/sent")
    return _page(VERIFY, form, status=422, refusal=_refusal(verified.possible_from))


@routes.get("/password/sent")
@open_to_all(WHY_OPEN)
def sent() -> Response:
    """The mail is on its way (S07, M-34)."""
    return answers.page("accounts/reset/sent.html", login_url=here().login)


@routes.get("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
def reset(token: str) -> Response:
    """Step 3: the new password; looking uses nothing up, so mail scanners may look (T13)."""
    try:
        link = resets.find_link(db.session, token, here().door)
        return _reset_page(link, NewPasswordForm(shown_to(link.user, settings()), formdata=None))
    except links.LinkRefused:
        return _gone()


@routes.post("/password/reset/<token>")
@open_to_all("The token is the proof, and nobody can sign in yet.")
@takes_turns
def take_reset(token: str) -> Response:
    """Set the password; the link works once (RESET-08)."""
    try:
        link = resets.find_link(db.session, token, here().door)
        form = NewPasswordForm(asked_of(db.session, link.user, settings()))
        if not form.validate():
            return _reset_page(link, form, status=422)
        # The slow hash is made while nothing is held; the link is taken by one statement afterwards.
        split()
        hashed = form.hashed_by(current_app.extensions["vault"])
        resets.complete(db.session, link, password_hash=hashed, settings=settings(), trail=trail())
    except links.LinkRefused:
        return _gone()
    return answers.see_other(f"{here().login}?reason=password")


def _typed_id() -> str:
    """The ID of step 1, or nothing if there was none, or too long ago."""
    try:
        return sealing.unseal(settings(), PURPOSE, request.cookies.get(COOKIE, ""), max_age=LASTS_SECONDS)
    except sealing.Unsealable:
        return ""


def _may_tell(typed: str) -> bool:
    """Tell whether the page may say that an address did not match: not beyond the budget of guesses (T03).

    The budget counts the IDs that a network asks about; for each of them the count of RESET-05 holds besides.
    """
    if settings().reset_answer == "neutral":
        return False
    if not settings().is_throttled:
        return True
    network = throttle.network_of(request.remote_addr)
    told = f"reset:told:{network}:{sign_in.invented_subject(settings(), typed)}"
    if throttle.is_full(db.session, told, TOLD):
        return True
    limits = {f"reset:net:{network}": NETWORK_TELLS, "reset:all": OVERALL_TELLS, told: TOLD}
    if throttle.charge(db.session, limits) is None:
        log.warning("reset.many_questions", network=network)
        return False
    return True


def _refusal(possible_from: datetime | None) -> str:
    if possible_from is not None:
        return _("You can reset your password after %(time)s.", time=stamp(possible_from))
    return _(
        "The e-mail address could not be verified. After 5 failures in a row, reset is blocked for 20 minutes."
    )


def _start_again() -> Response:
    return answers.see_other(f"{here().base}/password/forgot")


def _page(
    template: str, form: ForgottenForm | PersonalDataForm, *, status: int = 200, refusal: str | None = None
) -> Response:
    return answers.page(
        template,
        status=status,
        form=form,
        refusal=refusal,
        login_url=here().login,
        is_for_customers=here().is_for_customers,
    )


def _reset_page(link: AccountLink, form: NewPasswordForm, *, status: int = 200) -> Response:
    # The address is the secret here: the page leads nowhere that would pass it on.
    return answers.page(
        "accounts/reset/reset.html",
        status=status,
        form=form,
        is_locked=tries.is_locked(db.session, link.user),
        is_first=link.user.password_hash is None,
    )


def _gone() -> Response:
    return answers.page(
        "accounts/link_gone.html",
        status=HTTPStatus.NOT_FOUND,
        text=_("This link is no longer valid. Please start again."),
        again_url=f"{here().base}/password/forgot",
    )
