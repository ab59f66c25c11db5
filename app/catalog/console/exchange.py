"""A service's catalogue as a YAML file: taken away, looked through, brought in (D13)."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from flask import make_response, request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog.actions import exchanging as actions
from app.catalog.actions.exchanging import Becomes, Plan
from app.catalog.console import routes
from app.catalog.console.catalog import saved, service_for
from app.catalog.exchange import LARGEST_FILE, BadCatalog, FileProblem, read_catalog, too_large, write_catalog
from app.catalog.forms.editing import AppliedImportForm, ImportForm
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.forms import printable
from app.web.gate import actor
from app.web.incoming import takes_uploads

# More than a file may have, so that one that is too large gets an answer that says so.
LARGEST_REQUEST = 8 * 1_048_576


@routes.get("/catalog/<slug>/export.yaml")
@requires(Permission.CATALOG_MANAGE)
def export_catalog(slug: str) -> Response:
    """The catalogue as a file: with its drafts or, with ``content=published``, as customers see it."""
    service = service_for(slug)
    is_published_only = request.args.get("content") == "published"
    content = actions.catalog_of(
        db.session, actor=actor(), service=service, is_published_only=is_published_only
    )
    answer = make_response(write_catalog(content))
    answer.headers["Content-Type"] = "application/yaml; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="catalog-{service.slug}.yaml"'
    return answer


@routes.get("/catalog/<slug>/import")
@requires(Permission.CATALOG_MANAGE)
def ask_import(slug: str) -> Response:
    """The form for a file, and how one is written."""
    return _ask(service_for(slug))


@routes.post("/catalog/<slug>/import")
@takes_uploads(LARGEST_REQUEST)
@requires(Permission.CATALOG_MANAGE)
def preview_import(slug: str) -> Response:
    """What bringing the file in would do; nothing is changed yet."""
    service, form = service_for(slug), ImportForm()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = [_("Choose a file.")]
        return _ask(service, form=form, status=422)
    with sent.stream as stream:
        raw = stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        return _ask(service, form=form, problems=[too_large()], status=422)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _ask(
            service, form=form, problems=[FileProblem("", 0, _("The file is not UTF-8 text."))], status=422
        )
    return _preview(service, text)


@routes.post("/catalog/<slug>/import/application")
@takes_uploads(LARGEST_REQUEST)
@requires(Permission.CATALOG_MANAGE)
def apply_import(slug: str) -> Response:
    """Bring in the file whose preview was shown, all of it or nothing; what became of items since is shown first."""
    service, form = service_for(slug), AppliedImportForm()
    text = (form.text.data or "").replace("\r\n", "\n")
    try:
        content = read_catalog(text)
        plan = actions.plan_import(db.session, actor=actor(), service=service, content=content)
        if mark_of(plan) != form.seen.data:
            return _preview(service, text, is_stale=True)
        done = actions.import_catalog(db.session, actor=actor(), service=service, content=content)
    except BadCatalog as bad:
        return _ask(service, problems=bad.problems, status=422)
    added, changed = done.count(Becomes.ADDED), done.count(Becomes.CHANGED)
    message = _(
        "The file was brought in: %(added)s added, %(changed)s changed.", added=added, changed=changed
    )
    return saved(message, ".catalog", slug=slug)


def mark_of(plan: Plan) -> str:
    """A mark of what a preview said: another one if anything would be done differently now."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()


def _preview(service: Service, text: str, *, is_stale: bool = False) -> Response:
    try:
        content = read_catalog(text)
        plan = actions.plan_import(db.session, actor=actor(), service=service, content=content)
    except BadCatalog as bad:
        return _ask(service, problems=bad.problems, status=422)
    form = AppliedImportForm(formdata=None)
    form.text.data, form.seen.data = text, mark_of(plan)
    at = 0 if current_language() == "ja" else 1
    faces = {
        Becomes.ADDED: (_("Newly added"), "new", "plus-lg"),
        Becomes.CHANGED: (_("Changed"), "turn", "pencil"),
        Becomes.UNCHANGED: (_("Unchanged"), "closed", "check-circle"),
    }
    return answers.page(
        "catalog/console/exchange_preview.html",
        status=409 if is_stale else 200,
        shown_service=service,
        service_name=service.name_in(current_language()),
        plan=plan,
        lines=[
            {"change": change, "name": change.name[at], "face": faces[change.becomes]}
            for change in plan.changes
        ],
        form=form,
        is_stale=is_stale,
    )


def _ask(
    service: Service,
    *,
    form: ImportForm | None = None,
    problems: Sequence[FileProblem] = (),
    status: int = 200,
) -> Response:
    return answers.page(
        "catalog/console/exchange.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        form=form or ImportForm(formdata=None),
        problems=[
            replace(problem, path=printable(problem.path), message=printable(problem.message))
            for problem in problems
        ],
        limit=LARGEST_FILE // 1_000,
    )
