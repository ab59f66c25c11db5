"""One act on many cases of the list: a preview first, then all of them or none (C13)."""

from collections.abc import Callable, Sequence

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.authz import NotFound, Permission, requires
from app.cases import bulk_history
from app.cases.actions import bulk
from app.cases.actions.bulk import BulkRefused, Fault, Kind, Line, Wanted
from app.cases.bulk_forms import BulkForm, ConfirmedForm, chosen_cases, confirmed_cases
from app.cases.console import routes
from app.cases.lifecycle import transition
from app.extensions import db
from app.i18n import _, ngettext
from app.web import answers, once
from app.web.gate import actor
from app.web.redirects import own_path, this_page

NUMBER = "int(max=9223372036854775807)"
RANGE = f"/cases/bulk/<{NUMBER}:first>-<{NUMBER}:last>"


@routes.context_processor
def bulk_choices() -> dict[str, Callable[[], BulkForm]]:
    """Let the list ask for the choice of acts; made only where it is shown."""
    return {"bulk_form": _first_form}


@routes.post("/cases/bulk")
@requires(Permission.CONSOLE_CASE_UPDATE)
def preview_bulk() -> Response:
    """Show what the act would do to each chosen case; nothing is done yet."""
    form = ConfirmedForm()
    form.offer(accounts.colleagues_of(db.session, actor()))
    form.form_key.data = ""
    chosen = chosen_cases()
    if not form.validate():
        return _show(form, [], status=422, refusal=_("Choose what to do with the selected cases."))
    return _plan(form, chosen)


@routes.post("/cases/bulk/confirmation")
@requires(Permission.CONSOLE_CASE_UPDATE)
def confirm_bulk() -> Response:
    """Do the act to all cases shown, or, if one of them stands against it, to none."""
    form = ConfirmedForm()
    form.offer(accounts.colleagues_of(db.session, actor()))
    wanted = confirmed_cases()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _carry_out(form, wanted),
            done=answers.see_other,
            refuse=lambda message: _plan(form, _afresh(wanted), status=422, refusal=message),
        )
    except _NoteMissing:
        form.note.errors = [_("Enter this field.")]
        return _plan(form, _afresh(wanted), status=422)
    except BulkRefused as refused:
        once.renew(form)
        return _plan(form, _afresh(wanted), status=409, refusal=_nothing_done(refused.lines))


@routes.get(RANGE)
@requires(Permission.CONSOLE_CASE_UPDATE)
def bulk_done(first: int, last: int) -> Response:
    """What an act of one's own did, and the way to take an assignment back for ten minutes."""
    return _show_done(first, last)


@routes.post(f"{RANGE}/undoing")
@requires(Permission.CONSOLE_CASE_UPDATE)
def undo_bulk(first: int, last: int) -> Response:
    """Give the cases of a bulk assignment back to whom they belonged, all or none."""
    assignments = bulk_history.assignments_of(db.session, actor(), first, last)
    if not assignments:
        raise NotFound
    try:
        done = bulk.take_back(db.session, assignments, actor=actor())
    except BulkRefused as refused:
        return _show_done(first, last, status=409, refusal=_nothing_done(refused.lines))
    flash(_("The assignment was undone."), "success")
    return answers.see_other(url_for(".bulk_done", first=done[0], last=done[1]))


def _first_form() -> BulkForm:
    form = BulkForm(formdata=None, back=this_page())
    form.offer(accounts.colleagues_of(db.session, actor()))
    return form


class _NoteMissing(Exception):
    """A note was to be added, and none was written."""


def _carry_out(form: ConfirmedForm, wanted: Sequence[Wanted]) -> str:
    order = form.order(note=form.note.data or "")
    if order.kind is Kind.NOTE and not order.note:
        raise _NoteMissing
    first, last = bulk.carry_out(db.session, wanted, order, actor=actor())
    if last < first:
        flash(_("There was nothing to change."), "info")
        return _back(form)
    told = ngettext("%(num)s case was changed.", "%(num)s cases were changed.", len(wanted))
    flash(told, "success")
    return url_for(".bulk_done", first=first, last=last, back=_back(form))


def _afresh(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The same cases as they are now."""
    return [Wanted(one.number) for one in wanted]


def _plan(
    form: ConfirmedForm, wanted: Sequence[Wanted], *, status: int = 200, refusal: str | None = None
) -> Response:
    if not wanted:
        return _show(form, [], status=422, refusal=_("Select at least one case."))
    if len(wanted) > bulk.MOST:
        text = _("Select at most %(most)s cases at once.", most=bulk.MOST)
        return _show(form, [], status=422, refusal=text)
    try:
        order = form.order()
    except ValueError:
        return _show(form, [], status=422, refusal=_("Choose what to do with the selected cases."))
    lines = bulk.plan(db.session, wanted, order, actor=actor())
    return _show(form, lines, status=status, refusal=refusal)


def _show(
    form: ConfirmedForm, lines: Sequence[Line], *, status: int = 200, refusal: str | None = None
) -> Response:
    form.prepare()
    form.back.data = _back(form)
    return answers.page(
        "cases/console/bulk.html",
        status=status,
        form=form,
        order=form.order() if lines else None,
        lines=lines,
        possible=[line for line in lines if line.fault is None],
        faults=_fault_texts(),
        transition_of=transition,
        refusal=refusal,
    )


def _show_done(first: int, last: int, *, status: int = 200, refusal: str | None = None) -> Response:
    cases = bulk_history.cases_of(db.session, actor(), first, last)
    if not cases:
        raise NotFound
    assignments = bulk_history.assignments_of(db.session, actor(), first, last)
    return answers.page(
        "cases/console/bulk_done.html",
        status=status,
        cases=cases,
        first=first,
        last=last,
        can_undo=bool(assignments) and all(one.stands for one in assignments),
        back=own_path(request.args.get("back"), under="/console/cases/", otherwise=url_for(".index")),
        refusal=refusal,
    )


def _back(form: BulkForm) -> str:
    return own_path(form.back.data, under="/console/cases/", otherwise=url_for(".index"))


def _nothing_done(lines: Sequence[Line]) -> str:
    against = [line for line in lines if line.fault]
    texts = _fault_texts()
    told = "; ".join(f"{line.number}: {texts[line.fault]}" for line in against if line.fault)
    return _("Nothing was changed. What stands against it: %(reasons)s", reasons=told)


def _fault_texts() -> dict[Fault, str]:
    return {
        Fault.GONE: _("There is no such case in your services."),
        Fault.STALE: _("It was changed in the meantime."),
        Fault.MERGED: _("It was merged into another case."),
        Fault.STATE: _("Its state does not allow this."),
        Fault.NOT_OF_SERVICE: _("The assignee does not work for its service."),
        Fault.FORBIDDEN: _("You may not change it."),
    }
