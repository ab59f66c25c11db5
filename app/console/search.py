"""The desk's search, and what leads keep of it: words, and searches in vain."""

from flask import Blueprint, request
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

# The modules hang their routes on the blueprint above, so they can only be imported below it.
from app.console import misses, words  # noqa: E402

__all__ = ["misses", "routes", "show", "words"]


@routes.get("/search")
@requires(Permission.CONSOLE_CASE_READ)
def show() -> Response:
    """What is found in cases with their internal notes, in knowledge, and among customer numbers and people."""
    text = CONTROLS.sub("", plain_text(request.args.get("q")))[: finding.LONGEST]
    results = finding.find(
        db.session,
        actor(),
        text,
        language=current_language(),
        reads_articles=may(Permission.CONSOLE_KNOWLEDGE_READ),
    )
    if results.is_in_vain:
        note_miss(actor(), text)
    return answers.page("console/search.html", text=text, searched=text, results=results, f=as_filter(text))
