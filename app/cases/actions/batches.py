"""One text that opens a case for each of many customer numbers; the worker opens them one by one (DESK-06)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app import clock
from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor, Audience, Forbidden, authorize
from app.cases import batches, policy, queries
from app.cases.actions.attaching import tell_of_files
from app.cases.actions.opening import CategoryRefused, open_case
from app.cases.actions.parenting import ParentRefused, set_parent
from app.cases.categories import Category
from app.cases.guard.outgoing import NOBODY, Outgoing, look_through
from app.cases.models import Case, CaseBatch, CaseBatchFile, CaseBatchItem, CaseFile
from app.contracts.models import CustomerNumber, Service
from app.files.actions import keep
from app.files.models import StoredFile, Upload

MOST = 1_000


class ItemFault(StrEnum):
    """Why no case was opened for one customer number."""

    FORBIDDEN = "forbidden"
    CATEGORY = "category"
    PARENT = "parent"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchText:
    """What each case of a batch gets; ``html`` is the body once more as cleaned rich text, if it was written so."""

    category: Category
    subject: str
    body: str
    html: str | None = None


def open_batch(
    session: Session,
    *,
    actor: Actor,
    service: Service,
    numbers: Sequence[CustomerNumber],
    text: BatchText,
    parent: Case | None = None,
    uploads: Sequence[Upload] = (),
    confirmed: str = "",
) -> CaseBatch:
    """Write down for which numbers cases are to be opened; each number stands in it once.

    :param numbers: 1 to 1,000 numbers of ``service``.
    :param confirmed: the digest of a former stop, if somebody has looked at what was found.
    :raises guard.outgoing.Stopped: if the text names any customer and was not confirmed.
    :raises CategoryRefused: for a category that the service does not use.
    """
    authorize(policy.can_open_for(actor, service.id) and 0 < len(numbers) <= MOST)
    authorize(all(number.service_id == service.id for number in numbers))
    if text.category not in queries.categories_of(session, service.id):
        raise CategoryRefused(text.category)
    look_through(session, to_many(text, uploads), confirmed=confirmed)
    batch = CaseBatch(
        token=secrets.token_hex(16),
        user_id=actor.user_id,
        service_id=service.id,
        category=text.category,
        subject=text.subject,
        body=text.body,
        html=text.html,
        parent_id=parent.id if parent else None,
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    files = [keep(session, upload, actor=actor) for upload in uploads]
    session.add_all(CaseBatchFile(batch_id=batch.id, file_id=file.id) for file in files)
    ids = dict.fromkeys(number.id for number in numbers)
    session.add_all(CaseBatchItem(batch_id=batch.id, customer_number_id=number_id) for number_id in ids)
    session.flush()
    return batch


def to_many(text: BatchText, uploads: Sequence[Upload]) -> Outgoing:
    """The text as the guard looks through it: whatever customer it names, somebody else will read it."""
    return Outgoing(
        holder_id=NOBODY,
        body=f"{text.subject}\n{text.body}",
        html=text.html,
        file_names=[upload.name for upload in uploads],
    )


def open_item(session: Session, item_id: int, *, actor: Actor) -> None:
    """Open the case of one item, with the rights its owner has now; an item that is settled is left alone.

    What the rules refuse is noted at the item. The caller commits, so that the case and the note that it is
    there stand together or not at all.

    :param actor: the worker; the case is opened by the batch's owner.
    """
    authorize(actor.is_system)
    item = session.get(CaseBatchItem, item_id)
    if item is None or item.case_id is not None or item.failure is not None:
        return
    batch = session.get_one(CaseBatch, item.batch_id)
    try:
        with session.begin_nested():
            item.case_id = _open(session, batch, item.customer_number_id).id
    except (Forbidden, CategoryRefused, ParentRefused) as refusal:
        item.failure = _fault_of(refusal).value
    session.flush()


def note_fault(session: Session, item_id: int, *, actor: Actor) -> None:
    """Note that the case of an item could not be opened through a fault of ours."""
    authorize(actor.is_system)
    item = session.get(CaseBatchItem, item_id)
    if item is not None and item.case_id is None:
        item.failure = ItemFault.FAULT.value
        session.flush()


def finish(session: Session, batch_id: int, *, actor: Actor) -> None:
    """Note that nothing of a batch is left to do."""
    authorize(actor.is_system)
    batch = session.get_one(CaseBatch, batch_id)
    if batch.finished_at is None and not batches.waiting_items(session, batch_id):
        batch.finished_at = clock.now()
        session.flush()


def _open(session: Session, batch: CaseBatch, number_id: int) -> Case:
    owner = session.get_one(User, batch.user_id)
    authorize(owner.disabled_at is None)
    actor = accounts.actor_for(session, owner)
    number = session.scalars(
        select(CustomerNumber)
        .where(CustomerNumber.id == number_id)
        .options(joinedload(CustomerNumber.holder), joinedload(CustomerNumber.service))
        .order_by(CustomerNumber.id)
    ).one()
    case = open_case(
        session,
        actor=actor,
        number=number,
        category=batch.category,
        subject=batch.subject,
        details=batch.body,
        html=batch.html,
    )
    _attach(session, actor, case, batch)
    if batch.parent_id is not None:
        set_parent(session, case, actor=actor, parent=session.get_one(Case, batch.parent_id))
    return case


def _attach(session: Session, actor: Actor, case: Case, batch: CaseBatch) -> None:
    """Every case gets the same files; they are stored once."""
    files = session.scalars(
        select(StoredFile)
        .join(CaseBatchFile, CaseBatchFile.file_id == StoredFile.id)
        .where(CaseBatchFile.batch_id == batch.id)
        .order_by(StoredFile.id)
    ).all()
    rows = [
        CaseFile(
            case_id=case.id,
            file=file,
            audience=Audience.CUSTOMER,
            uploader_id=actor.user_id,
            created_at=clock.now(),
        )
        for file in files
    ]
    if rows:
        session.add_all(rows)
        tell_of_files(session, case, rows, actor=actor)


def _fault_of(refusal: Exception) -> ItemFault:
    if isinstance(refusal, CategoryRefused):
        return ItemFault.CATEGORY
    return ItemFault.PARENT if isinstance(refusal, ParentRefused) else ItemFault.FORBIDDEN
