"""What an administrator of the customer approved is frozen: a hash over it tells whether it is still the same."""

import hashlib
import json
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import CatalogItemVersion, RequestApproval, WorkRequest
from app.catalog.request_files import files_of
from app.i18n import N_, _


class ApprovalProblem(StrEnum):
    """Why a request that needs an approval has no valid one."""

    MISSING = "missing"
    # The content is not what was approved: something has changed it past the acts that void an approval.
    DIFFERENT = "different"

    @property
    def message(self) -> str:
        """What is said of it, in the language in force."""
        return _(_MESSAGES[self])


_MESSAGES: dict[ApprovalProblem, str] = {
    ApprovalProblem.MISSING: N_("An administrator of the customer has not approved this request yet."),
    ApprovalProblem.DIFFERENT: N_(
        "The content of this request is not what the customer's administrator approved. It cannot be accepted."
    ),
}


class NotApproved(Exception):
    """The request needs an approval of the customer and has no valid one."""

    def __init__(self, problem: ApprovalProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def content_hash(session: Session, request: WorkRequest) -> str:
    """SHA-256 over everything that an approval covers, as hexadecimal digits.

    That is the version of the item, the customer number, the points, the answers, and each file by the field it
    answers, its name and the hash of its bytes; the order in which the files came does not count.
    """
    session.flush()
    content = {
        "item_version": request.item_version_id,
        "customer_number": request.customer_number_id,
        "points": request.points,
        "answers": request.answers,
        "files": sorted(
            [row.field_key, row.file.name, row.file.sha256] for row in files_of(session, request)
        ),
    }
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def needs_approval(session: Session, request: WorkRequest) -> bool:
    """Whether the version that a request was made with asks for the approval of an administrator."""
    return session.get_one(CatalogItemVersion, request.item_version_id).needs_approval


def valid_approval(session: Session, request: WorkRequest) -> RequestApproval | None:
    """The latest approval of a request that no change has voided."""
    return session.scalar(
        select(RequestApproval)
        .where(RequestApproval.request_id == request.id, RequestApproval.voided_at.is_(None))
        .order_by(RequestApproval.id.desc())
        .limit(1)
    )


def approval_problem(session: Session, request: WorkRequest) -> ApprovalProblem | None:
    """What is wrong with the approval of a request; ``None`` if it is sound, or none is needed."""
    if not needs_approval(session, request):
        return None
    approval = valid_approval(session, request)
    if approval is None:
        return ApprovalProblem.MISSING
    return None if approval.content_hash == content_hash(session, request) else ApprovalProblem.DIFFERENT


def demand_approval(session: Session, request: WorkRequest) -> None:
    """Let no request on that needs an approval and has none of what it says now.

    :raises NotApproved: with what is wrong.
    """
    if problem := approval_problem(session, request):
        raise NotApproved(problem)
