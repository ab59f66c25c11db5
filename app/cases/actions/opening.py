"""How a case begins: a customer's inquiry, or the desk on its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor, Audience, authorize
from app.cases import events, notifications, policy, queries, targets
from app.cases.actions.attaching import attach, tell_of_files
from app.cases.actions.commenting import write
from app.cases.categories import Category, Origin
from app.cases.models import INQUIRY_SUBJECT, Case
from app.contracts.models import CustomerNumber
from app.files.models import StoredFile, Upload
from app.journal import record
from app.numbering import next_number


class OpenInquiryExists(Exception):
    """The customer number has an inquiry that is not closed (INQ-07); ``number`` names it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class CategoryRefused(ValueError):
    """The service does not use this category, or not for this purpose."""


def open_inquiry(
    session: Session,
    *,
    actor: Actor,
    number: CustomerNumber,
    category: Category,
    details: str,
    uploads: Sequence[Upload] = (),
) -> Case:
    """Open a case for a customer's inquiry: state New, the customer is its contact (INQ-06, T1).

    ``details`` may be empty (Q18); the subject says "inquiry" in every reader's language.

    :raises CategoryRefused: for a category that the service's customers may not choose (INQ-04).
    :raises OpenInquiryExists: where the rule of INQ-07 is on and the number has an open inquiry.
    """
    authorize(policy.can_open_inquiry(actor, number.id))
    chosen = queries.selectable(session, number.service_id, category)
    if chosen is None:
        raise CategoryRefused(category)
    case = Case(
        service_id=number.service_id,
        customer_number_id=number.id,
        contact_id=actor.user_id,
        category=category,
        subject=INQUIRY_SUBJECT,
        origin=Origin.INQUIRY,
        holds_inquiry_slot=queries.settings_of(session, number.service_id).one_open_inquiry
        and not chosen.is_exempt,
    )
    _refuse_second_inquiry(session, case)
    names = [upload.name for upload in uploads]
    begin(session, case, details, uploads, actor=actor)
    notifications.inquiry_opened(session, case, actor=actor, details=details, file_names=names)
    return case


def open_case(
    session: Session,
    *,
    actor: Actor,
    number: CustomerNumber,
    category: Category,
    subject: str | None,
    details: str,
    html: str | None = None,
    contact: User | None = None,
    uploads: Sequence[Upload] = (),
) -> Case:
    """Open a case from the desk for a customer number, with any category of the service (DESK-06, T3).

    :param html: ``details`` once more as cleaned rich text, if it was written so.
    :raises CategoryRefused: for a category that the service does not use.
    """
    authorize(policy.can_open_for(actor, number.service_id))
    if category not in queries.categories_of(session, number.service_id):
        raise CategoryRefused(category)
    case = Case(
        service_id=number.service_id,
        customer_number_id=number.id,
        contact_id=contact.id if contact else None,
        category=category,
        subject=subject or None,
        origin=Origin.DESK,
    )
    names = [upload.name for upload in uploads]
    begin(session, case, details, uploads, actor=actor, html=html)
    notifications.case_opened(session, case, actor=actor, details=details, html=html, file_names=names)
    return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An accepted work request, as the case that it becomes needs it (WR-09).

    ``requester`` is the person who sent it, and whose words ``details`` are.
    """

    number: str
    subject: str
    details: str
    requester: Actor
    files: Sequence[StoredFile] = ()


def open_ordered(session: Session, *, actor: Actor, number: CustomerNumber, ordered: Ordered) -> Case:
    """Open the case that a work request becomes; the mail of the acceptance tells of it, so none goes out here.

    :raises CategoryRefused: if the service has no cases of the category work request.
    """
    authorize(policy.can_open_for(actor, number.service_id))
    if Category.WORK_REQUEST not in queries.categories_of(session, number.service_id):
        raise CategoryRefused(Category.WORK_REQUEST)
    case = Case(
        service_id=number.service_id,
        customer_number_id=number.id,
        contact_id=ordered.requester.user_id,
        category=Category.WORK_REQUEST,
        subject=ordered.subject,
        origin=Origin.REQUEST,
    )
    begin(session, case, ordered.details, actor=actor, ordered=ordered)
    return case


def _refuse_second_inquiry(session: Session, case: Case) -> None:
    if case.holds_inquiry_slot:
        other = queries.open_inquiry_of(session, case.customer_number_id)
        if other is not None:
            raise OpenInquiryExists(other)


def begin(
    session: Session,
    case: Case,
    details: str,
    uploads: Sequence[Upload] = (),
    *,
    actor: Actor,
    ordered: Ordered | None = None,
    html: str | None = None,
) -> None:
    """Give the case its number and its first entry, with a first message if there is one; tells nobody by mail.

    The first message is the actor's, or of whoever ordered the work.
    """
    author, files = (ordered.requester, ordered.files) if ordered else (actor, ())
    moment = clock.now()
    case.number = next_number(session, "case", prefix="CS", digits=7)
    case.created_at = case.updated_at = moment
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError as error:
        if case.holds_inquiry_slot and (other := queries.open_inquiry_of(session, case.customer_number_id)):
            # Another transaction took the place between our look and our write.
            raise OpenInquiryExists(other) from error
        raise
    record(
        session,
        actor=actor,
        subject=case,
        happened=events.CaseOpened(case.number, case.origin.value, ordered.number if ordered else ""),
    )
    if details:
        write(
            session,
            case,
            details,
            Audience.CUSTOMER,
            actor=author,
            html=html,
            uploads=uploads,
            files=files,
            at=moment,
        )
    elif uploads or files:
        added = attach(session, case, uploads, actor=author, audience=Audience.CUSTOMER, files=files)
        tell_of_files(session, case, added, actor=author)
    targets.refresh(session, case)
