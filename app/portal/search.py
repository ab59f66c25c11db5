"""The portal's search: a case by its number, other words in cases and knowledge (S20, SEARCH-01 to SEARCH-05)."""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from app import finding
from app.authz import Permission, requires
from app.cases.found import as_filter
from app.extensions import db
from app.i18n import current_language
from app.search.missed import note_miss
from app.web import answers
from app.web.forms import CONTROLS, plain_text
from app.web.gate import actor, may

routes = Blueprint("search", __name__)


@routes.get("/search")
@requires(Permission.PORTAL_CASE_READ)
def show() -> Response:
    """The page of results."""
    text = CONTROLS.sub("", plain_text(request.args.get("q")))[: finding.LONGEST]
    results = finding.find(
        db.session,
        actor(),
        text,
        language=current_language(),
        reads_articles=may(Permission.PORTAL_KNOWLEDGE_READ),
    )
    if results.is_in_vain:
        note_miss(actor(), text, service_id=g.service.id)
    return answers.page("portal/search.html", text=text, results=results, f=as_filter(text))
