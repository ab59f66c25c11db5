"""Opening cases for many customer numbers at once: form, preview, order to the worker, progress (D07)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import batch_jobs, batches, queries
from app.cases.actions import batches as actions
from app.cases.actions.parenting import parent_fault
from app.cases.batch_forms import ManyForm
from app.cases.categories import Category
from app.cases.console import routes
from app.cases.console.parents import fault_text
from app.cases.guard.outgoing import Stopped, stop_of
from app.cases.models import Case, CaseBatch
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber, Service
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _
from app.lists.paging import load_page, page_number
from app.web import answers, once
from app.web.background import in_background
from app.web.gate import actor
from app.web.incoming import takes_uploads

PAGE_SIZE = 50
NAMED_AT_MOST = 20
LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a valid form says: the numbers' rows, and the parent if one is named."""

    numbers: Sequence[CustomerNumber]
    parent: Case | None


@routes.get("/cases/new/many")
@requires(Permission.CONSOLE_CASE_CREATE)
def new_many() -> Response:
    """Ask for the service; with one, show the form."""
    services = contracts.services_of(db.session, actor())
    slug = request.args.get("service", services[0].slug if len(services) == 1 else "")
    if not slug:
        recent = batches.own_batches(db.session, actor())
        return answers.page("cases/console/many_service.html", services=services, recent=recent)
    service = _service(slug)
    return _show(service, _form(service))


@routes.post("/cases/new/many")
@requires(Permission.CONSOLE_CASE_CREATE)
@takes_uploads(LARGEST_FORM)
def preview_many() -> Response:
    """Show for whom cases would be opened, and with what; nothing is opened yet."""
    form = _posted()
    service = _service(request.args.get("service", ""))
    _offer(form, service)
    if request.form.get("again"):
        return _show(service, form)
    checked = _check(form, service)
    if checked is None:
        return _show(service, form, status=422)
    return _show_preview(service, form, checked)


def _show_preview(service: Service, form: ManyForm, checked: _Checked, *, status: int = 200) -> Response:
    form.prepare()
    form.stopped = stop_of(db.session, actions.to_many(_text(form), form.taken_uploads()))
    return answers.page(
        "cases/console/many_preview.html",
        status=status,
        service=service,
        form=form,
        numbers=checked.numbers,
        parent=checked.parent,
        category=Category(form.category.data),
    )


@routes.post("/cases/new/many/confirmation")
@requires(Permission.CONSOLE_CASE_CREATE)
def open_many() -> Response:
    """Hand the cases to the worker; a second click leads to the same batch."""
    service = _service(request.args.get("service", ""))
    form = _form(service)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _open(service, form),
            done=answers.see_other,
            refuse=lambda message: _show(service, form, status=422, refusal=message),
        )
    except _Refused:
        return _show(service, form, status=422)
    except Stopped:
        once.renew(form)
        checked = _check(form, service)
        if checked is None:
            return _show(service, form, status=422)
        return _show_preview(service, form, checked, status=422)


@routes.get("/cases/batches/<token>")
@requires(Permission.CONSOLE_CASE_CREATE)
def show_batch(token: str) -> Response:
    """How far one's own batch has come, and what became of each number."""
    return _show_batch(batches.batch_for(db.session, actor(), token))


@routes.get("/cases/batches/<token>/progress")
@requires(Permission.CONSOLE_CASE_CREATE)
@in_background
def batch_progress(token: str) -> Response:
    """The same for the page that asks by itself; no use of the session (SEC-21)."""
    return _show_batch(batches.batch_for(db.session, actor(), token))


class _Refused(Exception):
    """A field does not hold; the form says which."""


def _open(service: Service, form: ManyForm) -> str:
    checked = _check(form, service)
    if checked is None:
        raise _Refused
    batch = actions.open_batch(
        db.session,
        actor=actor(),
        service=service,
        numbers=checked.numbers,
        text=_text(form),
        parent=checked.parent,
        uploads=form.taken_uploads(),
        confirmed=form.confirmed.data or "",
    )
    flash(_("The cases are being opened. You can leave this page."), "success")
    batch_jobs.wake(current_app)
    return url_for(".show_batch", token=batch.token)


def _text(form: ManyForm) -> actions.BatchText:
    return actions.BatchText(
        category=Category(form.category.data),
        subject=form.subject.data or "",
        body=form.details.data or "",
        html=form.rich(),
    )


def _check(form: ManyForm, service: Service) -> _Checked | None:
    """Look at all fields, so that all that is wrong is said at once."""
    holds = form.validate()
    numbers = _checked_numbers(form, service)
    parent = _checked_parent(form, service)
    if not holds or form.numbers.errors or form.parent.errors:
        return None
    return _Checked(numbers, parent)


def _checked_numbers(form: ManyForm, service: Service) -> Sequence[CustomerNumber]:
    if form.numbers.errors:
        return ()
    wanted = form.wanted()
    if not wanted:
        form.numbers.errors = [_("Enter or choose at least one customer number.")]
        return ()
    if len(wanted) > actions.MOST:
        form.numbers.errors = [_("At most %(most)s customer numbers at once.", most=actions.MOST)]
        return ()
    found = batches.numbers_for(db.session, actor(), service, wanted)
    unknown = [number for number in wanted if number not in found]
    if unknown:
        named = ", ".join(number[:LONGEST_SHOWN] for number in unknown[:NAMED_AT_MOST])
        form.numbers.errors = [_("These are no customer numbers of this service: %(numbers)s", numbers=named)]
    return list(found.values())


def _checked_parent(form: ManyForm, service: Service) -> Case | None:
    if not form.parent.data or form.parent.errors:
        return None
    found = queries.by_typed_number(db.session, actor(), form.parent.data)
    if not found:
        form.parent.errors = [_("There is no such case in your services.")]
        return None
    fault = parent_fault(found[0], service.id)
    if fault is not None:
        form.parent.errors = [fault_text(fault)]
    return found[0]


def _service(slug: str) -> Service:
    services = contracts.services_of(db.session, actor())
    service = next((one for one in services if one.slug == slug), None)
    if service is None:
        raise NotFound
    return service


def _posted() -> ManyForm:
    form = ManyForm()
    take_files(form)
    return form


def _form(service: Service) -> ManyForm:
    form = ManyForm()
    _offer(form, service)
    return form


def _offer(form: ManyForm, service: Service) -> None:
    form.offer(
        queries.categories_of(db.session, service.id),
        batches.offered_numbers(db.session, actor(), service),
    )


def _show(service: Service, form: ManyForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    return answers.page("cases/console/many.html", status=status, service=service, form=form, refusal=refusal)


def _show_batch(batch: CaseBatch) -> Response:
    progress = batches.progress_of(db.session, batch)
    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=progress.total,
        rows=lambda limit, offset: batches.items_of(db.session, batch, limit=limit, offset=offset),
        url=lambda number: url_for(".show_batch", token=batch.token, page=number if number > 1 else None),
    )
    return answers.page(
        "cases/console/batch.html",
        part="cases/console/batch_progress.html",
        batch=batch,
        progress=progress,
        page=page,
        faults=_fault_texts(),
    )


def _fault_texts() -> dict[str, str]:
    return {
        actions.ItemFault.FORBIDDEN.value: _("You may not open cases for this number any more."),
        actions.ItemFault.CATEGORY.value: _("The service does not use this category any more."),
        actions.ItemFault.PARENT.value: _("The parent case is not open any more."),
        actions.ItemFault.FAULT.value: _("The case could not be opened. Please open it by hand."),
    }
