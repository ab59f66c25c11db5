"""Editing the fields of a case that customers see; a stale form shows both texts (REL-05)."""

from collections.abc import Callable
from functools import partial

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.authz import Permission, requires
from app.cases import actions, policy, queries
from app.cases.actions import guarding
from app.cases.categories import Category
from app.cases.console import routes
from app.cases.console.case import show_case
from app.cases.forms import DetailsForm, chosen_user
from app.cases.guard.outgoing import Outgoing, Stopped
from app.cases.models import Case
from app.cases.views import refused_text
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.get("/cases/<number>/details")
@requires(Permission.CONSOLE_CASE_UPDATE)
def details(number: str) -> Response:
    """The form of the shown fields."""
    case = queries.get_for(db.session, actor(), number)
    form = _form(case)
    form.fill(case)
    return _show(case, form)


@routes.post("/cases/<number>/details")
@requires(Permission.CONSOLE_CASE_UPDATE)
def save_details(number: str) -> Response:
    """Save the shown fields, unless somebody else edited them since the form was made."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_edit(actor(), case):
        return show_case(case, status=409, refusal=refused_text(case))
    form = _form(case)
    if not form.validate():
        return _show(case, form, status=422)
    users = accounts.users_of_number(db.session, case.customer_number_id)
    edit = partial(
        actions.edit_details,
        db.session,
        case,
        actor=actor(),
        version=form.version_number(),
        subject=form.subject.data,
        category=Category(form.category.data),
        contact=chosen_user(users, form.contact.data),
    )
    try:
        _save(case, form, edit)
    except Stopped as stop:
        form.stopped = stop
        return _show(case, form, status=422)
    except actions.StaleEdit:
        # The form now carries today's version: whoever has read both texts may save over the other one.
        form.version.data = str(case.version)
        return _show(case, form, status=409, is_stale=True)
    flash(_("The case details were saved."), "success")
    return answers.see_other(url_for(".show", number=case.number))


def _save(case: Case, form: DetailsForm, edit: Callable[[], None]) -> None:
    """Save; a subject that says something new to the customer passes the guard first."""

    def act() -> Case:
        edit()
        return case

    if (form.subject.data or None) == case.subject:
        act()
        return
    outgoing = Outgoing(
        holder_id=case.customer_number.holder_id, case_id=case.id, body=form.subject.data or ""
    )
    confirmed = form.confirmed.data or ""
    guarding.past_guard(db.session, outgoing, actor=actor(), confirmed=confirmed, act=act)


def _form(case: Case) -> DetailsForm:
    form = DetailsForm()
    categories = queries.categories_of(db.session, case.service_id)
    form.offer(categories, accounts.users_of_number(db.session, case.customer_number_id))
    return form


def _show(case: Case, form: DetailsForm, *, status: int = 200, is_stale: bool = False) -> Response:
    return answers.page(
        "cases/console/details.html",
        status=status,
        case=case,
        form=form,
        is_stale=is_stale,
    )
