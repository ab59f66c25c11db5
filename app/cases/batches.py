"""Reads of what is opened for many numbers at once; a batch exists for its owner alone, in a service of theirs."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.authz import Actor, NotFound
from app.cases.models import Case, CaseBatch, CaseBatchItem
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.contracts.queries import numbers_visible_to

SHOWN_BATCHES = 5
OFFERED_NUMBERS = 100
# Blanks, line ends, and the commas and semicolons of both widths and of spreadsheets.
BETWEEN = re.compile(r"[\s,;、，；]+")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    total: int
    opened: int
    failed: int

    @property
    def waiting(self) -> int:
        """How many numbers have not had their turn."""
        return self.total - self.opened - self.failed

    @property
    def is_over(self) -> bool:
        """Tell whether all numbers have had their turn."""
        return self.waiting == 0


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One number of a batch: its case, or why there is none."""

    number: str
    holder: str
    case_number: str | None
    failure: str | None


def visible_to(actor: Actor) -> Select[CaseBatch]:
    """The actor's own batches, as long as they work for the service: a batch names its customers and their cases."""
    return select(CaseBatch).where(
        CaseBatch.user_id == actor.user_id, CaseBatch.service_id.in_(sorted(actor.services))
    )


def batch_for(session: Session, actor: Actor, token: str) -> CaseBatch:
    """A batch of the actor's own.

    :raises NotFound: for anybody else's, as for one that never was.
    """
    found = session.scalar(visible_to(actor).where(CaseBatch.token == token).order_by(CaseBatch.id))
    if found is None:
        raise NotFound
    return found


def own_batches(session: Session, actor: Actor) -> Sequence[CaseBatch]:
    """The actor's own newest batches."""
    return session.scalars(visible_to(actor).order_by(CaseBatch.id.desc()).limit(SHOWN_BATCHES)).all()


def progress_of(session: Session, batch: CaseBatch) -> Progress:
    """Count the numbers of a batch, those opened and those that failed."""
    opened = func.count(CaseBatchItem.case_id)
    failed = func.count(CaseBatchItem.failure)
    counted = select(func.count(), opened, failed).where(CaseBatchItem.batch_id == batch.id)
    return Progress(*session.execute(counted).one())


def items_of(session: Session, batch: CaseBatch, *, limit: int, offset: int) -> Sequence[ItemRow]:
    """Some numbers of a batch: those that failed first, then those whose cases are open, in order of number."""
    rows = session.execute(
        select(CustomerNumber.number, ContractHolder.name, Case.number, CaseBatchItem.failure)
        .select_from(CaseBatchItem)
        .join(CustomerNumber, CustomerNumber.id == CaseBatchItem.customer_number_id)
        .join(ContractHolder, ContractHolder.id == CustomerNumber.holder_id)
        .outerjoin(Case, Case.id == CaseBatchItem.case_id)
        .where(CaseBatchItem.batch_id == batch.id)
        .order_by(CaseBatchItem.failure.is_(None), CustomerNumber.number)
        .limit(limit)
        .offset(offset)
    )
    return [ItemRow(*row) for row in rows]


def unfinished(session: Session) -> Sequence[int]:
    """The batches that the worker still has to see to, oldest first."""
    return session.scalars(
        select(CaseBatch.id).where(CaseBatch.finished_at.is_(None)).order_by(CaseBatch.id)
    ).all()


def waiting_items(session: Session, batch_id: int) -> Sequence[int]:
    """The items of a batch that have not had their turn, in order."""
    return session.scalars(
        select(CaseBatchItem.id)
        .where(CaseBatchItem.batch_id == batch_id)
        .where(CaseBatchItem.case_id.is_(None), CaseBatchItem.failure.is_(None))
        .order_by(CaseBatchItem.id)
    ).all()


def typed_numbers(text: str) -> list[str]:
    """The customer numbers in a text pasted from anywhere, each once, in order."""
    words = BETWEEN.split(unicodedata.normalize("NFKC", text).upper())
    return list(dict.fromkeys(word for word in words if word))


def numbers_for(
    session: Session, actor: Actor, service: Service, wanted: Sequence[str]
) -> dict[str, CustomerNumber]:
    """The rows of those numbers of a service that are within reach, with their holders."""
    rows = session.scalars(
        numbers_visible_to(actor)
        .where(CustomerNumber.service_id == service.id, CustomerNumber.number.in_(wanted))
        .options(joinedload(CustomerNumber.holder, innerjoin=True))
        .order_by(CustomerNumber.number)
    )
    return {row.number: row for row in rows}


def offered_numbers(session: Session, actor: Actor, service: Service) -> Sequence[CustomerNumber]:
    """The first numbers of a service, to be ticked; where there are more, the rest is typed."""
    return session.scalars(
        numbers_visible_to(actor)
        .where(CustomerNumber.service_id == service.id)
        .options(joinedload(CustomerNumber.holder, innerjoin=True))
        .order_by(CustomerNumber.number)
        .limit(OFFERED_NUMBERS)
    ).all()
