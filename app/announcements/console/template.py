"""The template of a maintenance notice: asked for its time, scope and effects, it fills the form (ANN-04)."""

from zoneinfo import ZoneInfo

from flask import current_app
from werkzeug.wrappers import Response

from app import clock
from app.announcements.console import routes, shown
from app.announcements.console.writing import made_form, show_new
from app.announcements.forms.announcing import WRITTEN
from app.announcements.forms.maintenance import MaintenanceForm
from app.announcements.maintenance import text_in, title_in
from app.announcements.models import AnnouncementKind
from app.authz import Permission, requires
from app.i18n import current_language
from app.web import answers


@routes.get("/announcements/maintenance")
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def maintenance() -> Response:
    """Ask what the notice is made of."""
    return _show(_form())


@routes.post("/announcements/maintenance")
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def fill_in() -> Response:
    """Show the form of a new announcement with the notice in it; nothing is kept until that one is sent."""
    form = _form()
    if not form.is_valid():
        return _show(form, status=422)
    work = form.maintenance
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    made = made_form(is_blank=True)
    made.kind.data, made.source.data = AnnouncementKind.MAINTENANCE.value, WRITTEN
    made.title_ja.data, made.body_ja.data = title_in("ja", work, zone), text_in("ja", work, zone)
    made.title_en.data, made.body_en.data = title_in("en", work, zone), text_in("en", work, zone)
    made.services.data = form.services.data
    made.in_panel.data = made.has_banner.data = True
    made.since.show(clock.now())
    made.until.show(work.until)
    return show_new(made)


def _form() -> MaintenanceForm:
    form = MaintenanceForm()
    form.offer(shown.offered_services(), current_language())
    return form


def _show(form: MaintenanceForm, *, status: int = 200) -> Response:
    return answers.page(
        "announcements/console/maintenance.html", status=status, form=form, zone=shown.zone_name()
    )
