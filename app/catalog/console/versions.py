"""The versions of an item: what changed when, publishing a draft, taking the item out and putting it back (D13)."""

from typing import Any

from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog import editing
from app.catalog.actions import items as actions
from app.catalog.actions.items import NothingToPublish, StaleItem
from app.catalog.console import routes
from app.catalog.console.catalog import face_of, saved, service_for
from app.catalog.content import content_of
from app.catalog.differences import differences
from app.catalog.editing import ItemRow
from app.catalog.forms.editing import PublicationForm, number_in
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.errors import refusal
from app.web.gate import actor

CONFLICT = 409


@routes.get("/catalog/<slug>/items/<item>/versions")
@requires(Permission.CATALOG_MANAGE)
def item_versions(slug: str, item: str) -> Response:
    """All versions of an item, the newest first, each with what it changed."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    versions = editing.versions_of(db.session, row.item)
    contents = [content_of(version) for version, _user in versions]
    lines = [
        {
            "version": version,
            "person": user.display_name if user else _("System"),
            "is_current": version.id == row.item.current_id,
            "changes": differences(before, after) if before else (),
            "is_first": before is None,
        }
        for (version, user), after, before in zip(versions, contents, [*contents[1:], None], strict=True)
    ]
    return _page("catalog/console/item_versions.html", service, row, lines=lines)


@routes.get("/catalog/<slug>/items/<item>/publication")
@requires(Permission.CATALOG_MANAGE)
def ask_publication(slug: str, item: str) -> Response:
    """What customers will see differently once the draft is published."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    return _ask(service, row)


@routes.post("/catalog/<slug>/items/<item>/publication")
@requires(Permission.CATALOG_MANAGE)
def publish(slug: str, item: str) -> Response:
    """Publish the draft whose differences were shown."""
    service, form = service_for(slug), PublicationForm()
    row = editing.item_in_editor(db.session, actor(), service, item)
    try:
        actions.publish(db.session, row.item, actor=actor(), version=number_in(form.version.data))
    except NothingToPublish:
        return _late(
            _("There is no draft to publish."), _("Somebody may have published or discarded it already.")
        )
    except StaleItem:
        return _ask(service, row, status=CONFLICT, is_stale=True)
    return saved(_("The item was published."), ".item_versions", slug=slug, item=item)


@routes.post("/catalog/<slug>/items/<item>/withdrawal")
@requires(Permission.CATALOG_MANAGE)
def withdraw_item(slug: str, item: str) -> Response:
    """Take an item out of the catalogue."""
    row = editing.item_in_editor(db.session, actor(), service_for(slug), item)
    if not actions.withdraw(db.session, row.item, actor=actor()):
        return _late(_("This item is not published."), _("Only a published item can be withdrawn."))
    return saved(_("The item was withdrawn. Its requests stay."), ".item_versions", slug=slug, item=item)


@routes.post("/catalog/<slug>/items/<item>/offer")
@requires(Permission.CATALOG_MANAGE)
def offer_item(slug: str, item: str) -> Response:
    """Put an item that was withdrawn back, as it was published last."""
    row = editing.item_in_editor(db.session, actor(), service_for(slug), item)
    if not actions.offer_again(db.session, row.item, actor=actor()):
        return _late(_("This item is not withdrawn."), _("Only a withdrawn item can be offered again."))
    return saved(_("The item is offered again."), ".item_versions", slug=slug, item=item)


@routes.post("/catalog/<slug>/items/<item>/draft/removal")
@requires(Permission.CATALOG_MANAGE)
def discard_draft(slug: str, item: str) -> Response:
    """Throw the draft away; an item that was never published goes with it."""
    row = editing.item_in_editor(db.session, actor(), service_for(slug), item)
    was_published = row.item.current_id is not None
    if not actions.discard_draft(db.session, row.item, actor=actor()):
        return _late(_("There is no draft."), _("Somebody may have published or discarded it already."))
    if was_published:
        return saved(_("The draft was discarded."), ".item_versions", slug=slug, item=item)
    return saved(_("The item was removed."), ".catalog", slug=slug)


def _late(title: str, text: str) -> Response:
    return refusal(CONFLICT, title, text)


def _ask(service: Service, row: ItemRow, *, status: int = 200, is_stale: bool = False) -> Response:
    current = row.item.current
    before = content_of(current) if current else None
    form = PublicationForm(formdata=None)
    form.version.data = str(row.item.version)
    return _page(
        "catalog/console/item_publication.html",
        service,
        row,
        status=status,
        changes=differences(before, content_of(row.latest)) if row.has_draft else (),
        is_first=current is None,
        form=form,
        is_stale=is_stale,
    )


def _page(
    template: str,
    service: Service,
    row: ItemRow,
    *,
    status: int = 200,
    **context: Any,  # noqa: ANN401 - whatever the template shows
) -> Response:
    return answers.page(
        template,
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        row=row,
        item_slug=row.item.slug,
        name=row.latest.name_in(current_language()),
        face=face_of(row.standing),
        **context,
    )
