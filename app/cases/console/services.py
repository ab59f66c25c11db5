"""The services and the pages of their settings, for system administrators (ROLE-05)."""

from flask import url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases.console import routes
from app.contracts import queries as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import N_, _, current_language
from app.web import answers

# One page each: endpoint, which takes the service's slug, icon, label.
PAGES = (
    ("console.cases.desk_settings", "clock-history", N_("Hours and targets")),
    ("console.cases.intake", "inbox", N_("Alert intake")),
    ("console.catalog.catalog", "list-check", N_("Catalogue")),
)


@routes.get("/services/")
@requires(Permission.CONTRACT_MANAGE)
def services() -> Response:
    """All services, each with the ways to its settings."""
    shown = [
        (service.name_in(current_language()), [_page(service, *page) for page in PAGES])
        for service in contracts.services(db.session)
    ]
    return answers.page("cases/console/services.html", services=shown)


def service_for(slug: str) -> Service:
    """The service of an address.

    :raises NotFound: if there is none of that slug.
    """
    service = contracts.service_by_slug(db.session, slug)
    if service is None:
        raise NotFound
    return service


def _page(service: Service, endpoint: str, icon: str, label: str) -> tuple[str, str, str]:
    return url_for(endpoint, slug=service.slug), icon, _(label)
