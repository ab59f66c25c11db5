"""Files of a case in the portal: added on their own, downloaded, shown as pictures (CASE-09, CASE-10)."""

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases import policy, queries, views
from app.cases.actions.attaching import add_files
from app.cases.files import file_for
from app.cases.forms import CommentForm, FilesForm
from app.cases.portal import routes
from app.cases.portal.case import done, show_case
from app.extensions import db
from app.files import serving
from app.files.limits import LARGEST_FORM
from app.files.taking import say_too_large, take_files
from app.web.gate import actor
from app.web.incoming import takes_uploads

routes.register_error_handler(RequestEntityTooLarge, say_too_large)


@routes.post("/cases/<number>/files")
@requires(Permission.PORTAL_CASE_UPDATE)
@takes_uploads(LARGEST_FORM)
def add_to_case(number: str) -> Response:
    """Add files to an open case."""
    form = FilesForm(prefix="files")
    take_files(form)
    case = queries.get_for(db.session, actor(), number)
    if not policy.can_comment(actor(), case):
        return show_case(
            case, CommentForm(formdata=None), status=409, refusal=views.files_not_sent_text(case)
        )
    return views.take_files_of_case(
        case,
        form,
        actor=actor(),
        add=add_files,
        done=done,
        refuse=lambda message: show_case(
            case, CommentForm(formdata=None), files_form=form, status=422, refusal=message
        ),
    )


@routes.get("/cases/<number>/files/<token>")
@requires(Permission.PORTAL_CASE_READ)
def download(number: str, token: str) -> Response:
    """Download a file; the right to it is asked each time (SEC-44)."""
    return serving.download(file_for(db.session, actor(), number, token))


@routes.get("/cases/<number>/files/<token>/picture")
@requires(Permission.PORTAL_CASE_READ)
def picture(number: str, token: str) -> Response:
    """The picture of a file, drawn anew, for pages (CASE-08)."""
    return serving.picture(file_for(db.session, actor(), number, token))
