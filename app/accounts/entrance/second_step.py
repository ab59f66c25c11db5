"""The second proof: choose a way (S02), give the code of an app (S03) or of a mail (S04), and come in.

Every way ends in :func:`succeed` or :func:`fail`; there is no other door to a session behind the password (SEC-15).
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from app import clock, throttle
from app.accounts import authenticators, codes, events, marks, proofs, queries, tries
from app.accounts import session as sessions
from app.accounts.entrance import routes
from app.accounts.entrance.place import here, trail
from app.accounts.entrance.sign_in import RETRY_AFTER_SECONDS, known_browser, settings
from app.accounts.forms.codes import AppCodeForm, MailCodeForm
from app.accounts.history import note
from app.accounts.methods import Method, methods_for, methods_of
from app.accounts.models import MarkKind, Proof, ProofPurpose, Realm, TryKind, User
from app.accounts.passkeys import proving
from app.accounts.sign_in import as_actor, counts_apart, subject_of
from app.authz import open_to_all
from app.extensions import db
from app.i18n import _
from app.web import answers, cookies
from app.web.transaction import keep_writes

HALF_WAY = "The half-way proof is asked for in the view; there is no session yet."


class NoProof(Exception):
    """Nobody is on the way here, or no more: the way starts again at the password."""


def under_way() -> Proof:
    """The half-way proof of this browser at this door.

    :raises NoProof: if there is none; for a fresh proof in a session, before its password was given.
    """
    proof = proofs.find(db.session, request.cookies.get(proofs.COOKIE, ""), door=here().door.name)
    if proof is None or proof.password_proved_at is None:
        raise NoProof
    return proof


def start_again() -> Response:
    """Lead back to the beginning of the way, and say why."""
    cookies.take_back(proofs.COOKIE)
    return answers.see_other(f"{here().login}?reason=proof")


@routes.get("/login/method")
@open_to_all(HALF_WAY)
def choose_method() -> Response:
    """The ways of this person (S02), also where there is one alone (MFA-05)."""
    proof = under_way()
    methods = methods_for(db.session, proof, settings())
    if not methods:
        return answers.see_other(f"{here().login}/setup")
    return _choice(proof, methods)


@routes.post("/login/method")
@open_to_all(HALF_WAY)
def take_method() -> Response:
    """Go to the chosen way; a mailed code leaves now (MFA-04)."""
    proof = under_way()
    methods = methods_for(db.session, proof, settings())
    chosen = request.form.get("method", "")
    if chosen not in methods:
        return _choice(proof, methods, status=422, refusal=_("Choose one of the methods."))
    if chosen == Method.PASSKEY:
        proving.put_challenge(db.session, proof)
    is_fresh = proof.mail_code_hash is not None and codes.seconds_to_wait(proof) > 0
    if (
        chosen == Method.MAIL
        and not is_fresh
        and not codes.send_mail_code(db.session, proof, settings=settings())
    ):
        return _choice(proof, methods, status=HTTPStatus.TOO_MANY_REQUESTS, refusal=_too_many_mails())
    return answers.see_other(f"{here().login}/{chosen}")


@routes.get("/login/app")
@open_to_all(HALF_WAY)
def app_code() -> Response:
    """The field for the code of the app (S03)."""
    return _app_page(offered(Method.APP), AppCodeForm(formdata=None))


@routes.post("/login/app")
@open_to_all(HALF_WAY)
def take_app_code() -> Response:
    """Check the code of the app (MFA-06)."""
    proof, form = offered(Method.APP), AppCodeForm()
    return take_code(
        proof,
        Method.APP,
        form.code.data,
        check=lambda code: authenticators.take_code(db.session, proof.user, code, settings=settings()),
        again=lambda refusal, status: _app_page(proof, form, status=status, refusal=refusal),
        remember=form.remember.data,
    )


@routes.get("/login/mail")
@open_to_all(HALF_WAY)
def mail_code() -> Response:
    """The field for the mailed code (S04); without a code on its way there is nothing to enter yet."""
    proof = offered(Method.MAIL)
    if proof.mail_code_sent_at is None:
        return answers.see_other(f"{here().login}/method")
    return _mail_page(proof, MailCodeForm(formdata=None))


@routes.post("/login/mail")
@open_to_all(HALF_WAY)
def take_mail_code() -> Response:
    """Check the mailed code (MFA-07, MFA-08)."""
    proof, form = offered(Method.MAIL), MailCodeForm()
    return take_code(
        proof,
        Method.MAIL,
        form.code.data,
        check=lambda code: codes.take_mail_code(db.session, proof, code, settings=settings()),
        again=lambda refusal, status: _mail_page(proof, form, status=status, refusal=refusal),
        remember=form.remember.data,
    )


@routes.post("/login/mail/codes")
@open_to_all(HALF_WAY)
def send_another_code() -> Response:
    """Mail a fresh code, once the countdown is over; the one before is void (MFA-09)."""
    proof, form = offered(Method.MAIL), MailCodeForm(formdata=None)
    wait = codes.seconds_to_wait(proof)
    if wait:
        refusal = _("Resend code in %(n)s seconds", n=wait)
        return _mail_page(proof, form, status=HTTPStatus.TOO_MANY_REQUESTS, refusal=refusal)
    if not codes.send_mail_code(db.session, proof, settings=settings()):
        return _mail_page(proof, form, status=HTTPStatus.TOO_MANY_REQUESTS, refusal=_too_many_mails())
    return answers.see_other(f"{here().login}/mail")


def take_code(
    proof: Proof,
    method: Method,
    typed: str | None,
    *,
    check: Callable[[str], bool],
    again: Callable[[str, int], Response],
    remember: bool = False,
    read: Callable[[str | None], str | None] = codes.read_code,
) -> Response:
    """Check what was typed for a second proof, within the limits on guessing (SEC-13).

    :param again: shows the page with a message and a status; what was typed is not shown.
    :param read: the code in what was typed, or ``None`` for what cannot be one, which is no guess.
    """
    code = read(typed)
    if code is None:
        return again(wrong_code(), HTTPStatus.UNPROCESSABLE_ENTITY)
    charged = codes.charge_try(db.session, proof.user, address=request.remote_addr or "", settings=settings())
    if charged is None:
        answer = again(_too_many_codes(), HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return answer
    if not check(code):
        return fail(proof, method, again=lambda: again(wrong_code(), HTTPStatus.UNPROCESSABLE_ENTITY))
    throttle.refund(db.session, charged)
    return succeed(proof, method, remember=remember)


def fail(proof: Proof, method: Method, *, again: Callable[[], Response]) -> Response:
    """Count a wrong proof; after five of them the way starts over at the password (MFA-12)."""
    keep_writes()
    person = as_actor(proof.user)
    note(db.session, actor=person, user=proof.user, happened=events.CodeFailed(method.value), trail=trail())
    if not proofs.count_wrong_code(db.session, proof):
        return again()
    cookies.take_back(proofs.COOKIE)
    return answers.see_other(f"{here().login}?reason=codes")


def succeed(proof: Proof, method: Method, *, remember: bool = False) -> Response:
    """Let the person in, or refresh the proof of the session they are in; the one way behind a second proof."""
    user = proof.user
    if method in {Method.APP, Method.PASSKEY}:
        user.mail_code_barred = False
    note(
        db.session, actor=as_actor(user), user=user, happened=events.CodeVerified(method.value), trail=trail()
    )
    if proof.needs_unlock:
        proof.needs_unlock, remember = False, False
        # A known browser that counts apart has asked for the code by its own count (T02).
        for subject in {user.subject_for_tries, subject_of(user, settings(), known_browser())}:
            tries.clear(db.session, TryKind.PASSWORD, subject)
        if user.needs_code and method not in methods_of(db.session, user, settings()):
            # The mail has unlocked the account; the second proof itself is still due.
            return answers.see_other(f"{here().login}/method")
    return complete(proof, remember=remember)


def complete(proof: Proof, *, remember: bool = False) -> Response:
    """End a proof that is whole: with a session, or with a fresh stamp on the one there is (SEC-15)."""
    user, place = proof.user, here()
    proofs.end(db.session, proof)
    if proof.purpose is ProofPurpose.CONFIRM:
        return _confirmed(proof)
    cookies.take_back(proofs.COOKIE)
    sessions.establish(db.session, user=user, door=place.door, incoming=request, trail=trail())
    _mark_browser(proof, remember=remember)
    return answers.see_other(proof.next or place.home)


def _confirmed(proof: Proof) -> Response:
    row = sessions.row_of_cookie(request)
    if row is None or row.id != proof.session_id or row.user_id != proof.user_id:
        raise NoProof
    actor = queries.actor_for(db.session, proof.user)
    sessions.confirm(db.session, row, actor=actor, user=proof.user)
    if proof.form is not None:
        return answers.see_other(f"{here().base}/confirm/continue")
    cookies.take_back(proofs.COOKIE)
    return answers.see_other(proof.next or here().home)


def _mark_browser(proof: Proof, *, remember: bool) -> None:
    """Remember the browser: for eight hours if asked to (MFA-11), and as known for 30 days (T02)."""
    user, browser = proof.user, request.user_agent.string
    hours = timedelta(hours=settings().exemption_hours)
    if remember and may_be_remembered(proof):
        token = marks.grant(db.session, user, MarkKind.EXEMPTION, valid_for=hours, browser=browser)
        cookies.give(marks.COOKIES[MarkKind.EXEMPTION], token, max_age=int(hours.total_seconds()))
        until = (clock.now() + hours).isoformat()
        note(db.session, actor=as_actor(user), user=user, happened=events.BrowserExempted(until))
    if counts_apart(user, settings()):
        _know_browser(user)


def _know_browser(user: User) -> None:
    known, days = known_browser(), marks.KNOWN_FOR
    if known is not None and known.user_id == user.id:
        token = marks.renew(db.session, known, valid_for=days)
    else:
        browser = request.user_agent.string
        token = marks.grant(db.session, user, MarkKind.KNOWN, valid_for=days, browser=browser)
    cookies.give(marks.COOKIES[MarkKind.KNOWN], token, max_age=int(days.total_seconds()))


def may_be_remembered(proof: Proof) -> bool:
    """Tell whether the eight-hour box is offered: to customers who sign in, never for agents or acts (SEC-16)."""
    is_sign_in = proof.purpose is ProofPurpose.SIGN_IN and not proof.needs_unlock
    return is_sign_in and proof.user.realm is Realm.CUSTOMER and settings().exemption_hours > 0


def wrong_code() -> str:
    """The message for a code that is not right (M-07)."""
    return _("The code is wrong or has expired.")


def _too_many_codes() -> str:
    return _("Too many wrong codes. Try again later, or use another method.")


def _too_many_mails() -> str:
    return _("Too many codes were sent by mail. Try again later, or use another method.")


def offered(method: Method) -> Proof:
    """The half-way proof, for a page of one way.

    :raises NoProof: if there is none, or the person does not have this way.
    """
    proof = under_way()
    if method not in methods_for(db.session, proof, settings()):
        raise NoProof
    return proof


def _choice(
    proof: Proof, methods: list[Method], *, status: int = 200, refusal: str | None = None
) -> Response:
    return answers.page(
        "accounts/method.html",
        status=status,
        methods=methods,
        masked=codes.masked(proof.user.mail),
        needs_unlock=proof.needs_unlock,
        refusal=refusal,
        login_url=here().login,
    )


def _app_page(proof: Proof, form: AppCodeForm, *, status: int = 200, refusal: str | None = None) -> Response:
    return code_page("accounts/app_code.html", proof, form, status=status, refusal=refusal)


def _mail_page(
    proof: Proof, form: MailCodeForm, *, status: int = 200, refusal: str | None = None
) -> Response:
    return code_page(
        "accounts/mail_code.html",
        proof,
        form,
        status=status,
        refusal=refusal,
        masked=codes.masked(proof.user.mail),
        wait=codes.seconds_to_wait(proof),
    )


def code_page(
    template: str,
    proof: Proof,
    form: AppCodeForm | MailCodeForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    masked: str | None = None,
    wait: int = 0,
) -> Response:
    """A page with a field for a code; what was typed does not come back, and a refusal stands at the field."""
    form.code.data = ""
    if refusal:
        form.code.errors = [refusal]
    form.remember.label.text = _(
        "Do not ask for MFA in this browser for %(hours)s hours", hours=settings().exemption_hours
    )
    return answers.page(
        template,
        status=status,
        form=form,
        can_remember=may_be_remembered(proof),
        login_url=here().login,
        masked=masked,
        wait=wait,
    )
