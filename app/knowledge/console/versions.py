"""The versions of an edition: what differs between any two of them, and an old one made a draft again (KB-15)."""

import re

from flask import request
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.extensions import db
from app.i18n import _, language_word
from app.knowledge import desk_page
from app.knowledge.actions import writing
from app.knowledge.comparing import compare
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of
from app.knowledge.console.reviewing import CONFLICT, saved
from app.knowledge.files import files_of
from app.knowledge.lifecycle import NotPossible
from app.knowledge.models import Article, ArticleVersion
from app.web import answers
from app.web.errors import refusal
from app.web.gate import actor

VERSION = re.compile(r"[0-9]{1,6}")


@routes.get("/knowledge/<kb>/<any(ja, en):language>/versions")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def compare_versions(kb: str, language: str) -> Response:
    """What differs between two versions: ``?old=`` and ``?new=``, the last two where none are named."""
    article = found_article(kb)
    versions = _versions(article, language)
    if not versions:
        raise NotFound
    new = _chosen(versions, "new") or versions[0]
    old = _chosen(versions, "old") or next((each for each in versions if each.number < new.number), None)
    old_files, new_files = (files_of(db.session, each) if each else None for each in (old, new))
    return answers.page(
        "knowledge/console/versions.html",
        versions=versions,
        old=old,
        new=new,
        language_of=language,
        language_name=language_word(language),
        title_parts=compare(old.title if old else "", new.title),
        body_parts=compare(old.body if old else "", new.body),
        old_files=old_files.all if old_files else (),
        new_files=new_files.all if new_files else (),
        is_making=any(each.published_at is None for each in versions),
        **head_of(article),
    )


@routes.post("/knowledge/<kb>/<any(ja, en):language>/versions/<int(max=999999):number>/restoration")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def restore(kb: str, language: str, number: int) -> Response:
    """Make a draft of what an old version said."""
    article = found_article(kb)
    old = next((each for each in _versions(article, language) if each.number == number), None)
    if old is None:
        raise NotFound
    try:
        writing.restore(db.session, article, old, actor=actor())
    except NotPossible:
        return refusal(
            CONFLICT,
            _("A draft is in the making already"),
            _("Publish or discard it first, so that nothing of it is lost."),
        )
    return saved(_("A draft with the text of version %(n)s was made.", n=number), article, language)


def _versions(article: Article, language: str) -> list[ArticleVersion]:
    editions = desk_page.editions_of(db.session, article)
    return [version for each in editions if each.language == language for version in each.versions]


def _chosen(versions: list[ArticleVersion], name: str) -> ArticleVersion | None:
    """The version that the address names.

    :raises NotFound: if there is none of that number.
    """
    typed = request.args.get(name, "")
    if not typed:
        return None
    found = [each for each in versions if VERSION.fullmatch(typed) and each.number == int(typed)]
    if not found:
        raise NotFound
    return found[0]
