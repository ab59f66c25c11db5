"""The change of a request that was sent: the same form as at its sending, in the version it was made with (WR-03)."""

from collections.abc import Collection, Sequence

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases.actions import StaleEdit
from app.catalog import policy
from app.catalog.actions.amending import amend
from app.catalog.claiming import AlreadyDecided
from app.catalog.contents import shown_in
from app.catalog.fields import FormDefinition
from app.catalog.forms.answering import AnswerForm, answer_form
from app.catalog.forms.approving import ActForm
from app.catalog.models import RequestFile, WorkRequest
from app.catalog.portal import routes
from app.catalog.portal.approving import too_late, too_late_text
from app.catalog.portal.sent import found_sent
from app.catalog.request_files import files_of
from app.contracts import queries as contracts
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _, current_language, time_zone
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_uploads


@routes.get("/work-requests/sent/<number>/change")
@requires(Permission.PORTAL_REQUEST_CREATE)
def change_request(number: str) -> Response:
    """The form of a request with what was answered."""
    found = found_sent(number)
    if not policy.can_amend(actor(), found):
        return too_late(found)
    form = _form(found)
    form.fill(found.answers, number=found.customer_number.number)
    return _show(found, form, version=found.version)


@routes.post("/work-requests/sent/<number>/change")
@requires(Permission.PORTAL_REQUEST_CREATE)
@takes_uploads(LARGEST_FORM)
def amend_request(number: str) -> Response:
    """Change a request, unless somebody else was quicker; a second click leads to the same place (REL-04, REL-05)."""
    found = found_sent(number)
    if not policy.can_amend(actor(), found):
        return too_late(found)
    form, version = _form(found), ActForm().version_number()
    take_files(form)
    # Files end the transaction: what the request is now, the new one tells.
    found = found_sent(number)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _amend(found, form, version),
            done=answers.see_other,
            refuse=lambda message: _show(found, form, version=version, status=422, refusal=message),
        )
    except StaleEdit:
        # The form now carries today's version: whoever has read both may send over the other one.
        db.session.expire(found)
        found = found_sent(number)
        return _show(found, form, version=found.version, status=409, is_stale=True)
    except AlreadyDecided:
        db.session.expire(found)
        found = found_sent(number)
        return _show(found, form, version=0, status=409, refusal=too_late_text(found), is_late=True)


def _amend(found: WorkRequest, form: AnswerForm, version: int) -> str:
    files = files_of(db.session, found)
    is_changed = amend(
        db.session,
        found,
        actor=actor(),
        version=version,
        answers=form.answers(),
        uploads=form.uploads_by_field(),
        removed={*_taken_off(files), *_not_asked(form, files)},
    )
    flash(_("The work request was changed.") if is_changed else _("Nothing was changed."), "success")
    return url_for(".show_sent_request", number=found.number)


def _form(found: WorkRequest) -> AnswerForm:
    """The form of the version that the request was made with; days are counted from its sending."""
    own = contracts.numbers_of(db.session, actor())
    mine = [row for row in own if row.id == found.customer_number_id]
    if not mine:
        raise NotFound
    form = answer_form(
        FormDefinition.from_data(found.item_version.form),
        language=current_language(),
        numbers=own,
        today=found.created_at.astimezone(time_zone()).date(),
        version_id=found.item_version_id,
    )
    form.offer(mine)
    gone = _taken_off(files := files_of(db.session, found))
    kept: dict[str, int] = {}
    for row in files:
        if row.id not in gone:
            kept[row.field_key] = kept.get(row.field_key, 0) + 1
    form.keep_files(kept)
    return form


def _taken_off(files: Sequence[RequestFile]) -> Collection[int]:
    """The request's own files that the form says to take off; any other number says nothing."""
    named = set(request.form.getlist("remove"))
    return {row.id for row in files if str(row.id) in named}


def _not_asked(form: AnswerForm, files: Sequence[RequestFile]) -> Collection[int]:
    """Files of fields that are no longer there for these answers."""
    gone = {item.key for item in form.definition.fields if not form.is_there(item)}
    return {row.id for row in files if row.field_key in gone}


def _show(
    found: WorkRequest,
    form: AnswerForm,
    *,
    version: int,
    status: int = 200,
    refusal: str | None = None,
    is_stale: bool = False,
    is_late: bool = False,
) -> Response:
    """Show the form; ``version`` is what is sent along as read.

    :param is_stale: whether somebody else has changed the request; the page then shows what is stored as well.
    :param is_late: whether nothing can be sent any more; what was typed stays to be copied.
    """
    form.prepare()
    files = files_of(db.session, found)
    return answers.page(
        "catalog/portal/amend.html",
        status=status,
        work_request=found,
        form=form,
        version=version,
        files=files,
        taken_off=_taken_off(files),
        shown=shown_in(db.session, found, files, current_language()) if is_stale else (),
        refusal=refusal,
        is_stale=is_stale,
        is_late=is_late,
    )
