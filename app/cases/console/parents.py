"""A case above many: its parent set or cleared, and one text to all its children at once."""

from collections.abc import Sequence

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries, relations, views
from app.cases.actions import parenting
from app.cases.console import routes
from app.cases.console.case import done, show_case
from app.cases.console.linking import typed_case
from app.cases.forms import CaseNumberForm, ChildrenForm
from app.cases.guard.outgoing import Stopped, stop_of
from app.cases.models import Case
from app.cases.relations import Relative
from app.extensions import db
from app.i18n import _, ngettext
from app.web import answers, once
from app.web.gate import actor


@routes.post("/cases/<number>/parent")
@requires(Permission.CONSOLE_CASE_UPDATE)
def set_parent(number: str) -> Response:
    """Put this case under another one of the same service."""
    case = queries.get_for(db.session, actor(), number)
    form = CaseNumberForm(prefix="parent")
    if not policy.can_parent(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    parent = typed_case(form) if form.validate() else None
    if parent is None:
        return show_case(case, status=422, parent_form=form)
    try:
        parenting.set_parent(db.session, case, actor=actor(), parent=parent)
    except parenting.ParentRefused as refusal:
        form.number.errors = [fault_text(refusal.fault)]
        return show_case(case, status=422, parent_form=form)
    flash(_("%(number)s is now the parent of this case.", number=parent.number), "success")
    return done(case)


@routes.post("/cases/<number>/parent/removal")
@requires(Permission.CONSOLE_CASE_UPDATE)
def clear_parent(number: str) -> Response:
    """Take this case out from under its parent."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_parent(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    parenting.clear_parent(db.session, case, actor=actor())
    flash(_("This case has no parent any more."), "success")
    return done(case)


@routes.post("/cases/<number>/children/comments")
@requires(Permission.CONSOLE_CASE_UPDATE)
def preview_to_children(number: str) -> Response:
    """Show whom a text to the children would reach, before anything is sent."""
    case = queries.get_for(db.session, actor(), number)
    form = ChildrenForm(prefix="children")
    if not policy.can_parent(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    if not form.validate():
        return show_case(case, status=422, children_form=form)
    return _preview(case, form)


@routes.post("/cases/<number>/children/comments/confirmation")
@requires(Permission.CONSOLE_CASE_UPDATE)
def tell_children(number: str) -> Response:
    """Send the text to the children shown, up to a hundred at once, all or none."""
    case = queries.get_for(db.session, actor(), number)
    form = ChildrenForm(prefix="children")
    if not policy.can_parent(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _tell(case, form),
            done=lambda location: _told(case, form, location),
            refuse=lambda message: _preview(case, form, status=422, refusal=message),
        )
    except Stopped:
        once.renew(form)
        return _preview(case, form, status=422, refusal=views.stopped_text())
    except _ChildrenChanged:
        text = _("The child cases changed in the meantime. Nothing was sent; check the list and send again.")
        return _preview(case, form, status=409, refusal=text)


class _ChildrenChanged(Exception):
    """The children are no longer those that were shown before the confirmation."""


def _tell(case: Case, form: ChildrenForm) -> str:
    body = form.body.data or ""
    children, _total = _untold(case, body)
    if form.shown.data != _numbers(children):
        raise _ChildrenChanged
    rows = relations.rows_of(db.session, actor(), children)
    parenting.tell_children(
        db.session,
        case,
        actor=actor(),
        children=rows,
        body=body,
        html=form.rich(),
        confirmed=form.confirmed.data or "",
    )
    told = ngettext(
        "The message was sent to %(num)s child case.",
        "The message was sent to %(num)s child cases.",
        len(children),
    )
    flash(told, "success")
    return url_for(".show", number=case.number)


def _told(case: Case, form: ChildrenForm, location: str) -> Response:
    """Where more children wait than go at once, their turn comes next; else back to the case."""
    if _untold(case, form.body.data or "")[1]:
        once.renew(form)
        return _preview(case, form)
    return answers.see_other(location)


def _preview(case: Case, form: ChildrenForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    children, total = _untold(case, form.body.data or "")
    form.shown.data = _numbers(children)
    form.stopped = stop_of(db.session, parenting.to_children(case, form.body.data or "", form.rich()))
    return answers.page(
        "cases/console/children.html",
        status=status,
        case=case,
        form=form,
        children=children,
        total=total,
        refusal=refusal,
    )


def _untold(case: Case, body: str) -> tuple[Sequence[Relative], int]:
    return relations.untold_children(db.session, actor(), case, body, limit=parenting.TOLD_AT_ONCE)


def _numbers(children: Sequence[Relative]) -> str:
    return " ".join(child.number for child in children)


def fault_text(fault: parenting.ParentFault) -> str:
    """Why a case cannot be the parent, in words."""
    return {
        parenting.ParentFault.SAME: _("This is the case itself."),
        parenting.ParentFault.OTHER_SERVICE: _("A parent is a case of the same service."),
        parenting.ParentFault.NOT_OPEN: _("That case is closed or merged. Choose an open one."),
        parenting.ParentFault.IS_CHILD: _("That case is a child of another one itself."),
        parenting.ParentFault.HAS_CHILDREN: _("This case has child cases itself. Take them out first."),
    }[fault]
