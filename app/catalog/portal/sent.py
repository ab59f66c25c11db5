"""A work request that was sent: what it says, where it stands, its files and its history (WR-06, WR-11)."""

from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.catalog import queries
from app.catalog.contents import shown_in
from app.catalog.forms.approving import RefusalForm
from app.catalog.history import history_of
from app.catalog.lifecycle import RequestState
from app.catalog.models import WorkRequest
from app.catalog.portal import routes
from app.catalog.portal.offer import demand_requests
from app.catalog.request_files import file_for, files_of
from app.catalog.request_page import approvers_of, case_of
from app.extensions import db
from app.files import serving
from app.i18n import current_language
from app.web import answers
from app.web.gate import actor


@routes.get("/work-requests/sent/<number>")
@requires(Permission.PORTAL_REQUEST_READ)
def show_sent_request(number: str) -> Response:
    """A request of the own customer numbers."""
    return show_sent(found_sent(number))


@routes.get("/work-requests/sent/<number>/files/<token>")
@requires(Permission.PORTAL_REQUEST_READ)
def download_sent_file(number: str, token: str) -> Response:
    """Download a file of a request; the right to it is asked each time (SEC-44)."""
    demand_requests()
    return serving.download(file_for(db.session, actor(), number, token))


def found_sent(number: str) -> WorkRequest:
    """The request of that number within reach, where the portal offers requests at all (SVC-06).

    :raises NotFound: if there is none; absent and foreign look the same (SEC-26).
    """
    demand_requests()
    found = queries.request_for(db.session, actor(), number)
    if found is None:
        raise NotFound
    return found


def show_sent(
    found: WorkRequest,
    *,
    status: int = 200,
    refusal: str | None = None,
    refusal_form: RefusalForm | None = None,
) -> Response:
    """Show the page of a request, with a form of its acts that was refused if there is one."""
    files = files_of(db.session, found)
    return answers.page(
        "catalog/portal/sent.html",
        status=status,
        work_request=found,
        shown=shown_in(db.session, found, files, current_language()),
        files=files,
        used=found.points if found.state is RequestState.ACCEPTED else 0,
        is_stuck=found.state is RequestState.APPROVAL and not approvers_of(db.session, found),
        case=case_of(db.session, actor(), found),
        history=history_of(db.session, actor(), found),
        refusal=refusal,
        refusal_form=refusal_form or RefusalForm(formdata=None),
    )
