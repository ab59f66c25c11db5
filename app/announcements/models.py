"""Tables of the announcements slice; what an announcement says is its article."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Versioned, code_type
from app.journal import Journaled
from app.knowledge.models import Article


class AnnouncementKind(StrEnum):
    """What it is about: anything, or maintenance by the pattern of ANN-04."""

    PLAIN = "plain"
    MAINTENANCE = "maintenance"


class Announcement(Journaled, Versioned, Base):
    """An article on the home page of some services' portals, from one moment until another (ANN-05)."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("until > since", name="window"),
        CheckConstraint("in_panel OR has_banner", name="somewhere"),
        Index(None, "until", "since"),
    )
    subject_type: ClassVar[str] = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    kind: Mapped[AnnouncementKind] = mapped_column(
        code_type(AnnouncementKind), default=AnnouncementKind.PLAIN
    )
    in_panel: Mapped[bool] = mapped_column(default=True)
    has_banner: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]
    until: Mapped[datetime]
    # Taken down before its time.
    ended_at: Mapped[datetime | None]
    # Whether those concerned are told by mail when it begins, and when that was done.
    is_mailed: Mapped[bool] = mapped_column(default=False)
    mailed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    article: Mapped[Article] = relationship(lazy="raise")
    services: Mapped[list["AnnouncementService"]] = relationship(
        lazy="raise", order_by="AnnouncementService.service_id", cascade="all, delete-orphan"
    )


class AnnouncementService(Journaled, Base):
    """A service in whose portal an announcement stands."""

    __tablename__ = "announcement_service"
    subject_type: ClassVar[str] = "announcement_service"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True, index=True)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Announcement.subject_type, self.announcement_id


class AnnouncementDismissal(Base):
    """A user has put a banner away for good (ANN-03)."""

    __tablename__ = "announcement_dismissal"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    dismissed_at: Mapped[datetime] = mapped_column(default=clock.now)


class AnnouncementRecipient(Base):
    """A user to whom an announcement was mailed, or whose address another user had it at; nobody gets it twice."""

    __tablename__ = "announcement_recipient"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
