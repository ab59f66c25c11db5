"""How the catalogue of a service works, and its categories; for system administrators (D13, SVC-06)."""

from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog import editing
from app.catalog.actions import categories as actions
from app.catalog.actions.items import SlugTaken, StaleItem
from app.catalog.actions.items import add_category as add
from app.catalog.actions.terms import set_catalog_settings
from app.catalog.console import routes
from app.catalog.console.catalog import MOVES, saved, service_for, show_catalog
from app.catalog.content import MOST_CATEGORIES
from app.catalog.forms.editing import CatalogSettingsForm, CategoryForm, number_in
from app.catalog.models import CatalogCategory
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.gate import actor


@routes.post("/catalog/<slug>/settings")
@requires(Permission.CATALOG_MANAGE)
def save_catalog_settings(slug: str) -> Response:
    """Set whether contracts decide on requests, and whether points pay for them."""
    service, form = service_for(slug), CatalogSettingsForm(prefix="settings")
    if not form.validate():
        return show_catalog(service, settings_form=form, status=422)
    set_catalog_settings(
        db.session,
        actor=actor(),
        service=service,
        is_by_contract=form.requests.data == "contract",
        has_points=bool(form.has_points.data),
    )
    return saved(_("The settings were saved."), ".catalog", slug=slug)


@routes.post("/catalog/<slug>/categories")
@requires(Permission.CATALOG_MANAGE)
def add_category(slug: str) -> Response:
    """Add a category at the end."""
    service, form = service_for(slug), CategoryForm(prefix="new")
    if not form.validate():
        return show_catalog(service, category_form=form, status=422)
    rows = editing.categories_of(db.session, service)
    if len(rows) >= MOST_CATEGORIES:
        message = _("At most %(most)s of them.", most=MOST_CATEGORIES)
        return show_catalog(service, category_form=form, refusal=message, status=422)
    try:
        add(
            db.session,
            actor=actor(),
            service=service,
            slug=form.slug.data or "",
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            position=max((row.position for row in rows), default=0) + 1,
        )
    except SlugTaken:
        form.slug.errors = [_("This service has a category of that place already.")]
        return show_catalog(service, category_form=form, status=422)
    return saved(_("The category was added."), ".catalog", slug=slug, _anchor="categories")


@routes.get("/catalog/<slug>/categories/<category>")
@requires(Permission.CATALOG_MANAGE)
def category(slug: str, category: str) -> Response:
    """The form of a category."""
    service = service_for(slug)
    row = editing.category_for(db.session, service, category)
    form = CategoryForm(formdata=None)
    form.version.data, form.name_ja.data, form.name_en.data = str(row.version), row.name_ja, row.name_en
    return _show(service, row, form)


@routes.post("/catalog/<slug>/categories/<category>")
@requires(Permission.CATALOG_MANAGE)
def save_category(slug: str, category: str) -> Response:
    """Rename a category."""
    service = service_for(slug)
    row = editing.category_for(db.session, service, category)
    form = CategoryForm()
    # Its place in addresses stays; the page does not ask for it.
    form.slug.data = row.slug
    if not form.validate():
        return _show(service, row, form, status=422)
    try:
        actions.edit_category(
            db.session,
            row,
            actor=actor(),
            version=number_in(form.version.data),
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
        )
    except StaleItem:
        form.version.data = str(row.version)
        return _show(service, row, form, status=409, is_stale=True)
    return saved(_("The category was saved."), ".catalog", slug=slug, _anchor="categories")


@routes.post("/catalog/<slug>/categories/<category>/move/<any(up, down):direction>")
@requires(Permission.CATALOG_MANAGE)
def move_category(slug: str, category: str, direction: str) -> Response:
    """Put a category one place up or down."""
    service = service_for(slug)
    row = editing.category_for(db.session, service, category)
    actions.move_category(db.session, service, row, actor=actor(), by=MOVES[direction])
    return saved(_("The order was changed."), ".catalog", slug=slug, _anchor="categories")


@routes.post("/catalog/<slug>/categories/<category>/removal")
@requires(Permission.CATALOG_MANAGE)
def remove_category(slug: str, category: str) -> Response:
    """Remove a category without items."""
    service = service_for(slug)
    row = editing.category_for(db.session, service, category)
    try:
        actions.remove_category(db.session, row, actor=actor())
    except actions.NotEmpty:
        message = _("A category with items cannot be removed. Put its items into another one first.")
        return show_catalog(service, refusal=message, status=409)
    return saved(_("The category was removed."), ".catalog", slug=slug, _anchor="categories")


def _show(
    service: Service, row: CatalogCategory, form: CategoryForm, *, status: int = 200, is_stale: bool = False
) -> Response:
    return answers.page(
        "catalog/console/catalog_category.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        category=row,
        form=form,
        is_stale=is_stale,
    )
