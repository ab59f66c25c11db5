"""How the desk of a service works: its hours, closed days, response targets, and closing; for system administrators."""

from dataclasses import dataclass
from http.client import CONFLICT
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import queries, targets
from app.cases.actions import StaleEdit
from app.cases.actions import desk_settings as actions
from app.cases.categories import Category
from app.cases.console import routes
from app.cases.console.services import service_for
from app.cases.desk_forms import (
    ClosedDayForm,
    DeskHoursForm,
    FilesForm,
    TargetsForm,
    clock_minutes,
    key_of,
    most_mebibytes,
    parsed_day,
)
from app.cases.models import CaseSettings
from app.contracts import actions as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language
from app.web import answers
from app.web.gate import actor

# The largest whole number that the database has.
DAY = "/services/<slug>/desk/closed-days/<int(max=9223372036854775807):day_id>/removal"


@routes.get("/services/<slug>/desk")
@requires(Permission.CONTRACT_MANAGE)
def desk_settings(slug: str) -> Response:
    """Hours, closed days and targets of a service."""
    return _show(service_for(slug))


@routes.post("/services/<slug>/desk/hours")
@requires(Permission.CONTRACT_MANAGE)
def save_desk_hours(slug: str) -> Response:
    """Set when the desk is open and how resolved cases close (DESK-10)."""
    service, form = service_for(slug), DeskHoursForm(prefix="hours")
    form.offer()
    if not form.validate():
        return _show(service, hours_form=form, status=422)
    days = form.auto_close_days.data or ""
    try:
        actions.set_desk_hours(
            db.session,
            actor=actor(),
            service=service,
            opens_minute=clock_minutes(form.opens.data or "") or 0,
            closes_minute=clock_minutes(form.closes.data or "") or 0,
            workdays=form.workday_marks,
            agents_may_close=bool(form.agents_may_close.data),
            auto_close_days=int(days) if days else None,
            version=form.version_number(),
        )
    except StaleEdit:
        # The form now carries today's version: whoever has read both may save over the other one.
        form.version.data = str(queries.settings_of(db.session, service.id).hours_version)
        return _show(service, hours_form=form, status=409)
    return _saved(service, _("The hours were saved."))


@routes.post("/services/<slug>/desk/closed-days")
@requires(Permission.CONTRACT_MANAGE)
def add_closed_day(slug: str) -> Response:
    """Close the desk on a further day."""
    service, form = service_for(slug), ClosedDayForm(prefix="closed")
    day = parsed_day(form.day.data or "") if form.validate() else None
    if day is None:
        return _show(service, day_form=form, status=422)
    if not actions.add_closed_day(
        db.session, actor=actor(), service=service, day=day, name=form.name.data or ""
    ):
        form.day.errors = [_("The desk is closed on this day already.")]
        return _show(service, day_form=form, status=422)
    return _saved(service, _("The day was added."))


@routes.post(DAY)
@requires(Permission.CONTRACT_MANAGE)
def remove_closed_day(slug: str, day_id: int) -> Response:
    """Open the desk on that day again."""
    service = service_for(slug)
    row = targets.closed_day(db.session, service.id, day_id)
    if row is None:
        raise NotFound
    actions.remove_closed_day(db.session, actor=actor(), service=service, row=row)
    return _saved(service, _("The day was removed."))


@routes.post("/services/<slug>/desk/targets")
@requires(Permission.CONTRACT_MANAGE)
def save_targets(slug: str) -> Response:
    """Set the response targets of a service."""
    service, form = service_for(slug), TargetsForm()
    categories = list(queries.categories_of(db.session, service.id))
    form.take(request.form.to_dict(), categories)
    if form.wrong:
        return _show(service, targets_form=form, status=422)
    minutes = {
        category: (form.minutes("reply", category), form.minutes("solution", category))
        for category in (None, *categories)
    }
    try:
        actions.set_targets(
            db.session, actor=actor(), service=service, minutes=minutes, version=form.version_number()
        )
    except StaleEdit:
        form.version.data = str(queries.settings_of(db.session, service.id).targets_version)
        return _show(service, targets_form=form, status=409)
    return _saved(service, _("The targets were saved. Open cases follow within a minute."))


@routes.post("/services/<slug>/desk/files")
@requires(Permission.CONTRACT_MANAGE)
def save_largest_file(slug: str) -> Response:
    """Set how large a file of the service's customers may be (WR-05)."""
    service, form = service_for(slug), FilesForm(prefix="files")
    if not form.validate():
        return _show(service, files_form=form, status=422)
    if not form.is_of(service):
        form.fill_version(service)
        return _show(service, files_form=form, status=409)
    contracts.set_largest_file(db.session, actor=actor(), service=service, largest=form.bytes())
    return _saved(service, _("The limit was saved."))


def _saved(service: Service, message: str) -> Response:
    flash(message, "success")
    return answers.see_other(url_for(".desk_settings", slug=service.slug))


def _show(
    service: Service,
    *,
    hours_form: DeskHoursForm | None = None,
    day_form: ClosedDayForm | None = None,
    targets_form: TargetsForm | None = None,
    files_form: FilesForm | None = None,
    status: int = 200,
) -> Response:
    """Show the page with a form that was refused; at 409 with what is stored beside it."""
    settings = queries.settings_of(db.session, service.id)
    categories = list(queries.categories_of(db.session, service.id))
    stored = _as_stored(service, settings, categories)
    rows: list[dict[str, Any]] = [
        {"key": key_of(category), "label": category.label if category else _("All other categories")}
        for category in (*categories, None)
    ]
    stale = (hours_form, targets_form, files_form) if status == CONFLICT else (None, None, None)
    return answers.page(
        "cases/console/desk_settings.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        hours_form=hours_form or stored.hours,
        day_form=day_form or ClosedDayForm(formdata=None, prefix="closed"),
        closed_days=targets.closed_days(db.session, service.id),
        targets_form=targets_form or stored.targets,
        files_form=files_form or stored.files,
        stored=stored,
        stale_hours=stale[0],
        stale_targets=stale[1],
        stale_files=stale[2],
        most_mebibytes=most_mebibytes(),
        rows=rows,
        time_zone_name=settings.time_zone,
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """The forms as they are when nobody has typed into them."""

    hours: DeskHoursForm
    targets: TargetsForm
    files: FilesForm


def _as_stored(service: Service, settings: CaseSettings, categories: list[Category]) -> _Stored:
    hours, files = DeskHoursForm(formdata=None, prefix="hours"), FilesForm(formdata=None, prefix="files")
    hours.offer()
    hours.fill(settings)
    files.fill(service)
    asked = TargetsForm(formdata=None)
    asked.fill(targets.targets_of(db.session, service.id), categories, settings.targets_version)
    return _Stored(hours, asked, files)
