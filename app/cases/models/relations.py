"""How cases belong together: links, alerts that made them, and cases opened for many customers at once."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.cases.categories import Category
from app.cases.models.case import SUBJECT_LENGTH, Case
from app.contracts.models import Service
from app.db import Base, code_type
from app.journal import Journaled


class LinkKind(StrEnum):
    """How one case stands to another."""

    RELATED = "related"
    DUPLICATE = "duplicate"


class CaseLink(Journaled, Base):
    """The desk's remark that two cases belong together; customers never see it."""

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id"),
        CheckConstraint("case_id != other_id", name="two_cases"),
    )
    subject_type: ClassVar[str] = "case_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(code_type(LinkKind))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class IntakeToken(Journaled, Base):
    """What a program shows to bring alerts in; two may be valid while one replaces the other (SEC-50)."""

    __tablename__ = "intake_token"
    subject_type: ClassVar[str] = "intake_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Where set, each alert must be signed with it as well.
    sealed_secret: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id


class Alert(Journaled, Base):
    """An alert that came in, and the case it made; the same identifier never makes two (DESK-07)."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("service_id", "identifier"),
        CheckConstraint("times > 0", name="times"),
    )
    subject_type: ClassVar[str] = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    identifier: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class CaseBatch(Base):
    """One text that opens a case for each of many customer numbers; the worker opens them (DESK-06)."""

    __tablename__ = "case_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    category: Mapped[Category] = mapped_column(code_type(Category))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]


class CaseBatchItem(Base):
    """One customer number of a batch: its case once it is open, or why there is none."""

    __tablename__ = "case_batch_item"
    __table_args__ = (
        UniqueConstraint("batch_id", "customer_number_id"),
        CheckConstraint("case_id IS NULL OR failure IS NULL", name="case_or_failure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("case_batch.id"))
    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    failure: Mapped[str | None] = mapped_column(String(200))


class CaseBatchFile(Base):
    """A file that each case of a batch gets."""

    __tablename__ = "case_batch_file"

    batch_id: Mapped[int] = mapped_column(ForeignKey("case_batch.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
