"""A canned answer for one case: put into the reply form, and never sent by itself."""

from flask import current_app, flash, jsonify, request
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import answers as canned
from app.cases import policy, queries, views
from app.cases.console import routes
from app.cases.console.case import show_case
from app.cases.forms import ReplyForm
from app.cases.models import Case
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _
from app.richtext.plain import from_text
from app.web.gate import actor
from app.web.incoming import takes_uploads

LONGEST_ID = 18


@routes.get("/cases/<number>/answers/<int(max=9223372036854775807):answer_id>")
@requires(Permission.CONSOLE_CASE_UPDATE)
def filled_answer(number: str, answer_id: int) -> Response:
    """An answer with the case's values, for the script that shows it before it is put in."""
    case = queries.get_for(db.session, actor(), number)
    filled = _filled(case, answer_id)
    return jsonify(text=filled.text, missing=_missing(filled))


@routes.post("/cases/<number>/answers")
@requires(Permission.CONSOLE_CASE_UPDATE)
@takes_uploads(LARGEST_FORM)
def insert_answer(number: str) -> Response:
    """Show the case page with the answer behind what was typed; nothing is sent and nothing kept."""
    form = ReplyForm(prefix="reply")
    take_files(form)
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_comment(actor(), case):
        return show_case(case, reply_form=form, status=409, refusal=views.not_sent_text(case))
    chosen = request.form.get("reply-answer", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_ID):
        return show_case(case, reply_form=form, status=422, refusal=_("Choose a canned answer."))
    filled = _filled(case, int(chosen))
    _put_in(form, filled.text)
    if missing := _missing(filled):
        flash(missing, "warning")
    return show_case(case, reply_form=form)


def _filled(case: Case, answer_id: int) -> canned.Filled:
    found = canned.get_for(db.session, actor(), answer_id)
    if found.service_id != case.service_id:
        raise NotFound
    language = canned.language_for(case, current_app.config["SETTINGS"].language)
    return canned.fill(found, case, actor=actor(), language=language)


def _missing(filled: canned.Filled) -> str:
    """What the case has nothing for, in words; empty if nothing is missing."""
    names = ", ".join(f"{{{name}}} ({_(canned.PLACEHOLDERS[name])})" for name in filled.missing)
    return _("This case has nothing for %(names)s. Fill it in before you send.", names=names) if names else ""


def _put_in(form: ReplyForm, text: str) -> None:
    typed = form.body.data or ""
    form.body.data = f"{typed}\n\n{text}" if typed else text
    if form.html.data:
        form.html.data += from_text(text)
