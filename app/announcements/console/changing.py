"""An announcement that there is: changed, or taken down before its time (ANN-05)."""

from flask import current_app, flash, url_for
from werkzeug.wrappers import Response

from app.announcements import jobs, policy
from app.announcements.actions.announcing import (
    AnnouncementOver,
    StaleAnnouncement,
    change,
    end,
    is_over,
)
from app.announcements.concerned import readings
from app.announcements.console import routes, shown
from app.announcements.forms.announcing import PlacingForm
from app.announcements.listing import NOBODY, banner_titles, title_of
from app.announcements.models import Announcement
from app.announcements.queries import get_for
from app.authz import Permission, authorize, requires
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.gate import actor

ONE = "/announcements/<int(max=9223372036854775807):announcement_id>"


@routes.get(ONE)
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def show(announcement_id: int) -> Response:
    """An announcement with the form that changes it; a past one can only be read."""
    found = _found(announcement_id)
    form = _form()
    form.fill(found)
    return _show(found, form)


@routes.post(ONE)
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def save(announcement_id: int) -> Response:
    """Change an announcement, unless somebody else did since the form was made."""
    found, form = _found(announcement_id), _form()
    if not form.validate():
        return _show(found, form, status=422)
    article = shown.found_article(form)
    if article is None:
        return _show(found, form, status=422)
    try:
        change(
            db.session,
            found,
            actor=actor(),
            version=form.version_number,
            article=article,
            placing=form.placing,
        )
    except AnnouncementOver:
        return _over()
    except StaleAnnouncement:
        # The form now carries today's version: whoever has seen both may save over the other one.
        form.version.data = str(found.version)
        return _show(found, form, status=409, is_stale=True)
    if found.is_mailed:
        jobs.wake(current_app)
    flash(_("The announcement was saved."), "success")
    return answers.see_other(url_for(".index"))


@routes.post(f"{ONE}/end")
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def end_now(announcement_id: int) -> Response:
    """Take an announcement down; one that has ended already stays as it is."""
    try:
        end(db.session, _found(announcement_id), actor=actor())
    except AnnouncementOver:
        return _over()
    flash(_("The announcement was ended."), "success")
    return answers.see_other(url_for(".index"))


def _found(announcement_id: int) -> Announcement:
    found = get_for(db.session, actor(), announcement_id)
    authorize(policy.can_manage(actor(), {row.service_id for row in found.services}))
    return found


def _form() -> PlacingForm:
    form = PlacingForm()
    form.offer(shown.offered_services(), current_language())
    return form


def _over() -> Response:
    flash(_("The announcement is over already."), "warning")
    return answers.see_other(url_for(".index"))


def _show(
    announcement: Announcement, form: PlacingForm, *, status: int = 200, is_stale: bool = False
) -> Response:
    services = {service.id: service.name_in(current_language()) for service in form.offered}
    title, title_language = title_of(announcement.article, current_language())
    return answers.page(
        "announcements/console/edit.html",
        status=status,
        form=form,
        announcement=announcement,
        title_shown=title,
        title_language=title_language,
        previews=banner_titles(announcement.article),
        article_url=shown.article_url(announcement.article.number),
        is_over=is_over(announcement),
        is_stale=is_stale,
        zone=shown.zone_name(),
        service_names=[services[row.service_id] for row in announcement.services],
        reading=readings(db.session, actor(), [announcement.id]).get(announcement.id, NOBODY),
    )
