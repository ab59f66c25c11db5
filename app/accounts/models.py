"""Tables of the accounts slice: users, their links to customer numbers and services, sessions."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Versioned, code_type
from app.journal import Journaled

USER_ID_LENGTH = 40


class Realm(StrEnum):
    """Which side a person belongs to; it picks the door, the roles and later the password profile."""

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
    password_hash: Mapped[str | None] = mapped_column(String(200))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("contract_holder.id"), index=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    desk_role: Mapped[DeskRole | None] = mapped_column(code_type(DeskRole))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def display_name(self) -> str:
        """The name in full, as others read it (PROF-03)."""
        return shown_name(self.family_name, self.given_name)

    @property
    def is_enabled(self) -> bool:
        """Tell whether the user may sign in (AUTH-07)."""
        return self.disabled_at is None


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


class SessionEnd(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    REPLACED = "replaced"
    DISABLED = "disabled"


class AuthSession(Base):
    """A signed-in browser. Only the hash of its cookie is stored (SEC-19)."""

    __tablename__ = "auth_session"
    __table_args__ = (Index(None, "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[SessionEnd | None] = mapped_column(code_type(SessionEnd))
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(300))

    user: Mapped[User] = relationship(lazy="raise")


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    FIRST_PASSWORD = "first_password"  # noqa: S105 - a code, no password


class AccountLink(Base):
    """A one-time link for one user; only the hash of its token is stored (SEC-18)."""

    __tablename__ = "account_link"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(code_type(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")
