"""How the desk of a service works: its hours, closed days, response targets, and closing; for system administrators."""

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import queries, targets
from app.cases.actions import desk_settings as actions
from app.cases.console import routes
from app.cases.console.services import service_for
from app.cases.desk_forms import ClosedDayForm, DeskHoursForm, TargetsForm, clock_minutes, key_of, parsed_day
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
    actions.set_desk_hours(
        db.session,
        actor=actor(),
        service=service,
        opens_minute=clock_minutes(form.opens.data or "") or 0,
        closes_minute=clock_minutes(form.closes.data or "") or 0,
        workdays=form.workday_marks,
        agents_may_close=bool(form.agents_may_close.data),
        auto_close_days=int(days) if days else None,
    )
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
    actions.set_targets(db.session, actor=actor(), service=service, minutes=minutes)
    return _saved(service, _("The targets were saved. Open cases follow within a minute."))


def _saved(service: Service, message: str) -> Response:
    flash(message, "success")
    return answers.see_other(url_for(".desk_settings", slug=service.slug))


def _show(
    service: Service,
    *,
    hours_form: DeskHoursForm | None = None,
    day_form: ClosedDayForm | None = None,
    targets_form: TargetsForm | None = None,
    status: int = 200,
) -> Response:
    settings = queries.settings_of(db.session, service.id)
    categories = list(queries.categories_of(db.session, service.id))
    if hours_form is None:
        hours_form = DeskHoursForm(formdata=None, prefix="hours")
        hours_form.offer()
        hours_form.fill(settings)
    if targets_form is None:
        targets_form = TargetsForm(formdata=None)
        targets_form.fill(targets.targets_of(db.session, service.id), categories)
    rows: list[dict[str, Any]] = [
        {"key": key_of(category), "label": category.label if category else _("All other categories")}
        for category in (*categories, None)
    ]
    return answers.page(
        "cases/console/desk_settings.html",
        status=status,
        shown_service=service,
        service_name=service.name_in(current_language()),
        hours_form=hours_form,
        day_form=day_form or ClosedDayForm(formdata=None, prefix="closed"),
        closed_days=targets.closed_days(db.session, service.id),
        targets_form=targets_form,
        rows=rows,
        time_zone_name=settings.time_zone,
    )
