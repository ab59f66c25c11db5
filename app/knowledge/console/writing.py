"""Writing articles: a new one, and the next version of an edition, beside its source where it is a translation."""

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.cases import draft_forms
from app.cases.actions import drafts
from app.extensions import db
from app.files import actions as files
from app.files.limits import LARGEST_FORM
from app.files.models import StoredFile
from app.files.taking import say_too_large, take_files
from app.i18n import _, current_language
from app.knowledge import policy, queries
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of
from app.knowledge.console.articles import base_name
from app.knowledge.drafting import place_of, place_of_new
from app.knowledge.editions import versions_of
from app.knowledge.files import files_of
from app.knowledge.forms.writing import LARGEST_TYPED, NewArticleForm, VersionForm
from app.knowledge.models import Article, ArticleKind, ArticleVersion, KnowledgeCategory
from app.knowledge.standing import (
    StaleVersion,
    files_among,
    in_the_making,
    mark_of,
    newest_version,
    refuse_stale,
)
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_text, takes_uploads

routes.register_error_handler(RequestEntityTooLarge, say_too_large)


@routes.get("/knowledge/new")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def new_article() -> Response:
    """The form of a new article, or with ``?kind=document`` of a document."""
    return show_new(new_form(asked_kind()))


@routes.post("/knowledge/new")
@takes_text(LARGEST_TYPED)
@takes_uploads(LARGEST_FORM)
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def add_article() -> Response:
    """Begin an article as a draft; a second click begins none."""
    form = new_form(asked_kind())
    take_files(form)
    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=lambda: _start(form),
        done=answers.see_other,
        refuse=lambda message: show_new(form, status=422, refusal=message),
    )


@routes.get("/knowledge/<kb>/<any(ja, en):language>/edit")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def edit(kb: str, language: str) -> Response:
    """The form of an edition: what is in the making, or what readers see, or nothing yet."""
    article = found_article(kb)
    authorize(policy.can_write(actor(), article.category.base))
    form = VersionForm(formdata=None)
    newest = newest_version(db.session, article, language)
    _be_of(form, article, newest)
    form.version.data = mark_of(newest)
    if newest is not None:
        form.fill(newest, files_of(db.session, newest).all)
        form.remark.data = newest.remark if not newest.published_at else ""
    return _show(article, language, form, newest)


@routes.post("/knowledge/<kb>/<any(ja, en):language>/edit")
@takes_text(LARGEST_TYPED)
@takes_uploads(LARGEST_FORM)
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def save(kb: str, language: str) -> Response:
    """Save what is in the making of an edition, unless somebody else changed it since the form was made."""
    form = VersionForm()
    take_files(form)
    article = found_article(kb)
    authorize(policy.can_write(actor(), article.category.base))
    newest = newest_version(db.session, article, language)
    _be_of(form, article, newest)
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _save(article, language, form),
            done=answers.see_other,
            refuse=lambda message: _show(article, language, form, newest, status=422, refusal=message),
        )
    except StaleVersion:
        # The form now carries today's mark: whoever has read both texts may save over the other one.
        form.version.data = mark_of(newest)
        once.renew(form)
        return _show(article, language, form, newest, status=409, is_stale=True)


def asked_kind() -> ArticleKind:
    """The kind of article that the address asks for."""
    return ArticleKind.DOCUMENT if request.args.get("kind") == ArticleKind.DOCUMENT else ArticleKind.TEXT


def new_form(kind: ArticleKind) -> NewArticleForm:
    """The form of a new article, with what was typed if it comes back."""
    form = NewArticleForm()
    form.be_of(kind)
    form.offer(categories(), current_language())
    return form


def categories() -> list[tuple[str, KnowledgeCategory]]:
    """The categories that the actor writes for, each with the name of its base, in their order."""
    return [
        (base_name(category.base), category)
        for category in queries.categories_within_reach(db.session, actor())
        if policy.can_write(actor(), category.base)
    ]


def category_of(value: str | None) -> KnowledgeCategory:
    """The category that a valid form names."""
    return next(category for _base, category in categories() if str(category.id) == value)


def _start(form: NewArticleForm) -> str:
    article = start_article(
        db.session,
        actor=actor(),
        category=category_of(form.category.data),
        kind=form.kind,
        language=form.language.data,
        content=content_of_new(form),
    )
    drafts.discard(db.session, actor=actor(), place=place_of_new(form.kind))
    flash(
        _("The draft was saved as %(number)s. Nobody but the desk sees it.", number=article.number), "success"
    )
    return url_for(".show", kb=article.number)


def content_of_new(form: NewArticleForm) -> Content:
    """What the first version of an article says."""
    return _content(form, None)


def _save(article: Article, language: str, form: VersionForm) -> str:
    # Before files are kept, so that a form that comes back still has them.
    refuse_stale(db.session, article, language, form.version.data or "none")
    write_version(
        db.session, article, actor=actor(), language=language, content=_content(form, article, language)
    )
    drafts.discard(db.session, actor=actor(), place=place_of(article, language))
    flash(_("The draft was saved. Customers see it once it is published."), "success")
    return url_for(".show", kb=article.number, language=language)


def _content(form: VersionForm, article: Article | None, language: str = "") -> Content:
    """What a valid form says, with its uploads made files of ours."""
    taken = [files.keep(db.session, upload, actor=actor()) for upload in form.taken_uploads()]
    told: dict[str, Any] = {"title": form.title.data or "", "remark": form.remark.data or ""}
    if article is not None and language != article.source_language:
        told["translates"] = _source_of(article, language)
    if form.kind is ArticleKind.DOCUMENT:
        return Content(document=taken[0] if taken else form.document, **told)
    return Content(body=form.body.data or "", html=form.rich(), files=[*_kept(form, article), *taken], **told)


def _kept(form: VersionForm, article: Article | None) -> Sequence[StoredFile]:
    """The files of the article that stay with the version; a token of anything else is left out (SEC-44)."""
    return files_among(db.session, article, form.kept.data or ()) if article else ()


def _source_of(article: Article, language: str) -> ArticleVersion | None:
    """What a translation is made from: the source that readers see, or the one that is in the making."""
    if language == article.source_language:
        return None
    seen = versions_of(article).get(article.source_language)
    return seen or in_the_making(db.session, article, article.source_language)


def _be_of(form: VersionForm, article: Article, newest: ArticleVersion | None) -> None:
    form.be_of(article.kind, newest.document if newest else None)


def show_new(
    form: NewArticleForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    action: str | None = None,
    case_number: str | None = None,
) -> Response:
    """Show the form of a new article; with ``case_number`` it was made of a case, and nothing is kept of it yet."""
    has_draft = form.kind is ArticleKind.TEXT and case_number is None
    if has_draft:
        draft_forms.give_back(actor(), {place_of_new(form.kind): (form, form.body)})
    form.prepare()
    return answers.page(
        "knowledge/console/new.html",
        status=status,
        form=form,
        refusal=refusal,
        kept_files=(),
        action=action,
        case_number=case_number,
        has_draft=has_draft,
    )


def _give_back(article: Article, language: str, form: VersionForm) -> None:
    """Show what the actor was typing, if there is anything, in place of what is stored."""
    stored = form.body.data, form.html.data
    form.body.data = form.html.data = None
    draft_forms.give_back(actor(), {place_of(article, language): (form, form.body)})
    if not form.is_restored:
        form.body.data, form.html.data = stored


def _show(
    article: Article,
    language: str,
    form: VersionForm,
    newest: ArticleVersion | None,
    *,
    status: int = 200,
    refusal: str | None = None,
    is_stale: bool = False,
) -> Response:
    if form.kind is ArticleKind.TEXT and request.method == "GET":
        _give_back(article, language, form)
        # What was being typed may go on from a text that somebody has changed in the meantime.
        is_stale = form.version.data != mark_of(newest)
        form.version.data = mark_of(newest)
    form.prepare()
    source = _source_of(article, language)
    return answers.page(
        "knowledge/console/edit.html",
        status=status,
        form=form,
        refusal=refusal,
        language_of=language,
        newest=newest,
        is_stale=is_stale,
        source=source,
        source_files=files_of(db.session, source) if source else None,
        kept_files=_kept(form, article),
        **head_of(article),
    )
