"""The desk's case page: read, reply, note, assign."""

from functools import partial
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.authz import Permission, requires
from app.cases import actions, draft_forms, policy, queries, views
from app.cases.actions import guarding, mentioning
from app.cases.console import routes
from app.cases.console.again import text_again
from app.cases.console.beside import beside
from app.cases.drafts import place_on
from app.cases.forms import AssigneeForm, NoteForm, ReplyForm, chosen_user
from app.cases.guard.outgoing import Stopped
from app.cases.models import Case
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.web import answers
from app.web.gate import actor
from app.web.incoming import takes_uploads


@routes.get("/cases/<number>")
@requires(Permission.CONSOLE_CASE_READ)
def show(number: str) -> Response:
    """The case page of the desk (D06)."""
    case = queries.get_for(db.session, actor(), number)
    return show_case(case, reply_form=text_again(case, request.args.get("again", "")))


@routes.post("/cases/<number>/comments")
@requires(Permission.CONSOLE_CASE_UPDATE)
@takes_uploads(LARGEST_FORM)
def reply(number: str) -> Response:
    """Send a public reply to the customer (DESK-04)."""
    form = ReplyForm(prefix="reply")
    take_files(form)
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_comment(actor(), case):
        return show_case(case, reply_form=form, status=409, refusal=views.not_sent_text(case))

    try:
        return views.take_text(
            case,
            form,
            actor=actor(),
            add=partial(guarding.reply, confirmed=form.confirmed.data or ""),
            done=done,
            refuse=lambda message: show_case(case, reply_form=form, status=422, refusal=message),
        )
    except Stopped as stop:
        form.stopped = stop
        return show_case(case, reply_form=form, status=422, refusal=views.stopped_text())


@routes.post("/cases/<number>/notes")
@requires(Permission.CONSOLE_CASE_UPDATE)
@takes_uploads(LARGEST_FORM)
def note(number: str) -> Response:
    """Write an internal note (DESK-04)."""
    form = NoteForm(prefix="note")
    take_files(form)
    case = queries.get_for(db.session, actor(), number)

    return views.take_text(
        case,
        form,
        actor=actor(),
        add=partial(mentioning.add_note_for, told=form.told_ids()),
        done=done,
        refuse=lambda message: show_case(case, note_form=form, status=422, refusal=message),
    )


@routes.post("/cases/<number>/assignee")
@requires(Permission.CONSOLE_CASE_UPDATE)
def assign(number: str) -> Response:
    """Give the case to an agent of its service, or to nobody."""
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_assign(actor(), case):
        return show_case(case, status=409, refusal=views.refused_text(case))
    agents = accounts.agents_of_service(db.session, case.service_id)
    form = AssigneeForm()
    form.offer(agents)
    if not form.validate():
        return show_case(case, status=422, refusal=_("Choose one of the service's agents."))
    actions.assign(
        db.session,
        case,
        actor=actor(),
        assignee=chosen_user(agents, form.assignee.data),
    )
    return done(case)


def done(case: Case) -> Response:
    """Answer an act that succeeded: the fragment anew, or the way back to the page."""
    if answers.is_enhanced():
        db.session.refresh(case, ["assignee"])
        return show_case(case)
    return answers.see_other(_address(case))


def show_case(
    case: Case,
    *,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
    status: int = 200,
    refusal: str | None = None,
    **parts: object,
) -> Response:
    """Show the case page, with a form that was refused if there is one; ``parts`` replaces forms beside the case."""
    forms: dict[str, Any] = {
        "reply_form": reply_form or ReplyForm(formdata=None, prefix="reply"),
        "note_form": note_form or NoteForm(formdata=None, prefix="note"),
    }
    for form in forms.values():
        form.prepare()
    draft_forms.give_back(
        actor(), {place_on(case, form.pen): (form, form.body) for form in forms.values() if form.pen}
    )
    return answers.page(
        "cases/console/show.html",
        part="cases/console/case.html",
        status=status,
        refusal=refusal,
        **forms,
        **(beside(db.session, actor(), case) | parts),
        **views.case_context(db.session, actor(), case, before=request.args.get("before", "")),
    )


def _address(case: Case) -> str:
    return url_for(".show", number=case.number)
