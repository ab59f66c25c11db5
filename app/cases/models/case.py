"""The case itself."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.cases.categories import Category, Origin
from app.cases.lifecycle import OPEN_STATES, CaseState
from app.contracts.models import CustomerNumber, Service
from app.db import Base, Versioned, code_type
from app.i18n import _
from app.journal import Journaled

SUBJECT_LENGTH = 200
# What an inquiry is called until the desk names it better; said in the reader's language (INQ-06, LANG-02).
INQUIRY_SUBJECT = "Inquiry"


def shown_subject(subject: str | None) -> str:
    """A subject as people read it; a case without one shows a hyphen (CASE-23)."""
    if subject == INQUIRY_SUBJECT:
        return _("Inquiry")
    return subject or "-"


# As text, since the database must see that a question asks for no more than such an index holds.
STILL_OPEN = text("state != 'closed' AND merged_into_id IS NULL")
GIVEN = {
    "parent_id": text("parent_id IS NOT NULL"),
    "merged_into_id": text("merged_into_id IS NOT NULL"),
    "closes_at": text("closes_at IS NOT NULL"),
}


def _open_cases(name: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN)


def _where_given(column: str) -> Index:
    return Index(f"ix_case_{column}", column, sqlite_where=GIVEN[column], postgresql_where=GIVEN[column])


class Case(Journaled, Versioned, Base):
    """One matter of one customer number (CASE-01)."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
        CheckConstraint("NOT holds_inquiry_slot OR origin = 'inquiry'", name="slot_is_inquiry"),
        CheckConstraint("updated_at >= created_at", name="updated_after_created"),
        # INQ-07: the database itself keeps a second open inquiry out, also when two arrive at once.
        Index(
            "uq_case_open_inquiry",
            "customer_number_id",
            unique=True,
            sqlite_where=text("holds_inquiry_slot AND state != 'closed'"),
            postgresql_where=text("holds_inquiry_slot AND state != 'closed'"),
        ),
        Index(None, "customer_number_id", "updated_at"),
        Index(None, "service_id", "updated_at"),
        Index(None, "service_id", "state", "updated_at"),
        Index(None, "assignee_id", "state", "updated_at"),
        # What lists ask for without looking at the rest: conditions of one column, in the first order of the list.
        Index(None, "service_id", "category", "updated_at"),
        Index(None, "customer_number_id", "category", "updated_at"),
        Index(None, "customer_number_id", "state", "updated_at"),
        Index(None, "service_id", "subject"),
        Index(None, "customer_number_id", "subject"),
        # Of a hundred thousand cases a few thousand are open: queues and counts read these alone, and of them only
        # the index, for which it must hold each column they name.
        _open_cases(
            "ix_case_open_of_service",
            "service_id",
            "updated_at",
            "state",
            "assignee_id",
            "due_at",
            "merged_into_id",
        ),
        _open_cases("ix_case_open_of_number", "customer_number_id", "updated_at", "state", "merged_into_id"),
        _open_cases(
            "ix_case_open_of_assignee", "assignee_id", "updated_at", "state", "service_id", "merged_into_id"
        ),
        _where_given("parent_id"),
        _where_given("merged_into_id"),
        _where_given("closes_at"),
        CheckConstraint("(merged_into_id IS NULL) = (merged_at IS NULL)", name="merged_has_time"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id != id", name="not_merged_into_itself"),
        CheckConstraint("parent_id IS NULL OR parent_id != id", name="not_its_own_parent"),
        CheckConstraint("solution_seconds_left IS NULL OR solution_due_at IS NULL", name="due_or_paused"),
    )
    subject_type: ClassVar[str] = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    category: Mapped[Category] = mapped_column(code_type(Category))
    subject: Mapped[str | None] = mapped_column(String(SUBJECT_LENGTH))
    origin: Mapped[Origin] = mapped_column(code_type(Origin))
    state: Mapped[CaseState] = mapped_column(code_type(CaseState), default=CaseState.NEW)
    holds_inquiry_slot: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    # One event that hits many customers: the desk's own case above theirs.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    # A duplicate keeps its number and points to the case that goes on.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    merged_at: Mapped[datetime | None]
    # Response targets, as a replay of the journal gives them (cases/targets.py): kept here so that lists sort by them.
    reply_due_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    solution_due_at: Mapped[datetime | None]
    # What was left of the solution target when the case began to wait for the customer.
    solution_seconds_left: Mapped[int | None]
    solved_at: Mapped[datetime | None]
    # The nearer of the targets that run and are not met.
    due_at: Mapped[datetime | None]
    # When a resolved case closes by itself, told to the customer beforehand (DESK-10).
    closes_at: Mapped[datetime | None]

    service: Mapped[Service] = relationship(lazy="raise")
    customer_number: Mapped[CustomerNumber] = relationship(lazy="raise")
    contact: Mapped[User | None] = relationship(foreign_keys=[contact_id], lazy="raise")
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id], lazy="raise")

    @property
    def shown_subject(self) -> str:
        """The subject as people read it."""
        return shown_subject(self.subject)

    @property
    def is_merged(self) -> bool:
        """Tell whether the matter goes on in another case."""
        return self.merged_into_id is not None

    @property
    def is_open(self) -> bool:
        """Tell whether anything can still be done: neither closed, nor merged into another case."""
        return self.state in OPEN_STATES and not self.is_merged

    @classmethod
    def still_open(cls) -> ColumnElement[bool]:
        """The condition that holds for the same cases as :attr:`is_open`."""
        return and_(cls.state != literal_column("'closed'"), cls.merged_into_id.is_(None))
