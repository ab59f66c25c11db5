"""An item's form in the portal, and the request that it sends (S15, WR-03 to WR-06)."""

from flask import g, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import clock
from app.authz import NotFound, Permission, requires
from app.catalog import queries
from app.catalog.actions.submitting import ItemChanged, ItemGone, submit_request
from app.catalog.fields import FormDefinition
from app.catalog.forms.answering import AnswerForm, answer_form
from app.catalog.models import CatalogItem, CatalogItemVersion, ItemState
from app.catalog.own_points import points_of
from app.catalog.portal import routes
from app.catalog.portal.offer import demand_requests
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import say_too_large, take_files
from app.i18n import _, current_language, time_zone
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_uploads

routes.register_error_handler(RequestEntityTooLarge, say_too_large)


@routes.get("/work-requests/<item>")
@requires(Permission.PORTAL_REQUEST_CREATE)
def show_item(item: str) -> Response:
    """What an item is for, what it costs, and its form (S15)."""
    demand_requests()
    found = _item(item)
    if found is None:
        raise NotFound
    return _show(found, _form(found))


@routes.post("/work-requests/<item>")
@requires(Permission.PORTAL_REQUEST_CREATE)
@takes_uploads(LARGEST_FORM)
def send_request(item: str) -> Response:
    """File a work request; a second click leads to the same place and books nothing (WR-06, REL-04).

    An item that was withdrawn or published anew while its form was open is told, with what was typed.
    """
    demand_requests()
    form = _form(_item(item) or _withdrawn(item))
    take_files(form)
    # Files end the transaction: what the item is now, the new one tells.
    found = _item(item) or _withdrawn(item)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _create(found, form),
            done=answers.see_other,
            refuse=lambda message: _refuse(found, form, message),
        )
    except ItemChanged:
        return _show_changed(found, form)
    except ItemGone:
        return _show_gone(found, form)


def _create(item: CatalogItem, form: AnswerForm) -> str:
    if item.state is ItemState.WITHDRAWN:
        raise ItemGone
    version = _version(item)
    if form.version_id() != version.id:
        raise ItemChanged
    open_to = queries.numbers_for(db.session, actor(), item)
    number = next((row for row in open_to if row.number == form.number.data), None)
    if number is None:
        raise ItemGone
    request = submit_request(
        db.session,
        actor=actor(),
        item=item,
        version=version,
        number=number,
        answers=form.answers(),
        uploads=form.uploads_by_field(),
    )
    told = _("Your work request was sent (%(number)s).", number=request.number)
    answers.flash_with_link(
        told, url_for(".show_sent_request", number=request.number), _("Show what was sent"), "success"
    )
    return url_for(".show_catalog")


def _refuse(item: CatalogItem, form: AnswerForm, message: str | None) -> Response:
    if item.state is ItemState.WITHDRAWN:
        return _show_gone(item, form)
    if form.version_id() != item.current_id:
        return _show_changed(item, form)
    return _show(item, form, status=422, refusal=message)


def _show_changed(item: CatalogItem, old: AnswerForm) -> Response:
    """Show the new version's form with what was typed, as far as it still asks for that."""
    form = _form(item)
    form.item_version.data = str(item.current_id)
    files = {field.name: field for field in old.file_fields()}
    for field in form.file_fields():
        taken = files[field.name].data if field.name in files else []
        for token in taken:
            if token not in field.data:
                field.add(token)
    form.form_key.data = ""
    changed = _("This item was changed while you filled in the form. Check your answers and send them again.")
    return _show(item, form, status=409, refusal=changed)


def _show_gone(item: CatalogItem, form: AnswerForm) -> Response:
    """Show what was typed, though it can no longer be sent."""
    gone = _("This item can no longer be ordered. What you typed is still here, so that you can copy it.")
    return _show(item, form, status=409, refusal=gone, is_gone=True)


def _item(slug: str) -> CatalogItem | None:
    return queries.item_for(db.session, actor(), g.service.id, slug)


def _withdrawn(slug: str) -> CatalogItem:
    """An item that was there for this customer until the desk withdrew it.

    :raises NotFound: for any other; absent and foreign look the same (SEC-26).
    """
    found = queries.item_for(db.session, actor(), g.service.id, slug, state=ItemState.WITHDRAWN)
    if found is None:
        raise NotFound
    return found


def _version(item: CatalogItem) -> CatalogItemVersion:
    version = item.current
    if version is None:
        raise ItemGone
    return version


def _form(item: CatalogItem) -> AnswerForm:
    version = _version(item)
    return answer_form(
        FormDefinition.from_data(version.form),
        language=current_language(),
        numbers=queries.numbers_for(db.session, actor(), item),
        today=clock.now().astimezone(time_zone()).date(),
        version_id=version.id,
    )


def _show(
    item: CatalogItem,
    form: AnswerForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    is_gone: bool = False,
) -> Response:
    form.prepare()
    numbers = queries.numbers_for(db.session, actor(), item)
    typed = form.number.data or form.preset
    return answers.page(
        "catalog/portal/item.html",
        status=status,
        item=item,
        version=_version(item),
        form=form,
        chosen=next((row for row in numbers if row.number == typed), None),
        points=points_of(db.session, g.service.id, numbers),
        refusal=refusal,
        is_gone=is_gone,
    )
