"""Who works on a case, and the fields of it that customers see."""

from sqlalchemy.orm import Session

from app import clock
from app.accounts.models import User
from app.authz import Actor, authorize
from app.cases import events, policy, queries, targets
from app.cases.actions.opening import CategoryRefused
from app.cases.categories import Category
from app.cases.models import Case
from app.journal import record


class StaleEdit(Exception):
    """Somebody else edited the same fields since the form was made (REL-05)."""


def assign(session: Session, case: Case, *, actor: Actor, assignee: User | None) -> None:
    """Give the case to an agent of its service, or to nobody; a matter of the desk alone."""
    authorize(policy.can_assign(actor, case))
    if case.assignee_id == (assignee.id if assignee else None):
        return
    old_id, old = case.assignee_id, queries.name_of(session, case.assignee_id)
    case.assignee_id = assignee.id if assignee else None
    new = assignee.display_name if assignee else None
    told = events.AssigneeChanged(old, new, old_id, case.assignee_id)
    record(session, actor=actor, subject=case, happened=told)


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
    targets.refresh(session, case)


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
