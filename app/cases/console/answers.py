"""Canned answers: leads keep them, agents put them into replies."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import answers as canned
from app.cases.actions import StaleEdit, answering
from app.cases.answer_forms import AnswerForm
from app.cases.console import routes
from app.cases.models import CannedAnswer
from app.contracts import queries as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.gate import actor


@routes.get("/answers/")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def list_answers() -> Response:
    """The answers of all services of the actor."""
    return answers.page("cases/console/answers.html", rows=canned.all_of(db.session, actor()))


@routes.get("/answers/new")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def new_answer() -> Response:
    """The form of a new answer."""
    return _show(_form())


@routes.post("/answers/new")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def add_answer() -> Response:
    """Add an answer; a second click adds none."""
    form = _form()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _add(form),
            done=answers.see_other,
            refuse=lambda message: _show(form, status=422, refusal=message),
        )
    except answering.NameTaken:
        return _refuse_name(form)


@routes.get("/answers/<int(max=9223372036854775807):answer_id>")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def answer(answer_id: int) -> Response:
    """The form of an answer that there is."""
    found = canned.get_for(db.session, actor(), answer_id)
    form = _form()
    form.fill(found, db.session.get_one(Service, found.service_id))
    return _show(form, answer=found)


@routes.post("/answers/<int(max=9223372036854775807):answer_id>")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def save_answer(answer_id: int) -> Response:
    """Save an answer, unless somebody else changed it since the form was made."""
    found = canned.get_for(db.session, actor(), answer_id)
    form = _form()
    # An answer stays with its service; the field is not asked for.
    form.service.data = db.session.get_one(Service, found.service_id).slug
    if not form.validate():
        return _show(form, status=422, answer=found)
    try:
        answering.edit(db.session, found, actor=actor(), version=form.version_number(), text=form.text())
    except StaleEdit:
        # The form now carries today's version: whoever has read both texts may save over the other one.
        form.version.data = str(found.version)
        return _show(form, status=409, answer=found, is_stale=True)
    except answering.NameTaken:
        return _refuse_name(form, answer=found)
    flash(_("The canned answer was saved."), "success")
    return answers.see_other(url_for(".list_answers"))


@routes.post("/answers/<int(max=9223372036854775807):answer_id>/removal")
@requires(Permission.CONSOLE_ANSWER_MANAGE)
def remove_answer(answer_id: int) -> Response:
    """Remove an answer."""
    found = canned.get_for(db.session, actor(), answer_id)
    answering.remove(db.session, found, actor=actor())
    flash(_("The canned answer was deleted."), "success")
    return answers.see_other(url_for(".list_answers"))


def _add(form: AnswerForm) -> str:
    offered = contracts.services_of(db.session, actor())
    service = next(service for service in offered if service.slug == form.service.data)
    answering.add(db.session, actor=actor(), service=service, text=form.text())
    flash(_("The canned answer was saved."), "success")
    return url_for(".list_answers")


def _form() -> AnswerForm:
    form = AnswerForm()
    form.offer(contracts.services_of(db.session, actor()), current_language())
    return form


def _name_of(slug: str | None) -> str:
    service = contracts.service_by_slug(db.session, slug) if slug else None
    return service.name_in(current_language()) if service else ""


def _refuse_name(form: AnswerForm, *, answer: CannedAnswer | None = None) -> Response:
    form.name.errors = [_("This service has an answer of this name already.")]
    return _show(form, status=422, answer=answer)


def _show(
    form: AnswerForm,
    *,
    status: int = 200,
    answer: CannedAnswer | None = None,
    refusal: str | None = None,
    is_stale: bool = False,
) -> Response:
    form.prepare()
    return answers.page(
        "cases/console/answer.html",
        status=status,
        form=form,
        answer=answer,
        refusal=refusal,
        is_stale=is_stale,
        service_name=_name_of(form.service.data),
        placeholder_rows=[(f"{{{name}}}", _(label)) for name, label in canned.PLACEHOLDERS.items()],
    )
