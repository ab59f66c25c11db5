"""An article's page: number, title, author, age, views, text and files, in one of its languages (S23, KB-11)."""

from functools import partial

from flask import get_flashed_messages, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.extensions import db
from app.i18n import LANGUAGES, current_language
from app.knowledge import editions, queries
from app.knowledge.files import files_of
from app.knowledge.forms.feedback import FeedbackForm
from app.knowledge.listing import with_service
from app.knowledge.models import Article
from app.knowledge.portal import routes
from app.knowledge.readings import count_view, views_of
from app.web import answers
from app.web.gate import actor


@routes.get("/knowledge/<number>")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def show(number: str) -> Response:
    """The page of S23, in the reader's language or the one of ``?language=``; opening it counts (KB-12)."""
    article = queries.get_for(db.session, actor(), number)
    views = count_view(actor(), article.id) if is_opening() else None
    return show_article(article, views=views)


def is_opening() -> bool:
    """Tell whether somebody opens something by this request: a HEAD does not, nor does the page after an act."""
    return request.method == "GET" and not answers.is_enhanced() and not get_flashed_messages()


def show_article(
    article: Article, form: FeedbackForm | None = None, *, status: int = 200, views: int | None = None
) -> Response:
    """The page of an article within reach; an enhanced request gets the question below it alone."""
    asked = request.args.get("language", "")
    version = editions.version_for(article, asked if asked in LANGUAGES else "", current_language())
    if version is None:
        raise NotFound
    files = files_of(db.session, version)
    base = article.category.base
    given = queries.feedback_of(db.session, article, actor())
    return answers.page(
        "knowledge/portal/article.html",
        part="knowledge/portal/feedback.html",
        status=status,
        article=article,
        version=version,
        versions=editions.versions_of(article),
        is_outdated=editions.is_outdated(article, version),
        document=next((file for file in files.all if file.id == version.document_id), None),
        files=files,
        base=base,
        base_name=with_service(
            base.name_in(current_language()),
            base.service.name_in(current_language()) if base.service else None,
        ),
        views=views or views_of(db.session, article.id),
        given=given,
        form=form or FeedbackForm.of(given),
        here_url=url_for(".show", number=article.number),
        article_url=partial(url_for, ".show", number=article.number),
    )
