"""Creating a contact (S34)."""

from flask import flash, g
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.actions import contacts as actions
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.forms.contacts import NewContactForm
from app.accounts.models import USER_ID_LENGTH
from app.accounts.portal import routes
from app.accounts.portal.contacts import address_of, taken, too_many_ids
from app.authz import Permission, requires
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import _
from app.web import answers, once
from app.web.gate import actor
from app.web.transaction import keep_writes


@routes.get("/contacts/new")
@requires(Permission.PORTAL_CONTACT_MANAGE)
def new_contact() -> Response:
    """The form of a new contact."""
    return _show(_form())


@routes.post("/contacts/new")
@requires(Permission.PORTAL_CONTACT_MANAGE)
def create_contact() -> Response:
    """Create the contact; a second click leads to the same one (CONTACT-11, CONTACT-12, REL-04)."""
    form = _form()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _create(form),
            done=answers.see_other,
            refuse=lambda message: _show(form, status=422, refusal=message),
        )
    except actions.LoginIdTaken:
        # The question was asked and counts, although nothing came of it.
        keep_writes()
        form.login_id.errors = [taken()]
        return _show(form, status=422)
    except actions.TooManyIds:
        return _show(form, status=429, refusal=too_many_ids())


def _create(form: NewContactForm) -> str:
    if form.is_administrator.data:
        demand_fresh(*form.data)
    chosen = set(form.numbers.data or ())
    user = actions.create(
        db.session,
        actor=actor(),
        data=form.typed(),
        numbers=[number for number in contracts.numbers_of(db.session, actor()) if number.number in chosen],
        service=g.service,
    )
    flash(
        _(
            "The contact was created. Tell the user the address of this portal and the user ID; "
            "the first password is set through “Forgot your password?”."
        ),
        "success",
    )
    return address_of(user)


def _form() -> NewContactForm:
    form = NewContactForm()
    form.offer(contracts.numbers_of(db.session, actor()))
    return form


def _show(form: NewContactForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    return answers.page(
        "accounts/contacts/new.html",
        status=status,
        form=form,
        holder=queries.own_holder_name(db.session, actor()),
        suffix=g.service.user_id_suffix,
        longest=USER_ID_LENGTH,
        refusal=refusal,
    )
