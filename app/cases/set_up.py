"""Writes to how cases work in a service: its categories and settings, by system administrators."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.cases.categories import Category
from app.cases.events import CaseSettingsSet
from app.cases.models import CaseSettings, ServiceCategory
from app.contracts import policy
from app.contracts.models import Service
from app.journal import record


def configure_service(  # noqa: PLR0913 - each setting of a service is named at the one call
    session: Session,
    *,
    actor: Actor,
    service: Service,
    categories: Sequence[tuple[Category, bool, bool]],
    one_open_inquiry: bool = False,
    third_filter: Category | None = None,
    third_filter_ja: str = "",
    third_filter_en: str = "",
    desk_mail: str | None = None,
    takes_alerts: bool = False,
) -> CaseSettings:
    """Set how cases work in ``service``; replaces what was set before.

    :param categories: (category, may customers choose it, is it exempt from the one-open-inquiry rule).
    :param takes_alerts: whether alerts make cases (CASE-19).
    :param third_filter: the category of the case list's third quick filter, named in both languages (LIST-03).
    """
    authorize(policy.can_manage(actor))
    settings = session.get(CaseSettings, service.id) or CaseSettings(service_id=service.id)
    settings.one_open_inquiry = one_open_inquiry
    settings.third_filter = third_filter
    settings.third_filter_ja, settings.third_filter_en = (
        third_filter_ja,
        third_filter_en,
    )
    settings.desk_mail = desk_mail
    settings.takes_alerts = takes_alerts
    session.add(settings)
    session.execute(delete(ServiceCategory).where(ServiceCategory.service_id == service.id))
    session.add_all(
        ServiceCategory(
            service_id=service.id,
            category=category,
            is_selectable=selectable,
            is_exempt=exempt,
        )
        for category, selectable, exempt in categories
    )
    told = CaseSettingsSet(tuple(category.value for category, _, _ in categories))
    record(session, actor=actor, subject=service, happened=told)
    return settings
