"""Users and what they are linked to: customer numbers, services, a picture."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, false, literal_column, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app import clock
from app.db import Base, Versioned, code_type
from app.journal import Journaled

USER_ID_LENGTH = 40


class Realm(StrEnum):
    """Which side a person belongs to; it picks the door, the roles and the password profile (SEC-03)."""

    CUSTOMER = "customer"
    AGENT = "agent"


class DeskRole(StrEnum):
    """What an agent is at the desk (ROLE-05)."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


def shown_name(family: str | None, given: str | None) -> str:
    """Join a name as its bearer writes it: family name first, unless it is in Latin letters."""
    parts = [part for part in (family, given) if part]
    return " ".join(reversed(parts) if all(part.isascii() for part in parts) else parts)


class UserPicture(Journaled, Base):
    """The picture of a profile, re-encoded when it was uploaded (PROF-02, SEC-43)."""

    __tablename__ = "user_picture"
    subject_type: ClassVar[str] = "user_picture"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(String(64))

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id


class User(Journaled, Versioned, Base):
    """A person. ``login_key`` is the user ID without regard to case, unique in the installation (Q5)."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("(realm = 'customer') = (holder_id IS NOT NULL)", name="customer_has_holder"),
        CheckConstraint("(realm = 'agent') = (desk_role IS NOT NULL)", name="agent_has_role"),
        CheckConstraint(
            "realm = 'customer' OR NOT is_administrator",
            name="administrator_is_customer",
        ),
        CheckConstraint("language IS NULL OR language IN ('ja', 'en')", name="known_language"),
    )
    subject_type: ClassVar[str] = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    realm: Mapped[Realm] = mapped_column(code_type(Realm))
    login_id: Mapped[str] = mapped_column(String(USER_ID_LENGTH))
    login_key: Mapped[str] = mapped_column(String(3 * USER_ID_LENGTH), unique=True)
    mail: Mapped[str] = mapped_column(String(254))
    family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str | None] = mapped_column(String(2))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    job_title: Mapped[str] = mapped_column(String(100), default="", server_default=literal_column("''"))
    biography: Mapped[str] = mapped_column(String(1_000), default="", server_default=literal_column("''"))
    business_phone: Mapped[str] = mapped_column(String(32), default="", server_default=literal_column("''"))
    mobile_phone: Mapped[str] = mapped_column(String(32), default="", server_default=literal_column("''"))
    has_accessibility: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Whether a code is asked at sign-in; agents are always asked, whatever stands here (MFA-01, DESK-01).
    mfa_enabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Raised by whatever makes earlier proofs worthless; exemptions and known browsers carry the epoch they
    # were made in and die with it (SEC-16).
    proof_epoch: Mapped[int] = mapped_column(default=1, server_default="1")
    # From here the 24 hours of RESET-09 run; empty again once the desk has lifted the wait (DESK-08).
    reset_completed_at: Mapped[datetime | None]
    # After a mailed reset a paired app is the only method of the first sign-in (T06): the reset link and the
    # code would otherwise reach the same mailbox.
    mail_code_barred: Mapped[bool] = mapped_column(default=False, server_default=false())
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("contract_holder.id"), index=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    desk_role: Mapped[DeskRole | None] = mapped_column(code_type(DeskRole))
    disabled_at: Mapped[datetime | None]
    # The owner's own emergency brake, by the link "this was not me"; a fact of its own beside disabling (T18).
    frozen_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(
        default=clock.now, onupdate=clock.now, server_default="2026-01-01 00:00:00"
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # The hash of the picture, if there is one; read only where it is asked for, with the person of a request.
    picture_hash: Mapped[str | None] = column_property(
        select(UserPicture.content_hash)
        .where(UserPicture.user_id == id)  # noqa: A003 - the column above, as SQLAlchemy's manual has it
        .scalar_subquery(),
        deferred=True,
    )

    @property
    def display_name(self) -> str:
        """The name in full, as others read it (PROF-03)."""
        return shown_name(self.family_name, self.given_name)

    @property
    def is_enabled(self) -> bool:
        """Tell whether the user may sign in (AUTH-07)."""
        return self.disabled_at is None and self.frozen_at is None

    @property
    def needs_code(self) -> bool:
        """Tell whether sign-in asks for a second proof: agents always, customers by their own setting."""
        return self.realm is Realm.AGENT or self.mfa_enabled

    @property
    def subject_for_tries(self) -> str:
        """The name under which failed tries of this person are counted; it outlives a change of the user ID."""
        return f"user:{self.id}"


class UserNumber(Journaled, Base):
    """A user's link to a customer number (SVC-03)."""

    __tablename__ = "user_number"
    subject_type: ClassVar[str] = "user_number"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"), primary_key=True, index=True)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id


class AgentService(Journaled, Base):
    """A service an agent works in (ROLE-05)."""

    __tablename__ = "agent_service"
    subject_type: ClassVar[str] = "agent_service"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True, index=True)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id
