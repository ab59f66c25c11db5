"""Tables of the cases slice: cases, their comments and notes, and the settings of each service."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.authz import Audience
from app.cases.categories import Category, Origin
from app.cases.lifecycle import OPEN_STATES, CaseState
from app.contracts.models import CustomerNumber, Service
from app.db import Base, Versioned, code_type
from app.i18n import _
from app.journal import Journaled

SUBJECT_LENGTH = 200
COMMENT_LENGTH = 20_000
# What an inquiry is called until the desk names it better; said in the reader's language (INQ-06, LANG-02).
INQUIRY_SUBJECT = "Inquiry"


def shown_subject(subject: str | None) -> str:
    """A subject as people read it; a case without one shows a hyphen (CASE-23)."""
    if subject == INQUIRY_SUBJECT:
        return _("Inquiry")
    return subject or "-"


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

    service: Mapped[Service] = relationship(lazy="raise")
    customer_number: Mapped[CustomerNumber] = relationship(lazy="raise")
    contact: Mapped[User | None] = relationship(foreign_keys=[contact_id], lazy="raise")
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id], lazy="raise")

    @property
    def shown_subject(self) -> str:
        """The subject as people read it."""
        return shown_subject(self.subject)

    @property
    def is_open(self) -> bool:
        """Tell whether anything can still be done."""
        return self.state in OPEN_STATES


class CaseComment(Journaled, Base):
    """A public comment, or an internal note if its audience is the desk."""

    __tablename__ = "case_comment"
    __table_args__ = (
        CheckConstraint("length(body) > 0", name="body_not_empty"),
        Index(None, "case_id", "audience", "id"),
    )
    subject_type: ClassVar[str] = "case_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    audience: Mapped[Audience] = mapped_column(code_type(Audience))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class CaseSettings(Journaled, Base):
    """How cases work in one service; what differs per service is data (section 1)."""

    __tablename__ = "case_settings"
    subject_type: ClassVar[str] = "case_settings"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    one_open_inquiry: Mapped[bool] = mapped_column(default=False)
    third_filter: Mapped[Category | None] = mapped_column(code_type(Category))
    third_filter_ja: Mapped[str] = mapped_column(String(40), default="")
    third_filter_en: Mapped[str] = mapped_column(String(40), default="")
    desk_mail: Mapped[str | None] = mapped_column(String(254))

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id

    def third_filter_in(self, language: str) -> str:
        """The name of the third quick filter of the case list (LIST-03)."""
        return self.third_filter_ja if language == "ja" else self.third_filter_en


class ServiceCategory(Journaled, Base):
    """A category that a service uses, and whether its customers may choose it as inquiry type (INQ-04)."""

    __tablename__ = "service_category"
    __table_args__ = (UniqueConstraint("service_id", "category"),)
    subject_type: ClassVar[str] = "service_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    category: Mapped[Category] = mapped_column(code_type(Category))
    is_selectable: Mapped[bool]
    is_exempt: Mapped[bool] = mapped_column(default=False)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id
