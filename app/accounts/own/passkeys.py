"""The own passkeys: listed, added, removed (MFA-17)."""

import structlog
from flask import current_app, flash
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.entrance.place import here
from app.accounts.forms.passkeys import PasskeyForm
from app.accounts.models import User
from app.accounts.own import routes
from app.accounts.passkeys import enrolment
from app.accounts.passkeys.ceremony import PasskeyRefused
from app.accounts.passkeys.party import relying_party
from app.accounts.session import current_row
from app.authz import Permission, requires
from app.config import Settings
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor

log = structlog.get_logger(__name__)


@routes.get("/profile/passkeys")
@requires(Permission.OWN_ACCOUNT)
def passkeys() -> Response:
    """The list: name, when added, when last used."""
    return _list(_user())


@routes.get("/profile/passkeys/new")
@requires(Permission.OWN_ACCOUNT)
def new_passkey() -> Response:
    """The form for the name; the authenticator is asked when it is sent."""
    return _form(_user(), PasskeyForm(formdata=None))


@routes.post("/profile/passkeys/new")
@requires(Permission.OWN_ACCOUNT)
def add_passkey() -> Response:
    """Check what the authenticator answered and add the passkey; a wrong answer leaves all as it was."""
    user, form = _user(), PasskeyForm()
    if not form.validate():
        # What is wrong with the name stands there; a person cannot spoil the fields that are not shown.
        return _form(user, form, status=422, refusal=None if form.name.errors else _not_added())
    demand_fresh("name", "challenge", "answer")
    try:
        enrolment.add(
            db.session,
            actor=actor(),
            user=user,
            row=current_row(),
            name=form.name.data or "",
            answer=form.answer.data or "",
            sealed=form.challenge.data or "",
            settings=_settings(),
        )
    except enrolment.TooManyPasskeys:
        return _list(user, status=409)
    except enrolment.PasskeyKnown:
        return _form(user, form, status=422, refusal=_("This passkey is registered already."))
    except PasskeyRefused as refused:
        log.info("passkey.not_added", user=user.id, reason=str(refused))
        return _form(user, form, status=422, refusal=_not_added())
    flash(
        _("The passkey was added. From now on you are asked for a second proof when you log in."), "success"
    )
    return answers.see_other(f"{here().base}/profile/passkeys")


@routes.post("/profile/passkeys/<int(max=9223372036854775807):passkey_id>/removal")
@requires(Permission.OWN_ACCOUNT)
def remove_passkey(passkey_id: int) -> Response:
    """Remove one of the own passkeys; an agent keeps at least one factor (DESK-01)."""
    user = _user()
    passkey = enrolment.passkey_of(db.session, user, passkey_id)
    demand_fresh()
    try:
        enrolment.remove(db.session, actor=actor(), user=user, passkey=passkey, row=current_row())
    except enrolment.LastFactor:
        return _list(user, status=409)
    flash(_("The passkey was removed."), "success")
    return answers.see_other(f"{here().base}/profile/passkeys")


def _not_added() -> str:
    return _("The passkey was not added. Please try again.")


def _user() -> User:
    return queries.own_user(db.session, actor())


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _list(user: User, *, status: int = 200) -> Response:
    rows = enrolment.passkeys_of(db.session, user)
    return answers.page(
        "accounts/own/passkeys.html",
        status=status,
        layout=here().layout,
        base=here().base,
        passkeys=rows,
        most=enrolment.MOST_PASSKEYS,
        is_last_factor=enrolment.is_last_factor(db.session, user),
        party=relying_party(_settings()),
    )


def _form(user: User, form: PasskeyForm, *, status: int = 200, refusal: str | None = None) -> Response:
    """The form with a fresh challenge; one that was answered, or not in time, is no good any more."""
    row = current_row()
    form.challenge.data, form.answer.data = enrolment.challenge(_settings(), user, row), ""
    return answers.page(
        "accounts/own/passkey_new.html",
        status=status,
        layout=here().layout,
        base=here().base,
        form=form,
        refusal=refusal,
        party=relying_party(_settings()),
        options=enrolment.options(db.session, user, row, form.challenge.data, settings=_settings()),
    )
