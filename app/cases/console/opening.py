"""Opening a case from the desk: first the customer number, then the case (DESK-06)."""

from functools import partial

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.authz import NotFound, Permission, requires
from app.cases import actions, queries
from app.cases.actions import guarding
from app.cases.categories import Category
from app.cases.console import routes
from app.cases.forms import OpenCaseForm, chosen_user
from app.cases.guard.outgoing import Outgoing, Stopped
from app.cases.views import stopped_text
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _
from app.web import answers, once
from app.web.forms import plain_text, printable
from app.web.gate import actor
from app.web.incoming import takes_uploads


@routes.get("/cases/new")
@requires(Permission.CONSOLE_CASE_CREATE)
def new() -> Response:
    """Ask for the customer number; with one, show the form of the case (D07)."""
    typed = printable(plain_text(request.args.get("number")))
    if not typed:
        return answers.page("cases/console/choose_number.html", typed="", error=None)
    number = contracts.number_for(db.session, actor(), typed.upper())
    if number is None:
        error = _("No customer number of your services reads %(typed)s.", typed=typed)
        return answers.page("cases/console/choose_number.html", status=404, typed=typed, error=error)
    return _show(number, _form(number))


@routes.post("/cases/new")
@requires(Permission.CONSOLE_CASE_CREATE)
@takes_uploads(LARGEST_FORM)
def open_one() -> Response:
    """Open the case; a second click leads to the same one."""
    number = contracts.number_for(db.session, actor(), request.args.get("number", ""))
    if number is None:
        raise NotFound
    form = _form(number)
    take_files(form)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _open(number, form),
            done=answers.see_other,
            refuse=lambda message: _show(number, form, status=422, refusal=message),
        )
    except Stopped as stop:
        form.stopped = stop
        return _show(number, form, status=422, refusal=stopped_text())


def _open(number: CustomerNumber, form: OpenCaseForm) -> str:
    users = accounts.users_of_number(db.session, number.id)
    uploads = form.taken_uploads()
    outgoing = Outgoing(
        holder_id=number.holder_id,
        body=f"{form.subject.data}\n{form.details.data or ''}",
        html=form.rich(),
        file_names=[upload.name for upload in uploads],
    )
    opening = partial(
        actions.open_case,
        db.session,
        actor=actor(),
        number=number,
        category=Category(form.category.data),
        subject=form.subject.data,
        details=form.details.data or "",
        html=form.rich(),
        contact=chosen_user(users, form.contact.data),
        uploads=uploads,
    )
    case = guarding.past_guard(
        db.session, outgoing, actor=actor(), confirmed=form.confirmed.data or "", act=opening
    )
    flash(_("Case %(number)s was opened.", number=case.number), "success")
    return url_for(".show", number=case.number)


def _form(number: CustomerNumber) -> OpenCaseForm:
    form = OpenCaseForm()
    categories = queries.categories_of(db.session, number.service_id)
    form.offer(categories, accounts.users_of_number(db.session, number.id))
    return form


def _show(
    number: CustomerNumber,
    form: OpenCaseForm,
    *,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    form.prepare()
    return answers.page(
        "cases/console/open.html",
        status=status,
        customer_number=number,
        form=form,
        refusal=refusal,
    )
