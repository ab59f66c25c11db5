"""What the tests of approvals do again and again: a request that needs one, and acts of a person on it."""

from sqlalchemy.orm import Session

from app.authz import Actor
from app.catalog import queries
from app.catalog.actions import amending, approving
from app.catalog.ledger import Balances
from app.catalog.models import PointBalance, PointPeriod, RequestApproval, WorkRequest
from tests import cast
from tests.factories import catalog


def sent(session: Session, *, who: str = "taro", points: int = 8, needs_approval: bool = True) -> WorkRequest:
    """A request for an item that needs an approval."""
    item = catalog.item(session, points=points, needs_approval=needs_approval)
    return catalog.request(session, item, who=who)


def seen(session: Session, request: WorkRequest, who: str) -> tuple[Actor, WorkRequest]:
    """Somebody, and the request as that person finds it."""
    actor = cast.actor_of(session, who)
    found = queries.request_for(session, actor, request.number)
    assert found is not None
    return actor, found


def approve(session: Session, request: WorkRequest, *, who: str = "hanako") -> RequestApproval:
    """Approve a request in the version it has now."""
    actor, found = seen(session, request, who)
    return approving.approve(session, found, actor=actor, version=found.version)


def amend(session: Session, request: WorkRequest, text: str, *, who: str = "taro") -> bool:
    """Change the one answer of a request in the version it has now."""
    actor, found = seen(session, request, who)
    return amending.amend(
        session, found, actor=actor, version=found.version, answers={"details": text}, uploads={}
    )


def balances(session: Session, period: PointPeriod) -> Balances:
    """What the accounts of a period hold."""
    return session.get_one(PointBalance, period.id, populate_existing=True).as_balances()
