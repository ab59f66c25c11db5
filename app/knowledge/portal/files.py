"""Files of articles in the portal: documents and attachments are downloaded, pictures shown (KB-10, SEC-44)."""

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.files import serving
from app.knowledge.files import file_for
from app.knowledge.portal import routes
from app.knowledge.readings import count_view
from app.web.gate import actor


@routes.get("/knowledge/<number>/files/<token>")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def download(number: str, token: str) -> Response:
    """Download a file; the right to it is asked each time (SEC-44), and each download counts (KB-12)."""
    article, file = file_for(db.session, actor(), number, token)
    answer = serving.download(file)
    if _is_beginning(answer):
        count_view(actor(), article.id)
    return answer


@routes.get("/knowledge/<number>/files/<token>/picture")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def picture(number: str, token: str) -> Response:
    """The picture of a file, drawn anew, for the text of its article."""
    _article, file = file_for(db.session, actor(), number, token)
    return serving.picture(file)


def _is_beginning(answer: Response) -> bool:
    """Tell whether a file goes out from its first byte: the parts of a download that goes on are no new one."""
    match answer.status_code:
        case HTTPStatus.OK:
            return request.method == "GET"
        case HTTPStatus.PARTIAL_CONTENT:
            return request.method == "GET" and answer.content_range.start == 0
    return False
