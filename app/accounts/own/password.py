"""The own password (S30): a dialog of the profile, and a page of its own for what a dialog cannot do."""

from http import HTTPStatus

from flask import current_app, flash, request
from werkzeug.wrappers import Response

from app import throttle
from app.accounts import queries
from app.accounts import session as sessions
from app.accounts.actions import passwords as actions
from app.accounts.entrance.confirm import ProofDue, check_own_password, demand_fresh, wrong_password
from app.accounts.entrance.place import here, trail
from app.accounts.entrance.sign_in import RETRY_AFTER_SECONDS, charge_network, settings, too_many
from app.accounts.forms.new_password import ChangePasswordForm
from app.accounts.models import User
from app.accounts.new_password import asked_of, shown_to
from app.accounts.own import routes
from app.authz import Permission, requires
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor
from app.web.transaction import keep_writes, split
from app.web.turns import takes_turns

FIELDS = ("current", "password", "again")


@routes.get("/profile/password")
@requires(Permission.OWN_ACCOUNT)
def password() -> Response:
    """The form; whoever owes a code is asked for it first, so that nothing is typed in vain (SEC-10)."""
    user = queries.own_user(db.session, actor())
    return _page(ChangePasswordForm(shown_to(user, settings()), formdata=None), is_due=_owes_proof(user))


@routes.post("/profile/password")
@requires(Permission.OWN_ACCOUNT)
@takes_turns
def change_password() -> Response:
    """Change the password, if the current one is right and the new one keeps the rules (PW-06, PW-07)."""
    user = queries.own_user(db.session, actor())
    if not any(name in request.form for name in FIELDS):
        # From the page that asks for a fresh proof first, and once more when the proof is given.
        _demand_proof(user)
        return answers.see_other(f"{here().base}/profile/password")
    form = ChangePasswordForm(asked_of(db.session, user, settings()))
    if not form.validate():
        return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _demand_proof(user)
    charged = charge_network()
    if charged is None:
        return _slowed_down(form)
    if not check_own_password(user, form.current.data or ""):
        # A failed try is a fact of its own, although the answer is a refusal.
        keep_writes()
        form.current.errors = [wrong_password()]
        return _page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    throttle.refund(db.session, charged)
    return _change(user, form)


def dialog_form(user: User) -> ChangePasswordForm | None:
    """The form for the dialog of the profile, unless a code is owed first: then the link leads to the page (PW-07)."""
    return None if _owes_proof(user) else ChangePasswordForm(shown_to(user, settings()), formdata=None)


def _change(user: User, form: ChangePasswordForm) -> Response:
    split()
    hashed = form.hashed_by(current_app.extensions["vault"])
    row = sessions.current_row()
    actions.change_own(db.session, actor=actor(), user=user, password_hash=hashed, keep=row, trail=trail())
    sessions.renew(row)
    flash(_("Your password was changed."), "success")
    return answers.see_other(f"{here().base}/profile")


def _demand_proof(user: User) -> None:
    # The current password proves itself in this very form; a code it cannot replace.
    if user.needs_code:
        demand_fresh()


def _owes_proof(user: User) -> bool:
    try:
        _demand_proof(user)
    except ProofDue:
        return True
    return False


def _slowed_down(form: ChangePasswordForm) -> Response:
    form.current.errors = [too_many()]
    answer = _page(form, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return answer


def _page(form: ChangePasswordForm, *, status: int = 200, is_due: bool = False) -> Response:
    return answers.page(
        "accounts/own/password.html",
        status=status,
        layout=here().layout,
        form=form,
        is_due=is_due,
        profile_url=f"{here().base}/profile",
    )
