"""What waits for the approval of an administrator of the customer, as the portal's home page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User, shown_name
from app.authz import Actor, Permission
from app.catalog.lifecycle import RequestState
from app.catalog.models import CatalogItemVersion, WorkRequest
from app.catalog.queries import visible_to


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits for an approval; plain values, since lists hold no more than they show."""

    number: str
    item_ja: str
    item_en: str
    requester: str
    sent_at: datetime

    def item_in(self, language: str) -> str:
        """The item's name in one of the two languages."""
        return self.item_ja if language == "ja" else self.item_en


@dataclass(frozen=True, slots=True)
class AskedApprovals:
    """The oldest requests that wait for somebody's approval, and how many there are in all."""

    total: int = 0
    rows: Sequence[Asked] = ()


def asked_of(session: Session, actor: Actor, *, limit: int) -> AskedApprovals:
    """What waits for the approval of whoever asks; nothing for anybody but administrators of a customer."""
    if not (actor.is_customer and actor.may(Permission.PORTAL_REQUEST_APPROVE)):
        return AskedApprovals()
    within = visible_to(actor).where(WorkRequest.state == RequestState.APPROVAL).subquery()
    statement = (
        select(
            within.c.number,
            CatalogItemVersion.name_ja,
            CatalogItemVersion.name_en,
            User.family_name,
            User.given_name,
            within.c.created_at,
            func.count().over(),
        )
        .join(CatalogItemVersion, CatalogItemVersion.id == within.c.item_version_id)
        .join(User, User.id == within.c.requester_id)
        .order_by(within.c.created_at, within.c.id)
        .limit(limit)
    )
    found = session.execute(statement).all()
    rows = [Asked(row[0], row[1], row[2], shown_name(row[3], row[4]), row[5]) for row in found]
    return AskedApprovals(found[0][6], rows) if found else AskedApprovals()
