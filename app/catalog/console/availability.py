"""For whom an item is there: all customer numbers that may request, or those that are chosen here (D13)."""

from flask import request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog import editing
from app.catalog.actions import availability as actions
from app.catalog.actions.items import StaleItem
from app.catalog.console import routes
from app.catalog.console.catalog import face_of, saved, service_for
from app.catalog.editing import ItemRow
from app.catalog.forms.editing import AvailabilityForm, number_in
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.lists.paging import page_number
from app.web import answers
from app.web.forms import CONTROLS, plain_text
from app.web.gate import actor

LONGEST_SEARCH = 100


@routes.get("/catalog/<slug>/items/<item>/availability")
@requires(Permission.CATALOG_MANAGE)
def availability(slug: str, item: str) -> Response:
    """Whether all may order the item, the chosen numbers, and a search for further ones."""
    service = service_for(slug)
    return _show(service, editing.item_in_editor(db.session, actor(), service, item))


@routes.post("/catalog/<slug>/items/<item>/availability")
@requires(Permission.CATALOG_MANAGE)
def save_availability(slug: str, item: str) -> Response:
    """Open the item to all that may request, or restrict it to the chosen numbers."""
    service, form = service_for(slug), AvailabilityForm()
    row = editing.item_in_editor(db.session, actor(), service, item)
    if not form.validate():
        return _show(service, row, form=form, status=422)
    try:
        actions.set_restricted(
            db.session,
            row.item,
            actor=actor(),
            is_restricted=form.available.data == "chosen",
            version=number_in(form.version.data),
        )
    except StaleItem:
        return _show(service, row, status=409, is_stale=True)
    return saved(_("The availability was saved."), ".availability", slug=slug, item=item)


@routes.post("/catalog/<slug>/items/<item>/availability/numbers/<number>")
@requires(Permission.CATALOG_MANAGE)
def add_available_number(slug: str, item: str, number: str) -> Response:
    """Choose a customer number."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    found = editing.number_in_service(db.session, actor(), service.id, number)
    actions.add_number(db.session, row.item, actor=actor(), number=found)
    message = _("%(number)s was added.", number=number)
    return saved(message, ".availability", slug=slug, item=item, q=_words() or None, _anchor="numbers")


@routes.post("/catalog/<slug>/items/<item>/availability/numbers/<number>/removal")
@requires(Permission.CATALOG_MANAGE)
def remove_available_number(slug: str, item: str, number: str) -> Response:
    """Take a customer number out of the choice."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    found = editing.number_in_service(db.session, actor(), service.id, number)
    actions.remove_number(db.session, row.item, actor=actor(), number=found)
    message = _("%(number)s was removed.", number=number)
    return saved(message, ".availability", slug=slug, item=item, _anchor="numbers")


def _words() -> str:
    return CONTROLS.sub("", plain_text(request.args.get("q")))[:LONGEST_SEARCH]


def _show(
    service: Service,
    row: ItemRow,
    *,
    form: AvailabilityForm | None = None,
    status: int = 200,
    is_stale: bool = False,
) -> Response:
    words, item = _words(), row.item
    if form is None:
        form = AvailabilityForm(formdata=None)
        form.available.data = "chosen" if item.is_restricted else "all"
        form.version.data = str(item.version)
    chosen = editing.chosen_numbers(
        db.session,
        item,
        wanted=page_number(request.args.get("page", "")),
        url=lambda number: url_for(".availability", slug=service.slug, item=item.slug, page=number),
    )
    return answers.page(
        "catalog/console/item_availability.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        item_slug=item.slug,
        name=row.latest.name_in(current_language()),
        row=row,
        face=face_of(row.standing),
        form=form,
        is_stale=is_stale,
        words=words,
        found=editing.found_numbers(db.session, actor(), item, words) if words else (),
        most_found=editing.MOST_FOUND,
        chosen=chosen,
    )
