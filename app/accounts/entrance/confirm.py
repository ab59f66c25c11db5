"""A fresh proof before a sensitive act: password, and code if the account asks for one (SEC-10).

The act's form waits on the server, without its secrets, and is posted by one click when the proof is given, so
nothing that was typed is lost. The session then goes on under a new identifier (SEC-20).
"""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

from app import clock
from app.accounts import events, proofs, queries, sign_in, tries
from app.accounts.entrance import routes
from app.accounts.entrance.place import here, trail
from app.accounts.entrance.second_step import complete
from app.accounts.entrance.sign_in import charge_network, known_browser, settings, too_many
from app.accounts.forms.codes import ConfirmForm
from app.accounts.history import note
from app.accounts.methods import methods_of
from app.accounts.models import Proof, TryKind, User
from app.accounts.session import current_row
from app.authz import Forbidden, NotFound, Permission, requires
from app.extensions import db
from app.i18n import _
from app.throttle import refund
from app.web import answers, cookies
from app.web.gate import actor
from app.web.redirects import own_path
from app.web.transaction import keep_writes, split
from app.web.turns import takes_turns

FRESH_FOR = timedelta(minutes=10)
LONGEST_FORM = 50


class ProofDue(Exception):
    """The last full proof is too old for this act; the person is asked again and the form is kept."""

    def __init__(self, fields: list[list[str]]) -> None:
        super().__init__()
        self.fields = fields


def demand_fresh(*names: str) -> None:
    """Ask for a fresh proof before a sensitive act; to be called after validation and before any write.

    :param names: the posted fields to keep until the proof is given, none of them secret.
    :raises ProofDue: if the last full proof of this session is not younger than ten minutes.
    """
    if timedelta() <= clock.now() - current_row().proved_at < FRESH_FOR:
        return
    raise ProofDue([[name, value] for name in names for value in request.form.getlist(name)][:LONGEST_FORM])


def ask_for_proof(due: ProofDue) -> Response:
    """Keep the form and lead to the page that asks for the password."""
    db.session.rollback()
    user = queries.own_user(db.session, actor())
    _proof, token = proofs.begin_confirmation(
        db.session,
        user,
        row=current_row(),
        door=here().door.name,
        following=own_path(request.path, under=here().home, otherwise=here().home),
        form=due.fields,
    )
    cookies.give(proofs.COOKIE, token)
    return answers.see_other(f"{here().base}/confirm")


@routes.get("/confirm")
@requires(Permission.OWN_ACCOUNT)
def confirm() -> Response:
    """The question for the own password."""
    _under_way()
    return _page(ConfirmForm(formdata=None))


@routes.post("/confirm")
@requires(Permission.OWN_ACCOUNT)
@takes_turns
def take_confirm() -> Response:
    """Check the password like a sign-in, with the same count of failures, then ask for the code if one is due."""
    proof, form = _under_way(), ConfirmForm()
    if not form.validate():
        return _page(form, status=422)
    charged = charge_network()
    if charged is None:
        return _page(form, status=429, refusal=too_many())
    if not check_own_password(proof.user, form.password.data or ""):
        keep_writes()
        return _page(form, status=422, refusal=wrong_password())
    refund(db.session, charged)
    proof.password_proved_at = clock.now()
    if proof.user.needs_code and methods_of(db.session, proof.user, settings()):
        return answers.see_other(f"{here().login}/method")
    return complete(proof)


@routes.get("/confirm/continue")
@requires(Permission.OWN_ACCOUNT)
def go_on() -> Response:
    """The form that waited, ready to be sent by one click."""
    proof = proofs.find_confirmed(db.session, request.cookies.get(proofs.COOKIE, ""), row=current_row())
    if proof is None:
        return answers.see_other(here().home)
    return answers.page("accounts/confirmed.html", layout=here().layout, action=proof.next, fields=proof.form)


def check_own_password(user: User, password: str) -> bool:
    """Check a signed-in person's password; a wrong one counts like a failed sign-in (PW-07, C36).

    The transaction ends in between, so the caller has not written anything yet.

    :raises Forbidden: if the session has ended meanwhile.
    """
    subject = sign_in.subject_of(user, settings(), known_browser())
    charged, stored = tries.charge(db.session, TryKind.PASSWORD, subject), user.password_hash
    split()
    is_right = current_app.extensions["vault"].matches(stored, password) and not charged.is_barred
    # While nothing was held, somebody may have set another password, or ended this very session.
    db.session.refresh(user)
    db.session.refresh(current_row())
    if current_row().ended_at is not None:
        raise Forbidden
    if is_right and user.password_hash == stored:
        tries.clear(db.session, charged.kind, charged.subject)
        return True
    happened = events.SignInFailed(here().door.name)
    note(db.session, actor=actor(), user=user, happened=happened, trail=trail())
    sign_in.tell_of_lock(db.session, user, actor(), charged, trail())
    return False


def wrong_password() -> str:
    """The message for a wrong own password; like M-01 it names the rule."""
    return _("The password is not correct. After 5 failures in a row, it is blocked for 20 minutes.")


def _under_way() -> Proof:
    proof = proofs.find(db.session, request.cookies.get(proofs.COOKIE, ""), door=here().door.name)
    if proof is None or proof.session_id != current_row().id:
        raise NotFound
    return proof


def _page(form: ConfirmForm, *, status: int = 200, refusal: str | None = None) -> Response:
    return answers.page(
        "accounts/confirm.html", status=status, layout=here().layout, form=form, refusal=refusal
    )
