"""A customer's inquiry: the form, and the case it opens (INQ-01 to INQ-08)."""

from flask import flash, g, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import actions, draft_forms, queries
from app.cases.actions import drafts
from app.cases.categories import Category
from app.cases.drafts import place_of_inquiry
from app.cases.forms import InquiryForm
from app.cases.portal import routes
from app.contracts import queries as contracts
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _, current_language
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_uploads


@routes.get("/inquiries/new")
@requires(Permission.PORTAL_INQUIRY_CREATE)
def new_inquiry() -> Response:
    """The form of an inquiry (S12)."""
    return _show_inquiry(_inquiry_form())


@routes.post("/inquiries/new")
@requires(Permission.PORTAL_INQUIRY_CREATE)
@takes_uploads(LARGEST_FORM)
def send_inquiry() -> Response:
    """Open a case from an inquiry; a second click leads to the same case (INQ-06, REL-04)."""
    form = _inquiry_form()
    take_files(form)
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
        uploads=form.taken_uploads(),
    )
    drafts.discard(db.session, actor=actor(), place=place_of_inquiry(g.service.slug))
    flash(_("Your inquiry was sent (%(number)s).", number=case.number), "success")
    return url_for(".show", number=case.number)


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
    draft_forms.give_back(actor(), {place_of_inquiry(g.service.slug): (form, form.details)})
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
