"""Tables of files: those that something belongs to, and those still on their way in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, code_type

NAME_LENGTH = 255


class Scan(StrEnum):
    """What the malware scanner says of a file (SEC-45); ``off`` where no scanner is set."""

    OFF = "off"
    PENDING = "pending"
    CLEAN = "clean"
    BLOCKED = "blocked"


class StoredFile(Base):
    """A file that is there whole; its blob stands under ``scope`` and ``token`` (SEC-31, SEC-43)."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        Index(None, "uploader_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Random, at least 128 bit: it names the blob and stands in addresses.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    # Whose it is, such as ``holder-12`` or ``desk``: part of the path, so that no two customers' blobs share a folder.
    scope: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    # The media type of the re-encoded picture beside the blob, where the file is one that pages may show.
    picture_type: Mapped[str | None] = mapped_column(String(20))
    scan: Mapped[Scan] = mapped_column(code_type(Scan), default=Scan.OFF)
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def is_picture(self) -> bool:
        """Tell whether a page may show it."""
        return self.picture_type is not None and self.scan is not Scan.BLOCKED


class Upload(Base):
    """A file on its way in, of one user alone: received in parts, whole when ``sha256`` is set (SEC-41)."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("received BETWEEN 0 AND size", name="received"),
        CheckConstraint("sha256 IS NULL OR received = size", name="whole_when_hashed"),
        Index(None, "user_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    scope: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(100))
    picture_type: Mapped[str | None] = mapped_column(String(20))
    scan: Mapped[Scan] = mapped_column(code_type(Scan), default=Scan.OFF)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)

    @property
    def is_whole(self) -> bool:
        """Tell whether all bytes are there and on the disk."""
        return self.sha256 is not None
