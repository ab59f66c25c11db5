"""Signed-in browsers, one-time links, and the browsers that a person proved themselves in before."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.people import User
from app.db import Base, code_type


class SessionEnd(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    REPLACED = "replaced"
    DISABLED = "disabled"
    PASSWORD = "password"  # noqa: S105 - a reason, no password
    MFA = "mfa"
    OWNER = "owner"
    DESK = "desk"
    FROZEN = "frozen"


class AuthSession(Base):
    """A signed-in browser. Only the hash of its cookie is stored (SEC-19)."""

    __tablename__ = "auth_session"
    __table_args__ = (Index(None, "user_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # The slug of the portal or "console", where the person came in.
    door: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    # When the person last gave every proof their account asks for; sensitive acts want it fresh (SEC-10).
    proved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[SessionEnd | None] = mapped_column(code_type(SessionEnd))
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(300))

    user: Mapped[User] = relationship(lazy="raise")


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    FIRST_PASSWORD = "first_password"  # noqa: S105 - a code, no password
    RESET = "reset"
    NOT_ME = "not_me"


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


class MarkKind(StrEnum):
    """What a browser mark is good for."""

    # Skips the code for eight hours (MFA-11).
    EXEMPTION = "exemption"
    # Has a count of failed tries of its own for 30 days, so that strangers cannot lock an agent out (T02).
    KNOWN = "known"


class BrowserMark(Base):
    """A browser in which a person has given a second proof; only the hash of its cookie is stored (SEC-16)."""

    __tablename__ = "browser_mark"
    __table_args__ = (
        Index(None, "user_id", "kind"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[MarkKind] = mapped_column(code_type(MarkKind))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # The user's proof_epoch when the mark was made; another epoch, and the mark is worth nothing.
    epoch: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(300))
