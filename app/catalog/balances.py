"""Balances of points as they stand, read for a movement that follows from them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ledger import Balances
from app.catalog.models import PointBalance


def locked_balances(session: Session, period_id: int) -> Balances:
    """The balances of a period as they are now; nobody else changes them until this transaction ends."""
    return locked_row(session, period_id).as_balances()


def locked_row(session: Session, period_id: int) -> PointBalance:
    """The row of the balances, with the number of the last entry that it knows; locked likewise.

    Whoever needs the balances of two periods locks the earlier one first, so that nobody waits for each other.
    """
    chosen = select(PointBalance).where(PointBalance.period_id == period_id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one()
