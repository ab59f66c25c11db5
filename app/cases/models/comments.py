"""What people write on a case, and what they attach, watch and leave half written."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.authz import Audience
from app.cases.models.case import Case
from app.db import Base, code_type
from app.files.models import StoredFile
from app.journal import Journaled

COMMENT_LENGTH = 20_000


class CaseComment(Journaled, Base):
    """A public comment, or an internal note if its audience is the desk."""

    __tablename__ = "case_comment"
    __table_args__ = (
        CheckConstraint("length(body) > 0", name="body_not_empty"),
        CheckConstraint("taken_back_at IS NULL OR audience = 'desk'", name="taken_back_is_desk_only"),
        Index(None, "case_id", "audience", "id"),
    )
    subject_type: ClassVar[str] = "case_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    audience: Mapped[Audience] = mapped_column(code_type(Audience))
    # The text in plain words, as searched, mailed and exported; ``html`` is the cleaned rich text it was written in.
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    taken_back_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class CaseFile(Journaled, Base):
    """A file of a case, on its own or with a comment or note; its audience is that of what it came with (CASE-09)."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("case_id", "file_id"),
        Index(None, "case_id", "audience", "id"),
    )
    subject_type: ClassVar[str] = "case_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("case_comment.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    audience: Mapped[Audience] = mapped_column(code_type(Audience))
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    file: Mapped[StoredFile] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class CaseWatcher(Journaled, Base):
    """A user of the customer number who gets the mails of a case as well (CASE-24)."""

    __tablename__ = "case_watcher"
    subject_type: ClassVar[str] = "case_watcher"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Case.subject_type, self.case_id


class CaseMention(Base):
    """A colleague named in an internal note, until they have read it."""

    __tablename__ = "case_mention"
    __table_args__ = (UniqueConstraint("comment_id", "user_id"), Index(None, "user_id", "read_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("case_comment.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]


class Draft(Base):
    """A text its author has not sent yet; it outlives a lost session and a closed tab, and nobody else reads it."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # Where it is written, such as ``CS0000012:reply``.
    place: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class CasePresence(Base):
    """Who of the desk has a case open, and whether they are typing; forgotten after half a minute."""

    __tablename__ = "case_presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    seen_at: Mapped[datetime]
    typed_at: Mapped[datetime | None]
