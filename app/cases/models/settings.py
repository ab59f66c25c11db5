"""How cases work in one service: settings, categories, response targets, closed days, canned answers."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.categories import Category
from app.contracts.models import Service
from app.db import Base, Versioned, code_type
from app.journal import Journaled


class CaseSettings(Journaled, Base):
    """How cases work in one service; what differs per service is data (section 1)."""

    __tablename__ = "case_settings"
    __table_args__ = (
        CheckConstraint(
            "opens_minute >= 0 AND opens_minute < closes_minute AND closes_minute <= 1440", name="open_hours"
        ),
        CheckConstraint("auto_close_days IS NULL OR auto_close_days BETWEEN 1 AND 365", name="days_to_close"),
    )
    subject_type: ClassVar[str] = "case_settings"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    one_open_inquiry: Mapped[bool] = mapped_column(default=False)
    third_filter: Mapped[Category | None] = mapped_column(code_type(Category))
    third_filter_ja: Mapped[str] = mapped_column(String(40), default="")
    third_filter_en: Mapped[str] = mapped_column(String(40), default="")
    desk_mail: Mapped[str | None] = mapped_column(String(254))
    # Business hours of the desk, in minutes after midnight, and the days of the week from Monday on ("1111100").
    opens_minute: Mapped[int] = mapped_column(default=540, server_default="540")
    closes_minute: Mapped[int] = mapped_column(default=1050, server_default="1050")
    workdays: Mapped[str] = mapped_column(String(7), default="1111100", server_default="1111100")
    time_zone: Mapped[str] = mapped_column(String(64), default="Asia/Tokyo", server_default="Asia/Tokyo")
    # DESK-10, both off at first.
    agents_may_close: Mapped[bool] = mapped_column(default=False, server_default=false())
    auto_close_days: Mapped[int | None]
    # CASE-19: whether alerts make cases.
    takes_alerts: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Which version of the hours, and of the service's response targets, a form was made from (REL-05); the settings
    # page edits each by itself, and the alert intake none of them.
    hours_version: Mapped[int] = mapped_column(default=1, server_default="1")
    targets_version: Mapped[int] = mapped_column(default=1, server_default="1")

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


class ResponseTarget(Journaled, Base):
    """In how many business minutes the desk means to reply and to solve; the row without category serves the rest."""

    __tablename__ = "response_target"
    __table_args__ = (
        UniqueConstraint("service_id", "category"),
        CheckConstraint("reply_minutes IS NULL OR reply_minutes > 0", name="reply_minutes"),
        CheckConstraint("solution_minutes IS NULL OR solution_minutes > 0", name="solution_minutes"),
    )
    subject_type: ClassVar[str] = "response_target"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    category: Mapped[Category | None] = mapped_column(code_type(Category))
    reply_minutes: Mapped[int | None]
    solution_minutes: Mapped[int | None]

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id


class ClosedDay(Journaled, Base):
    """A day on which the desk of a service is closed though it is no public holiday, such as those at New Year."""

    __tablename__ = "closed_day"
    __table_args__ = (UniqueConstraint("service_id", "day"),)
    subject_type: ClassVar[str] = "closed_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(60), default="")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id


class CannedAnswer(Journaled, Versioned, Base):
    """A text that agents of a service put into replies, in both languages, with placeholders."""

    __tablename__ = "canned_answer"
    __table_args__ = (UniqueConstraint("service_id", "name"),)
    subject_type: ClassVar[str] = "canned_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    name: Mapped[str] = mapped_column(String(80))
    body_ja: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id
