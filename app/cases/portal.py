"""What customers do with cases: list them, inquire, read, comment, accept, reject, close."""

from flask import Blueprint, flash, g, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import actions, policy, queries, views
from app.cases.categories import Category
from app.cases.columns import FIRST_ORDER, PORTAL_COLUMNS
from app.cases.filters import portal_views
from app.cases.forms import CommentForm, InquiryForm
from app.cases.lifecycle import Act, TransitionRefused
from app.cases.models import Case
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers, once
from app.web.forms import CONTROLS, plain_text
from app.web.gate import actor

LONGEST_SEARCH = 200

routes = Blueprint("cases", __name__, template_folder="templates")


@routes.get("/cases")
@requires(Permission.PORTAL_CASE_READ)
def index() -> Response:
    """The case list with its quick filters (S16)."""
    settings = queries.settings_of(db.session, g.service.id)
    return views.case_list(
        "cases/portal/index.html",
        actor=actor(),
        columns=PORTAL_COLUMNS,
        first_order=FIRST_ORDER,
        quick=portal_views(settings, current_language()),
        args=request.args,
    )


@routes.get("/search")
@requires(Permission.PORTAL_CASE_READ)
def search() -> Response:
    """Find a case by its number, known from the mails (S20)."""
    text = CONTROLS.sub("", plain_text(request.args.get("q")))[:LONGEST_SEARCH]
    hits = queries.by_typed_number(db.session, actor(), text)
    return answers.page("cases/portal/search.html", text=text, hits=hits)


@routes.get("/inquiries/new")
@requires(Permission.PORTAL_INQUIRY_CREATE)
def new_inquiry() -> Response:
    """The form of an inquiry (S12)."""
    return _show_inquiry(_inquiry_form())


@routes.post("/inquiries/new")
@requires(Permission.PORTAL_INQUIRY_CREATE)
def send_inquiry() -> Response:
    """Open a case from an inquiry; a second click leads to the same case (INQ-06, REL-04)."""
    form = _inquiry_form()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _open_inquiry(form),
            done=answers.see_other,
            refuse=lambda message: _show_inquiry(form, status=422, refusal=message),
        )
    except actions.OpenInquiryExists as refusal:
        return _show_inquiry(form, status=422, open_inquiry=refusal.number)


def _open_inquiry(form: InquiryForm) -> str:
    number = contracts.number_for(db.session, actor(), form.number.data)
    if number is None:
        raise NotFound
    case = actions.open_inquiry(
        db.session,
        actor=actor(),
        number=number,
        category=Category(form.category.data),
        details=form.details.data or "",
    )
    flash(_("Your inquiry was sent (%(number)s).", number=case.number), "success")
    return _address(case)


def _inquiry_form() -> InquiryForm:
    form = InquiryForm()
    categories = queries.selectable_categories(db.session, g.service.id)
    form.offer(contracts.numbers_of(db.session, actor()), categories, current_language())
    return form


def _show_inquiry(
    form: InquiryForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    open_inquiry: str | None = None,
) -> Response:
    form.prepare()
    settings = queries.settings_of(db.session, g.service.id)
    return answers.page(
        "cases/portal/inquiry.html",
        status=status,
        form=form,
        chosen=contracts.number_for(db.session, actor(), form.number.data or form.preset),
        has_notice=settings.one_open_inquiry,
        refusal=refusal,
        open_inquiry=open_inquiry,
    )


@routes.get("/cases/<number>")
@requires(Permission.PORTAL_CASE_READ)
def show(number: str) -> Response:
    """The case page (S13)."""
    return _show(queries.get_for(db.session, actor(), number), CommentForm())


@routes.post("/cases/<number>/comments")
@requires(Permission.PORTAL_CASE_UPDATE)
def comment(number: str) -> Response:
    """Add a comment; in a case that waits for the customer it takes the work up again (CASE-05, CASE-17)."""
    case = queries.get_for(db.session, actor(), number)
    form = CommentForm()
    if not policy.can_comment(actor(), case):
        return _show(case, form, status=409, refusal=views.not_sent_text())

    def write() -> str:
        actions.add_comment(db.session, case, actor=actor(), body=form.body.data or "")
        return _address(case)

    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=write,
        done=lambda _location: _done(case),
        refuse=lambda message: _show(case, form, status=422, refusal=message),
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
        return _show(
            case,
            CommentForm(formdata=None),
            status=409,
            refusal=views.refused_text(case),
        )
    flash(message, "success")
    return _done(case)


def _address(case: Case) -> str:
    return url_for(".show", number=case.number)


def _done(case: Case) -> Response:
    if answers.is_enhanced():
        return _show(case, CommentForm(formdata=None))
    return answers.see_other(_address(case))


def _show(case: Case, form: CommentForm, *, status: int = 200, refusal: str | None = None) -> Response:
    form.prepare()
    return answers.page(
        "cases/portal/show.html",
        part="cases/portal/case.html",
        status=status,
        form=form,
        refusal=refusal,
        **views.case_context(db.session, actor(), case, before=request.args.get("before", "")),
    )
