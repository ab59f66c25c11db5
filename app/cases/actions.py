"""Every write to cases: policy, rows, event and mails together; the caller commits.

Each act changes the case, tells it in the journal and queues its mails in one transaction, so that none of
the three can be there without the others.
"""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor, Audience, authorize
from app.cases import events, notifications, policy, queries
from app.cases.categories import Category, Origin
from app.cases.lifecycle import Act, CaseState, is_allowed, target_of
from app.cases.models import INQUIRY_SUBJECT, Case, CaseComment
from app.contracts.models import CustomerNumber
from app.journal import record
from app.numbering import next_number


class OpenInquiryExists(Exception):
    """The customer number has an inquiry that is not closed (INQ-07); ``number`` names it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class CategoryRefused(ValueError):
    """The service does not use this category, or not for this purpose."""


class StaleEdit(Exception):
    """Somebody else edited the same fields since the form was made (REL-05)."""


def open_inquiry(
    session: Session,
    *,
    actor: Actor,
    number: CustomerNumber,
    category: Category,
    details: str,
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
    _open(session, actor, case, details)
    notifications.inquiry_opened(session, case, actor=actor, details=details)
    return case


def open_case(
    session: Session,
    *,
    actor: Actor,
    number: CustomerNumber,
    category: Category,
    subject: str | None,
    details: str,
    contact: User | None = None,
) -> Case:
    """Open a case from the desk for a customer number, with any category of the service (DESK-06, T3).

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
    _open(session, actor, case, details)
    notifications.case_opened(session, case, actor=actor, details=details)
    return case


def _refuse_second_inquiry(session: Session, case: Case) -> None:
    if case.holds_inquiry_slot:
        other = queries.open_inquiry_of(session, case.customer_number_id)
        if other is not None:
            raise OpenInquiryExists(other)


def _open(session: Session, actor: Actor, case: Case, details: str) -> None:
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
        happened=events.CaseOpened(case.number, case.origin.value),
    )
    if details:
        _write(session, actor, case, details, Audience.CUSTOMER)


def add_comment(session: Session, case: Case, *, actor: Actor, body: str) -> CaseComment:
    """Add a comment that both sides read; a customer's answer takes the case back to work (CASE-05, CASE-17)."""
    authorize(policy.can_comment(actor, case))
    comment = _write(session, actor, case, body, Audience.CUSTOMER)
    case.updated_at = clock.now()
    if is_allowed(Act.ANSWER, case.state, actor.kind):
        _move(session, case, Act.ANSWER, actor)
    notifications.comment_added(session, case, actor=actor, body=body)
    return comment


def add_note(session: Session, case: Case, *, actor: Actor, body: str) -> CaseComment:
    """Add an internal note; it reaches no customer and leaves the updated time alone (DESK-04, CASE-22)."""
    authorize(policy.can_note(actor, case))
    return _write(session, actor, case, body, Audience.DESK)


def _write(session: Session, actor: Actor, case: Case, body: str, audience: Audience) -> CaseComment:
    comment = CaseComment(
        case_id=case.id,
        author_id=actor.user_id,
        audience=audience,
        body=body,
        created_at=clock.now(),
    )
    session.add(comment)
    session.flush()
    told = events.CommentAdded if audience is Audience.CUSTOMER else events.NoteAdded
    record(session, actor=actor, subject=case, happened=told(comment.id))
    return comment


def move(session: Session, case: Case, act: Act, *, actor: Actor) -> None:
    """Do one act of the table of transitions and tell the other side (CASE-12, DESK-05).

    :raises lifecycle.TransitionRefused: if the table does not hold the act for this state and actor.
    """
    authorize(policy.can_update(actor, case))
    old = case.state
    _move(session, case, act, actor)
    notifications.state_changed(session, case, actor=actor, act=act, old=old)


def _move(session: Session, case: Case, act: Act, actor: Actor) -> None:
    old, new = case.state, target_of(act, case.state, actor.kind)
    moment = clock.now()
    case.state, case.updated_at = new, moment
    case.closed_at = moment if new is CaseState.CLOSED else None
    told = events.StateChanged(act.value, old.value, new.value)
    record(session, actor=actor, subject=case, happened=told)


def assign(session: Session, case: Case, *, actor: Actor, assignee: User | None) -> None:
    """Give the case to an agent of its service, or to nobody; a matter of the desk alone."""
    authorize(policy.can_assign(actor, case))
    if case.assignee_id == (assignee.id if assignee else None):
        return
    old = queries.name_of(session, case.assignee_id)
    case.assignee_id = assignee.id if assignee else None
    new = assignee.display_name if assignee else None
    record(session, actor=actor, subject=case, happened=events.AssigneeChanged(old, new))


def edit_details(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    version: int,
    subject: str | None,
    category: Category,
    contact: User | None,
) -> None:
    """Edit the fields that customers see: subject, category, contact (CASE-22).

    :param version: the version of the row the form was made from.
    :raises StaleEdit: if somebody edited these fields since that version (REL-05).
    :raises CategoryRefused: for a category that the service does not use.
    """
    authorize(policy.can_edit(actor, case))
    if not _is_fresh(session, case, version):
        raise StaleEdit
    if category not in queries.categories_of(session, case.service_id):
        raise CategoryRefused(category)
    changes = _changes(session, case, subject or None, category, contact)
    if not changes:
        return
    case.subject, case.category = subject or None, category
    case.contact_id = contact.id if contact else None
    case.updated_at = clock.now()
    session.flush()
    told = events.DetailsChanged(changes, case.version)
    record(session, actor=actor, subject=case, happened=told)


def _is_fresh(session: Session, case: Case, version: int) -> bool:
    """Tell whether nobody edited the shown fields since ``version``; one that never was is fresh for nothing."""
    if version == case.version:
        return True
    return 0 < version < case.version and queries.details_version(session, case) <= version


def _changes(
    session: Session,
    case: Case,
    subject: str | None,
    category: Category,
    contact: User | None,
) -> tuple[tuple[str, str | None, str | None], ...]:
    old_contact = queries.name_of(session, case.contact_id)
    new_contact = contact.display_name if contact else None
    contact_same = case.contact_id == (contact.id if contact else None)
    rows = (
        ("subject", case.subject, subject, case.subject == subject),
        ("category", case.category.value, category.value, case.category is category),
        ("contact", old_contact, new_contact, contact_same),
    )
    return tuple((name, old, new) for name, old, new, same in rows if not same)
