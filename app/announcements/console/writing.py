"""A new announcement: of an article that there is, or of one written at once (ANN-05)."""

from collections.abc import Sequence

from flask import current_app, flash, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.announcements import jobs, wording
from app.announcements.actions.announcing import announce
from app.announcements.actions.composing import write_article
from app.announcements.console import routes, shown
from app.announcements.forms.announcing import AnnouncementForm
from app.announcements.listing import banner_titles
from app.authz import Permission, requires
from app.cases.guard.outgoing import Stopped
from app.extensions import db
from app.i18n import _, current_language
from app.knowledge.models import Article
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_text, takes_uploads

PREVIEW = "preview"
# Two texts of full length in Japanese, as a browser sends them, and somewhat more; in bytes.
LARGEST_NOTICE = 4 * 1024**2


@routes.get("/announcements/new")
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def new() -> Response:
    """The form; ``?article=`` names the article that somebody comes from."""
    form = made_form()
    form.article.data = request.args.get("article", "")
    form.in_panel.data = True
    form.since.show(clock.now())
    return show_new(form)


@routes.post("/announcements/new")
@takes_text(LARGEST_NOTICE)
@takes_uploads(LARGEST_NOTICE)
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def add() -> Response:
    """Announce; a second click announces nothing. With ``do=preview`` the banner is shown and nothing is kept."""
    form = made_form()
    if request.form.get("do") == PREVIEW:
        form.prepare()
        return show_new(form, previews=_previews(form))
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _announce(form),
            done=answers.see_other,
            refuse=lambda message: show_new(form, status=422, refusal=message),
        )
    except RefusedArticle:
        return show_new(form, status=422)
    except Stopped as stop:
        form.stopped = stop
        return show_new(form, status=422)


def made_form(*, is_blank: bool = False) -> AnnouncementForm:
    """The form with what the actor can choose; a blank one takes nothing of what was sent."""
    form = AnnouncementForm(formdata=None) if is_blank else AnnouncementForm()
    form.offer(shown.offered_services(), current_language())
    form.offer_articles(shown.offered_categories(), current_language())
    return form


def show_new(
    form: AnnouncementForm,
    *,
    status: int = 200,
    refusal: str | None = None,
    previews: Sequence[tuple[str, str]] | None = None,
) -> Response:
    """The page of the form; ``previews`` are the titles of the banner by language."""
    form.prepare()
    return answers.page(
        "announcements/console/new.html",
        status=status,
        form=form,
        refusal=refusal,
        previews=previews,
        zone=shown.zone_name(),
        signs=_(
            "A line beginning with %(heading)s becomes a heading, one beginning with %(item)s an item.",
            heading=wording.HEADING,
            item=wording.ITEM,
        ),
    )


class RefusedArticle(Exception):
    """The article cannot be announced; the field says why."""


def _announce(form: AnnouncementForm) -> str:
    announcement = announce(
        db.session,
        actor=actor(),
        article=_article(form),
        placing=form.placing,
        kind=form.announced_kind,
    )
    flash(_("The announcement was saved."), "success")
    if announcement.is_mailed:
        jobs.wake(current_app)
    return url_for(".index")


def _article(form: AnnouncementForm) -> Article:
    if form.is_written:
        return write_article(
            db.session,
            actor=actor(),
            category=form.chosen_category,
            texts=form.texts(),
            services=form.chosen,
            confirmed=form.confirmed.data or "",
        )
    article = shown.found_article(form)
    if article is None:
        raise RefusedArticle
    return article


def _previews(form: AnnouncementForm) -> Sequence[tuple[str, str]]:
    """The titles that the banner would have, each with its language."""
    if form.is_written:
        return [(language, title) for language, (title, _text) in form.texts().items()]
    article = shown.found_article(form)
    if article is None:
        return ()
    return banner_titles(article)
