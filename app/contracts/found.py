"""Customer numbers that the desk's search finds, by their number or by the name of their contract holder (D10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import Session

from app.authz import Actor
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.contracts.queries import number_or_holder_holds, numbers_visible_to

# One character stands in nearly every number and name.
LEAST_CHARACTERS = 2


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """One customer number: whose it is, and for which service in the reader's language."""

    number: str
    holder: str
    service: str


@dataclass(frozen=True, slots=True)
class FoundNumbers:
    """The first hits and the number of all of them."""

    hits: Sequence[FoundNumber] = ()
    total: int = 0


def by_words(session: Session, actor: Actor, typed: str, *, language: str, shown: int) -> FoundNumbers:
    """The first ``shown`` customer numbers within reach that hold what was typed, in order of holder and number."""
    typed = typed.strip()
    if len(typed) < LEAST_CHARACTERS:
        return FoundNumbers()
    service_name = Service.name_ja if language == "ja" else Service.name_en
    found = (
        numbers_visible_to(actor)
        .join(CustomerNumber.holder)
        .join(CustomerNumber.service)
        .where(number_or_holder_holds(typed))
    )
    columns = (CustomerNumber.number, ContractHolder.name, service_name)
    rows = session.execute(
        found.with_only_columns(*columns, maintain_column_froms=True)
        .order_by(ContractHolder.name, CustomerNumber.number)
        .limit(shown + 1)
    ).all()
    hits = [FoundNumber(*row) for row in rows[:shown]]
    if len(rows) <= shown:
        return FoundNumbers(hits, len(hits))
    counted = found.with_only_columns(func.count(), maintain_column_froms=True)
    return FoundNumbers(hits, session.scalar(counted) or 0)
