"""Balances of points as they stand, read for a movement that follows from them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ledger import Balances
from app.catalog.models import PointBalance


def locked_balances(session: Session, period_id: int) -> Balances:
    """The balances of a period as they are now; nobody else changes them until this transaction ends."""
    chosen = select(PointBalance).where(PointBalance.period_id == period_id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one().as_balances()
