"""Work requests, their files, and the approvals of the customers' administrators."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.catalog.lifecycle import PENDING_STATES, RequestState
from app.catalog.models.items import CatalogItem, CatalogItemVersion
from app.contracts.models import CustomerNumber, Service
from app.db import Base, Versioned, code_type
from app.files.models import StoredFile
from app.journal import Journaled


class WorkRequest(Journaled, Versioned, Base):
    """What a customer orders from the catalogue; no case until it is accepted (WR-06, WR-07)."""

    __tablename__ = "work_request"
    __table_args__ = (
        CheckConstraint("(state IN ('approval', 'waiting')) = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("(state = 'accepted') = (case_id IS NOT NULL)", name="accepted_has_case"),
        CheckConstraint("state != 'rejected' OR length(reason) > 0", name="rejected_has_reason"),
        CheckConstraint("points >= 0 AND held BETWEEN 0 AND points", name="points"),
        CheckConstraint("state IN ('approval', 'waiting') OR held = 0", name="decided_holds_nothing"),
        CheckConstraint("overdraft = 0 OR length(overdraft_reason) > 0", name="overdraft_has_reason"),
        CheckConstraint(
            "overdraft >= 0 AND (overdraft = 0 OR state = 'accepted')", name="overdraft_accepted"
        ),
        Index(None, "service_id", "state", "created_at"),
        Index(None, "customer_number_id", "state", "created_at"),
    )
    subject_type: ClassVar[str] = "work_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("catalog_item.id"), index=True)
    # The version it was made with; what the item says later does not change it.
    item_version_id: Mapped[int] = mapped_column(ForeignKey("catalog_item_version.id"))
    # What was typed, by the key of the field (``app.catalog.fields``).
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[RequestState] = mapped_column(code_type(RequestState))
    # What the item cost at submission, and how much of it is held in the period of the submission (PT-04).
    points: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("point_period.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When a customer last changed it after it had come to the desk, also if it has to be approved again since.
    changed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    # Why it was rejected or not approved.
    reason: Mapped[str] = mapped_column(Text, default="")
    # How many points were missing when it was accepted all the same (PT-05).
    overdraft: Mapped[int] = mapped_column(default=0)
    overdraft_reason: Mapped[str] = mapped_column(Text, default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)

    service: Mapped[Service] = relationship(lazy="raise")
    customer_number: Mapped[CustomerNumber] = relationship(lazy="raise")
    requester: Mapped[User] = relationship(foreign_keys=[requester_id], lazy="raise")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id], lazy="raise")
    item: Mapped[CatalogItem] = relationship(lazy="raise")
    item_version: Mapped[CatalogItemVersion] = relationship(lazy="raise")

    @property
    def is_pending(self) -> bool:
        """Tell whether nothing has been decided yet."""
        return self.state in PENDING_STATES


class RequestFile(Journaled, Base):
    """A file of a request: the answer to a field of that kind, or an attachment (WR-04)."""

    __tablename__ = "request_file"
    __table_args__ = (Index(None, "request_id", "id"),)
    subject_type: ClassVar[str] = "request_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("work_request.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    # The key of the field that it answers; empty for an attachment.
    field_key: Mapped[str] = mapped_column(String(40), default="")
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When a change of the request took it off again; what an approval saw stays provable.
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return WorkRequest.subject_type, self.request_id


class RequestApproval(Journaled, Base):
    """What an administrator of the customer approved, frozen: a later change voids it."""

    __tablename__ = "request_approval"
    __table_args__ = (
        CheckConstraint("length(content_hash) = 64", name="content_hash"),
        Index(None, "request_id", "id"),
    )
    subject_type: ClassVar[str] = "request_approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("work_request.id"))
    approver_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # SHA-256 over item version, customer number, points, answers and the hashes of the files.
    content_hash: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime] = mapped_column(default=clock.now)
    voided_at: Mapped[datetime | None]

    approver: Mapped[User] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return WorkRequest.subject_type, self.request_id
