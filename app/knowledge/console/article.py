"""The desk's page of an article: both editions, their versions, readers, feedback, history (D08)."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.extensions import db
from app.files import serving
from app.files.models import StoredFile
from app.i18n import LANGUAGE_NAMES, current_language, language_word
from app.knowledge import desk_list, desk_page, history, policy, queries
from app.knowledge.console import routes
from app.knowledge.console.articles import base_name
from app.knowledge.editions import version_for
from app.knowledge.files import files_of
from app.knowledge.forms.review import ReturnForm
from app.knowledge.lifecycle import Act
from app.knowledge.models import Article
from app.knowledge.standing import audience_of, file_of
from app.storage import TOKEN
from app.web import answers
from app.web.gate import actor


@routes.get("/knowledge/<kb>")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def show(kb: str) -> Response:
    """The page of an article; ``?language=`` chooses the edition that is shown."""
    return show_article(found_article(kb))


@routes.get("/knowledge/<kb>/files/<token>")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def download(kb: str, token: str) -> Response:
    """Download a file of any version; the desk's downloads count for nothing (KB-12)."""
    return serving.download(_file(kb, token))


@routes.get("/knowledge/<kb>/files/<token>/picture")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def picture(kb: str, token: str) -> Response:
    """The picture of a file, drawn anew, for pages."""
    return serving.picture(_file(kb, token))


def found_article(kb: str) -> Article:
    """The article of that number within the actor's reach.

    :raises NotFound: if there is none; absent and foreign look the same (SEC-26).
    """
    return queries.get_for(db.session, actor(), kb)


def show_article(
    article: Article,
    *,
    language: str | None = None,
    return_form: ReturnForm | None = None,
    status: int = 200,
    refusal: str | None = None,
) -> Response:
    """Show the page of an article, with a form that was refused if there is one."""
    editions = desk_page.editions_of(db.session, article)
    asked = language or request.args.get("language", "")
    edition = next((each for each in editions if each.language == asked), editions[0])
    shown = edition.shown
    files = files_of(db.session, shown) if shown else None
    views, readers = desk_page.counts_of(db.session, article)
    return answers.page(
        "knowledge/console/show.html",
        status=status,
        refusal=refusal,
        editions=editions,
        edition=edition,
        shown=shown,
        files=files,
        readings=desk_page.readings_of(db.session, files.all) if files else {},
        views=views,
        readers=readers,
        said=desk_page.said_of(db.session, actor(), article),
        audience=desk_page.readers_in_words(db.session, audience_of(db.session, article), current_language()),
        history=history.history_of(db.session, actor(), article),
        day=desk_list.today(),
        return_form=return_form or ReturnForm(formdata=None, prefix="return"),
        **head_of(article),
    )


def head_of(article: Article) -> dict[str, Any]:
    """What every page of an article shows: its number, title and place, and what the actor may do."""
    base = article.category.base
    who = actor()
    version = version_for(article, current_language())
    return {
        "article": article,
        "title": version.title if version else None,
        "base_name": base_name(base),
        "category_name": article.category.name_in(current_language()),
        "languages": LANGUAGE_NAMES,
        "language_word": language_word,
        "may_write": policy.can_write(who, base),
        "may_publish": policy.can_publish(who, base),
        "may_place": policy.can_place(who, base, article.state),
        "may_return": policy.can_act(who, Act.RETURN, base),
    }


def _file(kb: str, token: str) -> StoredFile:
    article = found_article(kb)
    found = file_of(db.session, article, token) if TOKEN.fullmatch(token) else None
    if found is None:
        raise NotFound
    return found
