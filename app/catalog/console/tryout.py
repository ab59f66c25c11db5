"""The draft of an item as customers will see it, to be filled in and checked; no request comes of it (D13).

Files go the way of every upload, with script or without, and are swept like any that nobody sent.
"""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import clock
from app.authz import Permission, requires
from app.catalog import editing
from app.catalog.console import routes
from app.catalog.console.catalog import face_of, service_for
from app.catalog.content import Content, content_of
from app.catalog.editing import ItemRow
from app.catalog.fields.showing import ShownAnswer, as_text, shown_answers
from app.catalog.forms.answering import AnswerForm, answer_form
from app.catalog.queries import settings_of
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import say_too_large, take_files
from app.i18n import LANGUAGES, _, current_language, speaking, time_zone
from app.web import answers
from app.web.gate import actor
from app.web.incoming import takes_uploads

routes.register_error_handler(RequestEntityTooLarge, say_too_large)

# Customer numbers of nobody, so that trying out shows no customer's.
EXAMPLES = ("X000000001", "X000000002")


@routes.get("/catalog/<slug>/items/<item>/try-out")
@requires(Permission.CATALOG_MANAGE)
def try_out(slug: str, item: str) -> Response:
    """The form as it was written last, in either language."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    with speaking(_language(), str(time_zone())):
        return _show(service, row, _form(service, row, is_sent=False))


@routes.post("/catalog/<slug>/items/<item>/try-out")
@requires(Permission.CATALOG_MANAGE)
@takes_uploads(LARGEST_FORM)
def check_try_out(slug: str, item: str) -> Response:
    """What would be taken of the answers, and how the case would begin; or what is wrong with them."""
    service = service_for(slug)
    row = editing.item_in_editor(db.session, actor(), service, item)
    with speaking(_language(), str(time_zone())):
        form = _form(service, row, is_sent=True)
        take_files(form)
        # Files end the transaction: what the draft is now, the new one tells.
        service = service_for(slug)
        row = editing.item_in_editor(db.session, actor(), service, item)
        if not form.validate():
            return _show(service, row, form, status=422)
        return _show(service, row, form, is_checked=True)


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else current_language()


def _form(service: Service, row: ItemRow, *, is_sent: bool) -> AnswerForm:
    holder = ContractHolder(name=_("Example company"))
    return answer_form(
        content_of(row.latest).form,
        language=current_language(),
        numbers=[CustomerNumber(number=number, holder=holder, service=service) for number in EXAMPLES],
        today=clock.now().astimezone(time_zone()).date(),
        version_id=row.latest.id,
        formdata=request.form if is_sent else None,
    )


def _answered(form: AnswerForm, content: Content) -> list[ShownAnswer]:
    files = {key: [upload.name for upload in rows] for key, rows in form.uploads_by_field().items() if key}
    return [*shown_answers(content.form, form.answers(), current_language(), files)]


def _show(
    service: Service, row: ItemRow, form: AnswerForm, *, status: int = 200, is_checked: bool = False
) -> Response:
    language, content = current_language(), content_of(row.latest)
    form.prepare()
    shown = _answered(form, content) if is_checked else []
    return answers.page(
        "catalog/console/tryout.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(language),
        item_slug=row.item.slug,
        name=content.name_in(language),
        row=row,
        face=face_of(row.standing),
        content=content,
        has_points=settings_of(db.session, service.id).has_points,
        form=form,
        is_checked=is_checked,
        taken=[(answer.label, answer.text) for answer in shown],
        first_message=as_text(shown),
    )
