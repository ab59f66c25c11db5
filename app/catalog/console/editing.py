"""The editor of an item: what it says, costs and asks, as a draft that nobody sees until it is published (D13).

Every button of the page posts what was typed (``do`` names the button) and gets it back, changed as the button says;
only 保存 stores it.
"""

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog import editing
from app.catalog.actions import items as actions
from app.catalog.console import routes
from app.catalog.console.catalog import face_of, saved, service_for
from app.catalog.content import MOST_ITEMS, content_of
from app.catalog.editing import ItemRow
from app.catalog.fields import FormDefinition
from app.catalog.forms.editing import ItemForm, head_from, summary_of
from app.catalog.forms.typed import Typed, head_of, read_typed, typed_of
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_parts

# A form of sixty fields with their choices; see app/web/incoming.py.
MOST_FORM_PARTS = 10_000


@routes.get("/catalog/<slug>/new-item")
@requires(Permission.CATALOG_MANAGE)
def new_item(slug: str) -> Response:
    """The form of a new item."""
    service = service_for(slug)
    form = _form(service, Typed(), {"points": ["0"]})
    return _show(service, None, form, Typed())


@routes.post("/catalog/<slug>/new-item")
@takes_parts(MOST_FORM_PARTS)
@requires(Permission.CATALOG_MANAGE)
def add_item(slug: str) -> Response:
    """Add an item as a draft; a second click adds none."""
    service, typed = service_for(slug), read_typed(request.form)
    if _is_pressed(typed):
        return _show(service, None, _form(service, typed, head_of(request.form)), typed)
    form = _form(service, typed, head_of(request.form))
    if not form.check(typed):
        return _show(service, None, form, typed, status=422)
    if len(editing.rows_of(db.session, actor(), service)) >= MOST_ITEMS:
        message = _("At most %(most)s of them.", most=MOST_ITEMS)
        return _show(service, None, form, typed, status=422, refusal=message)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _add(service, form, typed),
            done=answers.see_other,
            refuse=lambda message: _show(service, None, form, typed, status=422, refusal=message),
        )
    except actions.SlugTaken:
        return _refuse_slug(service, None, form, typed)


@routes.get("/catalog/<slug>/items/<item>/")
@requires(Permission.CATALOG_MANAGE)
def item(slug: str, item: str) -> Response:
    """The form of an item as it was written last."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    typed = typed_of(FormDefinition.from_data(row.latest.form))
    return _show(service, row, _form(service, typed, _head(row)), typed)


@routes.post("/catalog/<slug>/items/<item>/")
@takes_parts(MOST_FORM_PARTS)
@requires(Permission.CATALOG_MANAGE)
def save_item(slug: str, item: str) -> Response:
    """Save the draft of an item, unless somebody else changed it since the form was made."""
    service, typed = service_for(slug), read_typed(request.form)
    row = editing.item_in_editor(db.session, actor(), service, item)
    if _is_pressed(typed):
        return _show(service, row, _form(service, typed, head_of(request.form)), typed)
    form = _form(service, typed, head_of(request.form))
    if not form.check(typed):
        return _show(service, row, form, typed, status=422)
    try:
        _save(service, row, form, typed)
    except actions.StaleItem:
        # The form now carries today's version: whoever has seen both may save over the other one.
        again = {**head_of(request.form), "version": [str(row.item.version)]}
        return _show(service, row, _form(service, typed, again), typed, status=409, is_stale=True)
    except actions.SlugTaken:
        return _refuse_slug(service, row, form, typed)
    except actions.SlugFixed:
        form.slug.errors = [_("The place of an item stays once it was published.")]
        return _show(service, row, form, typed, status=422)
    leads_on = {"tryout": ".try_out", "publish": ".ask_publication"}
    endpoint = leads_on.get(request.form.get("do", ""), ".item")
    return saved(
        _("The draft was saved. Customers see it once it is published."),
        endpoint,
        slug=slug,
        item=row.item.slug,
    )


def _is_pressed(typed: Typed) -> bool:
    """Do what a button within the form says; ``False`` for those that save."""
    act = request.form.get("do", "save")
    if act in {"save", "tryout", "publish"}:
        return False
    typed.press(act)
    return True


def _add(service: Service, form: ItemForm, typed: Typed) -> str:
    category = editing.category_for(db.session, service, form.category.data or "")
    made = actions.add_item(
        db.session,
        actor=actor(),
        category=category,
        slug=form.slug.data or "",
        position=len(editing.rows_of(db.session, actor(), service)) + 1,
        content=form.content(typed),
    )
    flash(_("The item was added as a draft. Customers see it once it is published."), "success")
    return url_for(".item", slug=service.slug, item=made.slug)


def _save(service: Service, row: ItemRow, form: ItemForm, typed: Typed) -> None:
    actions.refuse_stale(row.item, form.version_number)
    category = editing.category_for(db.session, service, form.category.data or "")
    actions.place_item(db.session, row.item, actor=actor(), slug=form.slug.data or "", category=category)
    content = form.content(typed)
    if content != content_of(row.latest):
        actions.save_draft(db.session, row.item, actor=actor(), content=content)


def _head(row: ItemRow) -> dict[str, list[str]]:
    item = row.item
    return head_from(content_of(row.latest), slug=item.slug, category=row.category.slug, version=item.version)


def _form(service: Service, typed: Typed, head: object) -> ItemForm:
    form = ItemForm(formdata=typed.formdata(head))  # type: ignore[arg-type]  # Both kinds of heads are mappings of lists.
    form.offer(editing.categories_of(db.session, service), typed, current_language())
    return form


def _refuse_slug(service: Service, row: ItemRow | None, form: ItemForm, typed: Typed) -> Response:
    form.slug.errors = [_("This service has an item of that place already.")]
    return _show(service, row, form, typed, status=422)


def _show(
    service: Service,
    row: ItemRow | None,
    form: ItemForm,
    typed: Typed,
    *,
    status: int = 200,
    is_stale: bool = False,
    refusal: str | None = None,
) -> Response:
    form.prepare()
    return answers.page(
        "catalog/console/item.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        row=row,
        item_slug=row.item.slug if row else None,
        name=row.latest.name_in(current_language()) if row else None,
        face=face_of(row.standing) if row else None,
        form=form,
        summary=summary_of(form),
        focus=typed.focus,
        is_stale=is_stale,
        refusal=refusal,
    )
