"""What an agent is typing of an article, kept until it is saved or discarded."""

from flask import url_for
from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.cases import draft_forms
from app.cases.actions import drafts
from app.extensions import db
from app.knowledge import policy
from app.knowledge.console import routes
from app.knowledge.console.article import found_article
from app.knowledge.drafting import place_of, place_of_new
from app.knowledge.models import ArticleKind
from app.web import answers
from app.web.background import in_background
from app.web.gate import actor

# What of a version's form is kept beside its text.
LINES = ("title", "remark")


@routes.post("/knowledge/new/typed")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
@in_background
def keep_new() -> Response:
    """Keep the form of an article that is being begun."""
    place = place_of_new(ArticleKind.TEXT)
    return draft_forms.keep(actor(), place, lines=LINES, choices=("category", "language"))


@routes.post("/knowledge/new/typed/removal")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def forget_new() -> Response:
    """Discard the text of an article that was not begun."""
    drafts.throw_away(db.session, actor=actor(), place=place_of_new(ArticleKind.TEXT))
    return answers.see_other(url_for(".new_article"))


@routes.post("/knowledge/<kb>/<any(ja, en):language>/typed")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
@in_background
def keep_typed(kb: str, language: str) -> Response:
    """Keep the form of an edition that is being written, and from which version it was made."""
    article = found_article(kb)
    authorize(policy.can_write(actor(), article.category.base))
    return draft_forms.keep(actor(), place_of(article, language), lines=LINES, choices=("version",))


@routes.post("/knowledge/<kb>/<any(ja, en):language>/typed/removal")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def forget_typed(kb: str, language: str) -> Response:
    """Discard the text of an edition that was not saved."""
    article = found_article(kb)
    drafts.throw_away(db.session, actor=actor(), place=place_of(article, language))
    return answers.see_other(url_for(".edit", kb=kb, language=language))
