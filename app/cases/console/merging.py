"""Merging a duplicate into the case that goes on, and undoing it in time."""

from flask import flash
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries, views
from app.cases.actions import merging
from app.cases.console import routes
from app.cases.console.case import done, show_case
from app.cases.console.linking import typed_case
from app.cases.forms import CaseNumberForm
from app.extensions import db
from app.i18n import _
from app.web.gate import actor


@routes.post("/cases/<number>/merger")
@requires(Permission.CONSOLE_CASE_UPDATE)
def merge(number: str) -> Response:
    """Let this case go on in another one of the same customer number."""
    case = queries.get_for(db.session, actor(), number)
    form = CaseNumberForm(prefix="merge")
    if not policy.can_merge(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    into = typed_case(form) if form.validate() else None
    if into is None:
        return show_case(case, status=422, merge_form=form)
    try:
        merging.merge(db.session, case, actor=actor(), into=into)
    except merging.MergeRefused as refusal:
        form.number.errors = [_fault_text(refusal.fault)]
        return show_case(case, status=422, merge_form=form)
    flash(_("This case was merged into %(number)s.", number=into.number), "success")
    return done(case)


@routes.post("/cases/<number>/merger/undoing")
@requires(Permission.CONSOLE_CASE_UPDATE)
def undo_merge(number: str) -> Response:
    """Undo a merge of which the customer has not been told yet."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_undo_merge(actor(), case):
        return show_case(case, status=409, refusal=_("This case is not merged."))
    try:
        merging.undo_merge(db.session, case, actor=actor())
    except merging.TooLate:
        return show_case(
            case,
            status=409,
            refusal=_("The customer has already been told of the merge; it cannot be undone any more."),
        )
    flash(_("The merge was undone."), "success")
    return done(case)


def _fault_text(fault: merging.MergeFault) -> str:
    return {
        merging.MergeFault.SAME: _("This is the case itself."),
        merging.MergeFault.OTHER_CUSTOMER: _("Only cases of the same customer number can be merged."),
        merging.MergeFault.CLOSED: _("A closed case cannot be merged."),
        merging.MergeFault.MERGED: _("This case is merged into another one already."),
        merging.MergeFault.TARGET_CLOSED: _("That case is closed. Choose an open one."),
        merging.MergeFault.TARGET_MERGED: _(
            "That case was merged itself. Choose the one in which it goes on."
        ),
        merging.MergeFault.HAS_CHILDREN: _("This case has child cases. Take them out first."),
    }[fault]
