"""The first administrator of a customer number, and the text of the activation notice (FIRST-02)."""

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts import activation, people, queries
from app.accounts.actions import desk_people
from app.accounts.console import routes
from app.accounts.console.person_page import PERSON
from app.accounts.entrance.confirm import demand_fresh
from app.accounts.forms.desk import NewPersonForm
from app.accounts.login_ids import login_key
from app.authz import NotFound, Permission, requires
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.forms import plain_text, printable
from app.web.gate import actor

# What waits while the administrator proves themselves anew; nothing of it is secret.
FIELDS = ("number", "mail", "login_id", "family_name", "given_name", "language", "mfa_enabled", "form_key")


@routes.get("/people/new")
@requires(Permission.USER_MANAGE)
def new() -> Response:
    """Ask for the customer number; with one, show the form of the person."""
    typed = printable(plain_text(request.args.get("number")))
    if not typed:
        return answers.page("accounts/console/choose_number.html", typed="", error=None)
    number = contracts.number_for(db.session, actor(), typed.upper())
    if number is None:
        error = _("No customer number of your services reads %(typed)s.", typed=typed)
        return answers.page("accounts/console/choose_number.html", status=404, typed=typed, error=error)
    return _show(number, NewPersonForm(formdata=None))


@routes.post("/people/new")
@requires(Permission.USER_MANAGE)
def create() -> Response:
    """Create the person; a second click leads to the same one."""
    number = contracts.number_for(db.session, actor(), request.form.get("number", ""))
    if number is None:
        raise NotFound
    form = NewPersonForm()
    form.suffix = number.service.user_id_suffix
    form.is_taken = is_taken
    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=lambda: _create(number, form),
        done=answers.see_other,
        refuse=lambda message: _show(number, form, status=422, refusal=message),
    )


@routes.get(f"{PERSON}/notice")
@requires(Permission.USER_MANAGE)
def notice(user_id: int) -> Response:
    """The text that tells a person how to begin, in their language and without a password."""
    user = people.get_for(db.session, actor(), user_id)
    return answers.page(
        "accounts/console/notice.html",
        user=user,
        text=activation.notice_for(db.session, user),
        text_language=user.language or current_app.config["SETTINGS"].language,
    )


def is_taken(login_id: str) -> bool:
    """Tell whether somebody has a user ID, in whatever case (CONTACT-05)."""
    return queries.user_by_login(db.session, login_key(login_id)) is not None


def _create(number: CustomerNumber, form: NewPersonForm) -> str:
    # Making an administrator is one of the acts that want a fresh proof (SEC-10).
    demand_fresh(*FIELDS)
    user = desk_people.create_administrator(
        db.session,
        actor=actor(),
        number=number,
        told=desk_people.NewPerson(
            login_id=form.chosen_login_id(),
            mail=form.mail.data or "",
            family_name=form.family_name.data or "",
            given_name=form.given_name.data or "",
            language=form.language.data or None,
        ),
        mfa_enabled=form.mfa_enabled.data,
    )
    flash(_("%(name)s was created.", name=user.display_name), "success")
    return url_for(".notice", user_id=user.id)


def _administrators(number: CustomerNumber) -> list[str]:
    """Who can already look after the users of the number; then the desk need not create another one."""
    users = queries.users_of_number(db.session, number.id)
    return [user.display_name for user in users if user.is_administrator]


def _show(
    number: CustomerNumber, form: NewPersonForm, *, status: int = 200, refusal: str | None = None
) -> Response:
    form.prepare()
    return answers.page(
        "accounts/console/new_person.html",
        status=status,
        customer_number=number,
        service_name=number.service.name_in(current_language()),
        administrators=_administrators(number),
        form=form,
        refusal=refusal,
    )
