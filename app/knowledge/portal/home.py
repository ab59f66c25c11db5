"""The start of the knowledge: the search, and the bases that hold something for whoever asks (S21, KB-01)."""

from flask import request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.knowledge.facets import bases_with_articles
from app.knowledge.portal import routes
from app.web import answers
from app.web.gate import actor

# So many cards at first, the rest behind すべて表示.
FEW = 4


@routes.get("/knowledge/")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def home() -> Response:
    """The page of S21; ``?all=1`` shows every base."""
    bases = bases_with_articles(db.session, actor())
    return answers.page(
        "knowledge/portal/home.html",
        bases=bases if request.args.get("all") == "1" else bases[:FEW],
        base_count=len(bases),
        article_count=sum(base.articles for base in bases),
    )
