"""Bases and categories: added, named, put in order, removed while they are empty (KB-15)."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import _, current_language
from app.knowledge import policy
from app.knowledge.actions import bases as actions
from app.knowledge.console import routes
from app.knowledge.console.articles import base_name
from app.knowledge.forms.bases import CategoryForm, NameForm, NewBaseForm, NewCategoryForm
from app.knowledge.lifecycle import NotPossible
from app.knowledge.models import KnowledgeBase, KnowledgeCategory
from app.knowledge.queries import articles_by_category, base_for, bases_of, categories_in, category_for
from app.knowledge.standing import StaleVersion, categories_of
from app.web import answers, once
from app.web.errors import refusal
from app.web.gate import actor

CONFLICT = 409
MOVES = {"up": -1, "down": 1}


@routes.get("/knowledge/bases/")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def list_bases() -> Response:
    """The bases within reach with their categories."""
    return _show_all()


@routes.post("/knowledge/bases/")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def add_base() -> Response:
    """Add a base; a second click adds none."""
    form = NewBaseForm(prefix="new")
    services = contracts.services_of(db.session, actor())
    form.offer(services, current_language())

    def add() -> str:
        actions.add_base(
            db.session,
            actor=actor(),
            service=next((each for each in services if each.slug == form.service.data), None),
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            position=len(bases_of(db.session, actor())),
        )
        flash(_("The knowledge base was added."), "success")
        return url_for(".list_bases")

    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=add,
        done=answers.see_other,
        refuse=lambda message: _show_all(form, status=422, refused=message),
    )


@routes.get("/knowledge/bases/<int(max=999999999):base_id>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def base(base_id: int) -> Response:
    """The form of a base, and its categories."""
    found = _base(base_id)
    form = NameForm(formdata=None)
    form.fill(found)
    return _show(found, form)


@routes.post("/knowledge/bases/<int(max=999999999):base_id>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def save_base(base_id: int) -> Response:
    """Give a base another name."""
    found, form = _base(base_id), NameForm()
    if not form.validate():
        return _show(found, form, status=422)
    try:
        actions.edit_base(
            db.session,
            found,
            actor=actor(),
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            version=form.version_number(),
        )
    except StaleVersion:
        form.version.data = str(found.version)
        return _show(found, form, status=CONFLICT, is_stale=True)
    return _saved(_("The knowledge base was saved."), url_for(".list_bases"))


@routes.post("/knowledge/bases/<int(max=999999999):base_id>/move/<any(up, down):direction>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def move_base(base_id: int, direction: str) -> Response:
    """Put a base one place up or down."""
    found = _base(base_id)
    actions.move_base(db.session, bases_of(db.session, actor()), found, actor=actor(), by=MOVES[direction])
    return answers.see_other(url_for(".list_bases", _anchor=f"base-{base_id}"))


@routes.post("/knowledge/bases/<int(max=999999999):base_id>/removal")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def remove_base(base_id: int) -> Response:
    """Remove a base without articles."""
    try:
        actions.remove_base(db.session, _base(base_id), actor=actor())
    except NotPossible:
        return _holds_articles()
    return _saved(_("The knowledge base was removed."), url_for(".list_bases"))


@routes.post("/knowledge/bases/<int(max=999999999):base_id>/categories")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def add_category(base_id: int) -> Response:
    """Add a category to a base; a second click adds none."""
    found, form = _base(base_id), NewCategoryForm(prefix="new")

    def add() -> str:
        actions.add_category(
            db.session,
            actor=actor(),
            base=found,
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            code=form.code.data or "",
            position=len(categories_of(db.session, found)),
        )
        flash(_("The category was added."), "success")
        return url_for(".base", base_id=base_id)

    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=add,
        done=answers.see_other,
        refuse=lambda message: _show(found, None, category_form=form, status=422, refused=message),
    )


@routes.get("/knowledge/categories/<int(max=999999999):category_id>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def category(category_id: int) -> Response:
    """The form of a category."""
    found = category_for(db.session, actor(), category_id)
    form = CategoryForm(formdata=None)
    form.fill(found)
    return _show_category(found, form)


@routes.post("/knowledge/categories/<int(max=999999999):category_id>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def save_category(category_id: int) -> Response:
    """Give a category another number or name."""
    found, form = category_for(db.session, actor(), category_id), CategoryForm()
    if not form.validate():
        return _show_category(found, form, status=422)
    try:
        actions.edit_category(
            db.session,
            found,
            actor=actor(),
            name_ja=form.name_ja.data or "",
            name_en=form.name_en.data or "",
            code=form.code.data or "",
            version=form.version_number(),
        )
    except StaleVersion:
        form.version.data = str(found.version)
        return _show_category(found, form, status=CONFLICT, is_stale=True)
    return _saved(_("The category was saved."), url_for(".base", base_id=found.base_id))


@routes.post("/knowledge/categories/<int(max=999999999):category_id>/move/<any(up, down):direction>")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def move_category(category_id: int, direction: str) -> Response:
    """Put a category one place up or down within its base."""
    found = category_for(db.session, actor(), category_id)
    actions.move_category(db.session, found, actor=actor(), by=MOVES[direction])
    return answers.see_other(url_for(".base", base_id=found.base_id, _anchor=f"category-{category_id}"))


@routes.post("/knowledge/categories/<int(max=999999999):category_id>/removal")
@requires(Permission.CONSOLE_KNOWLEDGE_MANAGE)
def remove_category(category_id: int) -> Response:
    """Remove a category without articles."""
    found = category_for(db.session, actor(), category_id)
    try:
        actions.remove_category(db.session, found, actor=actor())
    except NotPossible:
        return _holds_articles()
    return _saved(_("The category was removed."), url_for(".base", base_id=found.base_id))


def _base(base_id: int) -> KnowledgeBase:
    found = base_for(db.session, actor(), base_id)
    authorize(policy.can_manage_bases(actor(), found))
    return found


def _show_all(form: NewBaseForm | None = None, *, status: int = 200, refused: str | None = None) -> Response:
    bases = bases_of(db.session, actor())
    ids = [each.id for each in bases]
    categories = categories_in(db.session, ids)
    counts = articles_by_category(db.session, ids)
    if form is None:
        form = NewBaseForm(formdata=None, prefix="new")
        form.offer(contracts.services_of(db.session, actor()), current_language())
    form.prepare()
    rows = []
    for each in bases:
        own = [category for category in categories if category.base_id == each.id]
        held = sum(counts.get(category.id, 0) for category in own)
        rows.append({"base": each, "name": base_name(each), "categories": own, "articles": held})
    return answers.page("knowledge/console/bases.html", status=status, rows=rows, form=form, refusal=refused)


def _show(
    found: KnowledgeBase,
    form: NameForm | None,
    *,
    category_form: NewCategoryForm | None = None,
    status: int = 200,
    is_stale: bool = False,
    refused: str | None = None,
) -> Response:
    if form is None:
        form = NameForm(formdata=None)
        form.fill(found)
    category_form = category_form or NewCategoryForm(formdata=None, prefix="new")
    category_form.prepare()
    return answers.page(
        "knowledge/console/base.html",
        status=status,
        base=found,
        name=base_name(found),
        form=form,
        category_form=category_form,
        refusal=refused,
        categories=categories_of(db.session, found),
        counts=articles_by_category(db.session, [found.id]),
        is_stale=is_stale,
    )


def _show_category(
    found: KnowledgeCategory, form: CategoryForm, *, status: int = 200, is_stale: bool = False
) -> Response:
    owner = _base(found.base_id)
    return answers.page(
        "knowledge/console/category.html",
        status=status,
        category=found,
        base=owner,
        base_name=base_name(owner),
        form=form,
        is_stale=is_stale,
    )


def _saved(message: str, address: str) -> Response:
    flash(message, "success")
    return answers.see_other(address)


def _holds_articles() -> Response:
    return refusal(
        CONFLICT,
        _("It holds articles"),
        _("Only what is empty can be removed. Place its articles elsewhere first."),
    )
