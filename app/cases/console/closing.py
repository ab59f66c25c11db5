"""Closing a resolved case that its customer does not answer, where the service allows it (T11)."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries
from app.cases.actions.closing import close_unconfirmed
from app.cases.actions.guarding import past_guard
from app.cases.console import routes
from app.cases.console.case import show_case
from app.cases.desk_forms import ClosingForm
from app.cases.guard.outgoing import Outgoing, Stopped
from app.cases.models import Case
from app.cases.views import refused_text
from app.extensions import db
from app.i18n import _
from app.web import answers
from app.web.gate import actor


@routes.get("/cases/<number>/unconfirmed-closure")
@requires(Permission.CONSOLE_CASE_UPDATE)
def ask_closing_reason(number: str) -> Response:
    """The question for the reason."""
    case = queries.get_for(db.session, actor(), number)
    if not _may_close(case):
        return show_case(case, status=409, refusal=refused_text(case))
    return _show(case, ClosingForm(formdata=None))


@routes.post("/cases/<number>/unconfirmed-closure")
@requires(Permission.CONSOLE_CASE_UPDATE)
def close_without_answer(number: str) -> Response:
    """Close the case; its customer reads the reason (DESK-10)."""
    case, form = queries.get_for(db.session, actor(), number), ClosingForm()
    if not _may_close(case):
        return show_case(case, status=409, refusal=refused_text(case))
    if not form.validate():
        return _show(case, form, status=422)
    reason = form.reason.data or ""

    def close() -> Case:
        close_unconfirmed(db.session, case, actor=actor(), reason=reason)
        return case

    outgoing = Outgoing(holder_id=case.customer_number.holder_id, case_id=case.id, body=reason)
    try:
        past_guard(db.session, outgoing, actor=actor(), confirmed=form.confirmed.data or "", act=close)
    except Stopped as stop:
        form.stopped = stop
        return _show(case, form, status=422)
    flash(_("The case is closed."), "success")
    return answers.see_other(url_for(".show", number=case.number))


def _may_close(case: Case) -> bool:
    return policy.can_close_unconfirmed(actor(), case, queries.settings_of(db.session, case.service_id))


def _show(case: Case, form: ClosingForm, *, status: int = 200) -> Response:
    return answers.page("cases/console/closing.html", status=status, case=case, form=form)
