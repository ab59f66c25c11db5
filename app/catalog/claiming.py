"""Taking a request for one act alone, so that of several at once the first one counts (WR-08, REL-05)."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.cases.actions import StaleEdit
from app.catalog.models import WorkRequest


class AlreadyDecided(Exception):
    """Somebody else has decided on the request, or the customer has withdrawn it; its row says what became of it."""


def claim(session: Session, request: WorkRequest, *, version: int) -> None:
    """Take a request for one act alone: its row is read anew and locked until the transaction ends.

    This is a part of other acts, which have asked the policy.

    :raises AlreadyDecided: if nothing can be done to it any more.
    :raises app.cases.actions.StaleEdit: if it is not the version that was read.
    """
    session.refresh(request, inspect(WorkRequest).column_attrs.keys(), with_for_update=True)
    if not request.is_pending:
        raise AlreadyDecided
    if request.version != version:
        raise StaleEdit
