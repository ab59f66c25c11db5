"""Articles beside an inquiry that is being written; the page asks for them by itself."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.i18n import current_language
from app.knowledge.portal import routes
from app.knowledge.suggesting import suggest
from app.web import answers
from app.web.background import in_background
from app.web.forms import printable
from app.web.gate import actor

MOST = 5


@routes.get("/knowledge/suggestions")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
@in_background
def suggestions() -> Response:
    """The list alone, for the page that holds the text; 204 where nothing fits."""
    text = printable(request.args.get("text", ""))
    rows = suggest(db.session, actor(), text, language=current_language(), most=MOST)
    if not rows:
        return Response(status=204)
    return answers.page(
        "knowledge/portal/suggested.html", part="knowledge/portal/suggestions.html", rows=rows
    )
