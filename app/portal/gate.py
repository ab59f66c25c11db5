"""The portal's gate: which service this is, and whether the visitor is one of its customers."""

from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from app.accounts.entrance.sign_in import send_to_sign_in
from app.authz import NotFound
from app.contracts import queries as contracts
from app.extensions import db
from app.web.gate import enter_as, is_open, signed_in


def gate() -> Response | None:
    """Let customers of the service in, as actors narrowed to it; send everybody else to sign in (SVC-04).

    Agents are no customers, and a customer without a number of this service is none here (DESK-01, HOME-04).

    :raises NotFound: for a service that does not exist.
    """
    slug = (request.view_args or {}).pop("service_slug", "")
    service = contracts.service_by_slug(db.session, slug)
    if service is None:
        raise NotFound
    g.service, g.shell = service, "portal"
    if is_open():
        return None
    person = signed_in()
    if person is None or not person.is_customer or service.id not in person.services:
        return send_to_sign_in(login=f"/{service.slug}/login")
    enter_as(person.within(service.id))
    return None


def put_service_in_addresses(_endpoint: str, values: dict[str, Any]) -> None:
    """Addresses made inside a portal lead into the same portal."""
    if "service" in g:
        values.setdefault("service_slug", g.service.slug)
