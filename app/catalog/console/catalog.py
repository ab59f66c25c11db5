"""The catalogue of each service for system administrators: settings, categories and items in their order (D13)."""

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.catalog import editing
from app.catalog.actions import categories as actions
from app.catalog.console import routes
from app.catalog.editing import Standing
from app.catalog.forms.editing import CatalogSettingsForm, CategoryForm
from app.catalog.models import CatalogSettings
from app.catalog.queries import settings_of
from app.contracts import queries as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.gate import actor

# Where an item stands: tone and shape of its badge.
FACES = {
    Standing.DRAFT: ("new", "circle"),
    Standing.PUBLISHED: ("solved", "check-circle"),
    Standing.CHANGED: ("turn", "pencil"),
    Standing.WITHDRAWN: ("closed", "x-lg"),
}
MOVES = {"up": -1, "down": 1}


@routes.get("/catalog/")
@requires(Permission.CATALOG_MANAGE)
def catalogs() -> Response:
    """The services, each with the way to its catalogue."""
    language = current_language()
    rows = [(row.name_in(language), row.slug) for row in contracts.services_of(db.session, actor())]
    return answers.page("catalog/console/catalogs.html", rows=rows)


@routes.get("/catalog/<slug>/")
@requires(Permission.CATALOG_MANAGE)
def catalog(slug: str) -> Response:
    """The catalogue of a service."""
    return show_catalog(service_for(slug))


@routes.post("/catalog/<slug>/items/<item>/move/<any(up, down):direction>")
@requires(Permission.CATALOG_MANAGE)
def move_item(slug: str, item: str, direction: str) -> Response:
    """Put an item one place up or down."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    actions.move_item(db.session, service, row.item, actor=actor(), by=MOVES[direction])
    return answers.see_other(url_for(".catalog", slug=slug, _anchor=f"item-{item}"))


def service_for(slug: str) -> Service:
    """The service of an address, within the actor's reach.

    :raises NotFound: if there is none of that slug.
    """
    service = contracts.service_by_slug(db.session, slug)
    if service is None or service.id not in actor().services:
        raise NotFound
    return service


def face_of(standing: Standing) -> tuple[str, str, str]:
    """The word, tone and shape of where an item stands."""
    words = {
        Standing.DRAFT: _("Draft"),
        Standing.PUBLISHED: _("Published"),
        Standing.CHANGED: _("Published, with changes not published"),
        Standing.WITHDRAWN: _("No longer offered"),
    }
    return words[standing], *FACES[standing]


def show_catalog(
    service: Service,
    *,
    settings_form: CatalogSettingsForm | None = None,
    category_form: CategoryForm | None = None,
    refusal: str | None = None,
    status: int = 200,
) -> Response:
    """The page of a service's catalogue, with what was typed where something was refused."""
    language = current_language()
    rows = editing.rows_of(db.session, actor(), service)
    categories = editing.categories_of(db.session, service)
    filled = {row.category.id for row in rows}
    return answers.page(
        "catalog/console/catalog.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(language),
        settings_form=settings_form or _settings_form(settings_of(db.session, service.id)),
        category_form=category_form or CategoryForm(formdata=None, prefix="new"),
        categories=[(row, row.id not in filled) for row in categories],
        rows=[
            {
                "slug": row.item.slug,
                "name": row.latest.name_in(language),
                "category": row.category.name_in(language),
                "points": row.latest.points,
                "requests": row.requests,
                "is_restricted": row.item.is_restricted,
                "face": face_of(row.standing),
            }
            for row in rows
        ],
        refusal=refusal,
    )


def _settings_form(settings: CatalogSettings) -> CatalogSettingsForm:
    form = CatalogSettingsForm(formdata=None, prefix="settings")
    form.requests.data = "contract" if settings.is_by_contract else "all"
    form.has_points.data = settings.has_points
    return form


def saved(message: str, endpoint: str, **values: Any) -> Response:  # noqa: ANN401 - whatever the address needs
    """Say what was done, and lead on."""
    flash(message, "success")
    return answers.see_other(url_for(endpoint, **values))
