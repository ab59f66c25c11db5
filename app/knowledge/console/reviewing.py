"""A version on its way: to review, back from it, thrown away, published; an article withdrawn and offered again."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.cases.guard.outgoing import Stopped
from app.extensions import db
from app.i18n import _, current_language, language_word
from app.knowledge import desk_page, guarding
from app.knowledge.actions import publishing, reviewing
from app.knowledge.comparing import compare
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of, show_article
from app.knowledge.editions import versions_of
from app.knowledge.files import files_of
from app.knowledge.forms.review import PublicationForm, ReturnForm
from app.knowledge.lifecycle import Act, NotPossible
from app.knowledge.models import Article, ArticleVersion
from app.knowledge.standing import StaleVersion, audience_of, in_the_making, mark_of
from app.web import answers
from app.web.errors import refusal
from app.web.gate import actor

CONFLICT = 409


@routes.post("/knowledge/<kb>/<any(ja, en):language>/submission")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def submit(kb: str, language: str) -> Response:
    """Ask the leads to look at a draft."""
    article = found_article(kb)
    try:
        reviewing.submit(db.session, article, _making(article, language), actor=actor())
    except NotPossible:
        return _late(_("There is no draft to review."))
    return saved(_("The draft was sent to review. The leads get a mail."), article, language)


@routes.post("/knowledge/<kb>/<any(ja, en):language>/return")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def send_back(kb: str, language: str) -> Response:
    """Send what is in review back to its author, with a remark."""
    article = found_article(kb)
    version = reviewing_of(article, language, Act.RETURN)
    if version is None:
        return _late(_("This version is not in review any more."))
    form = ReturnForm(prefix="return")
    if not form.validate():
        return show_article(article, language=language, return_form=form, status=422)
    reviewing.send_back(db.session, article, version, actor=actor(), remark=form.remark.data or "")
    return saved(_("The version was sent back. Its author gets a mail."), article, language)


@routes.post("/knowledge/<kb>/<any(ja, en):language>/removal")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def discard(kb: str, language: str) -> Response:
    """Throw away what is in the making; what customers see stays."""
    article = found_article(kb)
    try:
        reviewing.discard(db.session, article, _making(article, language), actor=actor())
    except NotPossible:
        return _late(_("There is no draft to discard."))
    return saved(_("The draft was discarded."), article, language)


@routes.get("/knowledge/<kb>/<any(ja, en):language>/publication")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def ask_publication(kb: str, language: str) -> Response:
    """What customers will read differently once the version is published."""
    article = found_article(kb)
    version = reviewing_of(article, language, Act.PUBLISH)
    if version is None:
        return _late(_("There is no draft to publish."))
    form = PublicationForm(formdata=None)
    form.stopped = guarding.stop(db.session, article, version)
    return _ask(article, version, form)


@routes.post("/knowledge/<kb>/<any(ja, en):language>/publication")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def publish(kb: str, language: str) -> Response:
    """Publish the version whose difference was shown."""
    article, form = found_article(kb), PublicationForm()
    version = _making(article, language)
    try:
        publishing.publish(
            db.session,
            article,
            version,
            actor=actor(),
            seen=form.version.data or "none",
            confirmed=form.confirmed.data or "",
        )
    except NotPossible:
        return _late(_("There is no draft to publish."))
    except StaleVersion:
        assert version is not None  # noqa: S101 - publish() has refused where there is none
        form.stopped = guarding.stop(db.session, article, version)
        return _ask(article, version, form, status=CONFLICT, is_stale=True)
    except Stopped as stop:
        assert version is not None  # noqa: S101 - as above
        form.stopped = stop
        return _ask(article, version, form, status=422)
    return saved(_("The version is published."), article, language)


@routes.post("/knowledge/<kb>/withdrawal")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def withdraw(kb: str) -> Response:
    """Take an article from its readers."""
    article = found_article(kb)
    try:
        publishing.withdraw(db.session, article, actor=actor())
    except NotPossible:
        return _late(_("This article is not published."))
    return saved(_("The article was withdrawn. Customers no longer see it."), article)


@routes.post("/knowledge/<kb>/offer")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def offer(kb: str) -> Response:
    """Let customers have a withdrawn article again."""
    article = found_article(kb)
    try:
        publishing.offer_again(db.session, article, actor=actor())
    except NotPossible:
        return _late(_("This article is not withdrawn."))
    return saved(_("The article is published again, as it was."), article)


def saved(message: str, article: Article, language: str | None = None) -> Response:
    """Say what was done, and lead back to the article."""
    flash(message, "success")
    return answers.see_other(url_for(".show", kb=article.number, language=language))


def reviewing_of(article: Article, language: str, act: Act) -> ArticleVersion | None:
    """The version in the making, if ``act`` is possible for it now.

    :raises Forbidden: if the act is not the actor's.
    """
    try:
        return reviewing.refuse_other_states(
            db.session, article, _making(article, language), act, actor=actor()
        )
    except NotPossible:
        return None


def _making(article: Article, language: str) -> ArticleVersion | None:
    return in_the_making(db.session, article, language)


def _late(title: str) -> Response:
    return refusal(
        CONFLICT, title, _("Somebody may have been faster. Go back and look at the article again.")
    )


def _ask(
    article: Article,
    version: ArticleVersion,
    form: PublicationForm,
    *,
    status: int = 200,
    is_stale: bool = False,
) -> Response:
    current = versions_of(article).get(version.language)
    form.version.data = mark_of(version)
    return answers.page(
        "knowledge/console/publication.html",
        status=status,
        form=form,
        is_stale=is_stale,
        version=version,
        current=current,
        language_name=language_word(version.language),
        title_parts=compare(current.title if current else "", version.title),
        body_parts=compare(current.body if current else "", version.body),
        files=files_of(db.session, version),
        current_files=files_of(db.session, current).all if current else (),
        audience=desk_page.readers_in_words(db.session, audience_of(db.session, article), current_language()),
        **head_of(article),
    )
