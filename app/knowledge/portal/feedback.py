"""What readers say of an article: whether it helped, and a remark to its author."""

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.extensions import db
from app.i18n import LANGUAGES, _, current_language
from app.knowledge import editions, queries
from app.knowledge.actions.feedback import give_feedback
from app.knowledge.forms.feedback import YES, FeedbackForm
from app.knowledge.portal import routes
from app.knowledge.portal.article import show_article
from app.web import answers
from app.web.gate import actor


@routes.post("/knowledge/<number>/feedback")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def feedback(number: str) -> Response:
    """Say whether an article helped, or say it anew; one word per reader and article."""
    article = queries.get_for(db.session, actor(), number)
    form = FeedbackForm()
    if not form.validate():
        return show_article(article, form, status=422)
    asked = request.args.get("language", "")
    version = editions.version_for(article, asked if asked in LANGUAGES else "", current_language())
    if version is None:
        raise NotFound
    give_feedback(
        db.session,
        article,
        version,
        actor=actor(),
        has_helped=form.helped.data == YES,
        remark=form.remark.data or "",
    )
    flash(_("Thank you for your feedback."), "success")
    if answers.is_enhanced():
        return show_article(article)
    return answers.see_other(
        url_for(".show", number=article.number, language=asked or None, _anchor="feedback")
    )
