"""What the tests of the customers' side do again and again: contracts, versions, and a form that is sent."""

from sqlalchemy.orm import Session

from app.catalog.actions import availability
from app.catalog.actions.items import publish, save_draft, withdraw
from app.catalog.actions.terms import Terms, set_request_terms
from app.catalog.content import Content
from app.catalog.fields import FieldDefinition, FormDefinition
from tests import cast
from tests.cast import CS_NUMBER
from tests.client import InspectingClient, Page
from tests.factories import catalog, requests

LIST = "/cs/work-requests/"
FORM = "/cs/work-requests/policy"
SENT = "/cs/work-requests/sent"


def contract(
    session: Session, *, includes_requests: bool, includes_points: bool, number: str = CS_NUMBER
) -> None:
    """Say what the contract of a number includes."""
    terms = Terms(includes_requests=includes_requests, includes_points=includes_points)
    set_request_terms(session, actor=catalog.MAKER, number=cast.number(session, number), terms=terms)


def publish_anew(session: Session, *, fields: tuple[FieldDefinition, ...] = (catalog.DETAILS,)) -> None:
    """A second version of the item, with these fields."""
    item = requests.item_of(session)
    content = Content(name_ja="新しい名前", name_en="New name", form=FormDefinition(fields))
    save_draft(session, item, actor=catalog.MAKER, content=content)
    publish(session, item, actor=catalog.MAKER)


def withdraw_item(session: Session) -> None:
    """Nobody can order the item any more."""
    withdraw(session, requests.item_of(session), actor=catalog.MAKER)


def restrict(session: Session, *, to: str) -> None:
    """Only one customer number can order the item."""
    item = requests.item_of(session)
    availability.set_restricted(session, item, actor=catalog.MAKER, is_restricted=True)
    availability.add_number(session, item, actor=catalog.MAKER, number=cast.number(session, to))


def send(client: InspectingClient, page: Page, **typed: str) -> Page:
    """Send the item's form with some details, and what else is typed."""
    return client.submit(page, FORM, **{"f-details": "変更をお願いします。", **typed})
