"""The customers' case page: read, comment, accept, reject, close."""

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import actions, draft_forms, policy, queries, views
from app.cases.drafts import Pen, place_on
from app.cases.forms import CommentForm, FilesForm
from app.cases.lifecycle import Act, TransitionRefused
from app.cases.models import Case
from app.cases.portal import routes
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _
from app.web import answers
from app.web.gate import actor
from app.web.incoming import takes_uploads


@routes.get("/cases/<number>")
@requires(Permission.PORTAL_CASE_READ)
def show(number: str) -> Response:
    """The case page (S13)."""
    return show_case(queries.get_for(db.session, actor(), number), CommentForm())


@routes.post("/cases/<number>/comments")
@requires(Permission.PORTAL_CASE_UPDATE)
@takes_uploads(LARGEST_FORM)
def comment(number: str) -> Response:
    """Add a comment; in a case that waits for the customer it takes the work up again (CASE-05, CASE-17)."""
    form = CommentForm()
    take_files(form)
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_comment(actor(), case):
        return show_case(case, form, status=409, refusal=views.not_sent_text(case))
    return views.take_text(
        case,
        form,
        actor=actor(),
        add=actions.add_comment,
        done=done,
        refuse=lambda message: show_case(case, form, status=422, refusal=message),
    )


@routes.post("/cases/<number>/closure")
@requires(Permission.PORTAL_CASE_UPDATE)
def close(number: str) -> Response:
    """Close the case for good (CASE-13, CASE-14, T10)."""
    return _move(number, Act.CLOSE, _("The case is closed."))


@routes.post("/cases/<number>/acceptance")
@requires(Permission.PORTAL_CASE_UPDATE)
def accept(number: str) -> Response:
    """Accept the solution, which closes the case (CASE-15, T8)."""
    return _move(number, Act.ACCEPT, _("You accepted the solution. The case is closed."))


@routes.post("/cases/<number>/rejection")
@requires(Permission.PORTAL_CASE_UPDATE)
def reject(number: str) -> Response:
    """Reject the solution; the desk goes on working (CASE-15, T9)."""
    return _move(
        number,
        Act.REJECT,
        _("You rejected the solution. The Advisory Center goes on working."),
    )


def _move(number: str, act: Act, message: str) -> Response:
    case = queries.get_for(db.session, actor(), number)
    try:
        actions.move(db.session, case, act, actor=actor())
    except TransitionRefused:
        return show_case(
            case,
            CommentForm(formdata=None),
            status=409,
            refusal=views.refused_text(case),
        )
    flash(message, "success")
    return done(case)


def _address(case: Case) -> str:
    return url_for(".show", number=case.number)


def done(case: Case) -> Response:
    """Answer an act that succeeded: the fragment anew, or the way back to the page."""
    if answers.is_enhanced():
        return show_case(case, CommentForm(formdata=None))
    return answers.see_other(_address(case))


def show_case(
    case: Case,
    form: CommentForm,
    *,
    files_form: FilesForm | None = None,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    """Show the case page, with a form that was refused if there is one."""
    files_form = files_form or FilesForm(formdata=None, prefix="files")
    for shown in (form, files_form):
        shown.prepare()
    draft_forms.give_back(actor(), {place_on(case, Pen.COMMENT): (form, form.body)})
    return answers.page(
        "cases/portal/show.html",
        part="cases/portal/case.html",
        status=status,
        form=form,
        files_form=files_form,
        refusal=refusal,
        **views.case_context(db.session, actor(), case, before=request.args.get("before", "")),
    )
