"""Articles beside an inquiry that is being written; the page asks for them by itself.

What is being written travels in the body: in an address it would stand in the logs of every server on the way.
"""

from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.i18n import current_language
from app.knowledge.portal import routes
from app.knowledge.suggesting import suggest
from app.web.background import in_background
from app.web.forms import printable
from app.web.gate import actor
from app.web.transaction import only_reads

MOST = 5


@routes.post("/knowledge/suggestions")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
@in_background
@only_reads
def suggestions() -> Response:
    """The list alone, for the page that holds the text; 204 where nothing fits."""
    text = printable(request.form.get("text", ""))
    rows = suggest(db.session, actor(), text, language=current_language(), most=MOST)
    if not rows:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(render_template("knowledge/portal/suggestions.html", rows=rows))
