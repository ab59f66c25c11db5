"""What services and contracts include of the catalogue: requests, points, and how periods go on (SVC-06, PT-06)."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.authz import Actor, authorize
from app.catalog import events, ledger, policy
from app.catalog.models import CatalogSettings, RequestTerms
from app.catalog.models.terms import AtPeriodEnd
from app.contracts.models import CustomerNumber, Service
from app.journal import record


def set_catalog_settings(
    session: Session, *, actor: Actor, service: Service, is_by_contract: bool, has_points: bool
) -> CatalogSettings:
    """Set whether the contracts of a service decide on requests, and whether points pay for them."""
    authorize(policy.can_manage_catalog(actor))
    settings = session.get(CatalogSettings, service.id) or CatalogSettings(service_id=service.id)
    settings.is_by_contract, settings.has_points = is_by_contract, has_points
    session.add(settings)
    happened = events.CatalogSettingsSet(is_by_contract, has_points)
    record(session, actor=actor, subject=service, happened=happened)
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a contract says about requests and points; the points are those of a month."""

    includes_requests: bool = False
    includes_points: bool = False
    plan_points: int = 0
    option_points: int = 0
    renews: bool = False
    at_period_end: AtPeriodEnd = AtPeriodEnd.EXPIRE
    mails_statement: bool = False


def set_request_terms(
    session: Session, *, actor: Actor, number: CustomerNumber, terms: Terms
) -> RequestTerms:
    """Set what the contract of a customer number includes; periods that exist stay as they are.

    :raises app.catalog.ledger.LedgerRefusal: if the points of a month are below zero or above ``MOST_POINTS``.
    """
    authorize(policy.can_manage_points(actor, number))
    ledger.demand_points(terms.plan_points, terms.option_points)
    row = session.get(RequestTerms, number.id) or RequestTerms(customer_number_id=number.id)
    for name, value in asdict(terms).items():
        setattr(row, name, value)
    session.add(row)
    happened = events.RequestTermsSet(**asdict(terms))
    record(session, actor=actor, subject=number, happened=happened)
    return row
