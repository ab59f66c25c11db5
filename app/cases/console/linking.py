"""Links between cases: made by a typed number, taken away again."""

from flask import flash
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries, relations, views
from app.cases.actions import linking
from app.cases.console import routes
from app.cases.console.case import done, show_case
from app.cases.forms import CaseNumberForm, LinkForm
from app.cases.models import Case, LinkKind
from app.extensions import db
from app.i18n import _
from app.web.gate import actor


@routes.post("/cases/<number>/links")
@requires(Permission.CONSOLE_CASE_UPDATE)
def link(number: str) -> Response:
    """Link another case within reach to this one."""
    case = queries.get_for(db.session, actor(), number)
    form = LinkForm(prefix="link")
    if not policy.can_relate(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    other = typed_case(form) if form.validate() else None
    if other is None:
        return show_case(case, status=422, link_form=form)
    try:
        linking.link(db.session, case, actor=actor(), other=other, kind=LinkKind(form.kind.data))
    except linking.LinkRefused as refusal:
        form.number.errors = [_fault_text(refusal.fault)]
        return show_case(case, status=422, link_form=form)
    flash(_("%(number)s was linked.", number=other.number), "success")
    return done(case)


@routes.post("/cases/<number>/links/<int(max=9223372036854775807):link_id>/removal")
@requires(Permission.CONSOLE_CASE_UPDATE)
def unlink(number: str, link_id: int) -> Response:
    """Take a link away; the case at its other end stays what it is."""
    case = queries.get_for(db.session, actor(), number)
    found, other = relations.link_for(db.session, actor(), case, link_id)
    if not policy.can_relate(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    linking.unlink(db.session, case, actor=actor(), link=found, other=other)
    flash(_("The link with %(number)s was removed.", number=other.number), "success")
    return done(case)


def typed_case(form: CaseNumberForm) -> Case | None:
    """The case of the typed number; without one, the field says so."""
    found = queries.by_typed_number(db.session, actor(), form.number.data or "")
    if not found:
        form.number.errors = [_("There is no such case in your services.")]
        return None
    return found[0]


def _fault_text(fault: linking.LinkFault) -> str:
    return {
        linking.LinkFault.SAME: _("This is the case itself."),
        linking.LinkFault.LINKED: _("These two cases are linked already."),
    }[fault]
