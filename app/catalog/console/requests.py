"""The queue of work requests, and the page of one of them (D03, D04)."""

from flask import request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases.pulse import Mark
from app.catalog import queries, request_list
from app.catalog.console import routes
from app.catalog.forms.deciding import AcceptanceForm, RejectionForm
from app.catalog.models import WorkRequest
from app.catalog.request_files import file_for
from app.catalog.request_page import contents_of
from app.extensions import db
from app.files import serving
from app.lists.address import ListAddress
from app.lists.paging import page_number
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.background import in_background
from app.web.gate import actor


@routes.get("/work-requests/")
@requires(Permission.CONSOLE_REQUEST_READ)
def list_requests() -> Response:
    """What awaits a decision, oldest first, and other views of it (DESK-02)."""
    view = request_list.chosen_view(request.args.get("view", ""))
    sort = chosen_sort(request.args.get("sort", ""), view.columns, view.first_order)
    address = ListAddress(
        endpoint=".list_requests",
        sort=sort.value,
        first_order=view.first_order,
        view=view.key,
        first_view=request_list.views()[0].key,
    )
    page = request_list.request_page(
        db.session,
        actor(),
        view,
        sort,
        wanted=page_number(request.args.get("page", "")),
        url=address.page,
    )
    stuck = request_list.count_stuck(db.session, actor())
    entries = [
        {
            "label": one.label,
            "count": stuck or None if one.key == "approval" else None,
            "href": url_for(".list_requests", view=one.key if one.key != address.first_view else None),
            "current": one.key == view.key,
        }
        for one in request_list.views()
    ]
    return answers.page(
        "catalog/console/requests.html",
        page=page,
        view=view,
        entries=entries,
        stuck=stuck,
        sort=sort,
        address=address,
    )


@routes.get("/work-requests/<number>")
@requires(Permission.CONSOLE_REQUEST_READ)
def show_request(number: str) -> Response:
    """The page of a request: its content and files, and the decision (D04)."""
    return show(found_request(number))


@routes.get("/work-requests/<number>/pulse")
@requires(Permission.CONSOLE_REQUEST_READ)
@in_background
def pulse(number: str) -> Response:
    """The request's part of the page anew if it is not the version that an agent has open, else 204.

    The forms of the decision keep the version that was read, so nobody decides on what came in behind their eyes.
    """
    found, seen = found_request(number), request.args.get("version", "")
    if seen == str(found.version):
        return Response(status=204)
    # A page that comes back from an absence asks for everything, and was told of nothing yet.
    return show(found, is_news=seen != "0")


@routes.get("/work-requests/<number>/files/<token>")
@requires(Permission.CONSOLE_REQUEST_READ)
def download_request_file(number: str, token: str) -> Response:
    """Download a file of a request; the right to it is asked each time (SEC-44)."""
    return serving.download(file_for(db.session, actor(), number, token))


def found_request(number: str) -> WorkRequest:
    """The request of that number within reach.

    :raises NotFound: if there is none; absent and foreign look the same (SEC-26).
    """
    found = queries.request_for(db.session, actor(), number)
    if found is None:
        raise NotFound
    return found


def show(
    found: WorkRequest,
    *,
    acceptance: AcceptanceForm | None = None,
    rejection: RejectionForm | None = None,
    status: int = 200,
    refusal: str | None = None,
    kept: str = "",
    is_stale: bool = False,
    is_news: bool = False,
) -> Response:
    """Show the page of a request, with a form that was refused if there is one.

    :param is_news: whether somebody has an older version of it open.
    :param kept: the typed reason of a decision that came too late.
    """
    return answers.page(
        "catalog/console/request.html",
        part="catalog/console/request_body.html",
        status=status,
        mark=Mark(0, found.version),
        is_news=is_news,
        work_request=found,
        acceptance=acceptance or AcceptanceForm(formdata=None),
        rejection=rejection or RejectionForm(formdata=None),
        refusal=refusal,
        kept=kept,
        is_stale=is_stale,
        **contents_of(db.session, actor(), found),
    )
