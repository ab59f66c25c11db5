"""How people prove who they are: counted tries, half-way sign-ins, authenticator apps, passkeys, lost factors."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.people import User
from app.db import Base, code_type
from app.journal import Journaled


class TryKind(StrEnum):
    """What is being tried; the counts of both kinds are apart (AUTH-03, RESET-05)."""

    PASSWORD = "password"  # noqa: S105 - a kind of try, no password
    RESET = "reset"


class TryCount(Base):
    """Failures in a row for one subject: a user, a typed ID that nobody has, or a known browser.

    ``in_a_row`` starts again at 0 after a lock, ``since_success`` only after a success (SEC-06).
    """

    __tablename__ = "try_count"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        CheckConstraint("in_a_row BETWEEN 0 AND 5", name="five_at_most"),
        CheckConstraint("since_success >= in_a_row", name="success_resets_both"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TryKind] = mapped_column(code_type(TryKind))
    subject: Mapped[str] = mapped_column(String(80))
    in_a_row: Mapped[int] = mapped_column(default=0)
    since_success: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    touched_at: Mapped[datetime] = mapped_column(index=True)


class ProofPurpose(StrEnum):
    """What a half-way proof leads to."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


class Proof(Base):
    """Somebody on the way to a session, or to a fresh proof in one: what is proved so far, and what is due.

    It lives on the server; the browser holds a random token, of which only the hash is stored (C37).
    """

    __tablename__ = "proof"
    __table_args__ = (CheckConstraint("wrong_codes BETWEEN 0 AND 5", name="five_at_most"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[ProofPurpose] = mapped_column(code_type(ProofPurpose))
    door: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    password_proved_at: Mapped[datetime | None]
    # A hundred failures in a row ask for a mailed code, whatever the account's own setting (SEC-06).
    needs_unlock: Mapped[bool] = mapped_column(default=False)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    mail_code_hash: Mapped[str | None] = mapped_column(String(64))
    mail_code_sent_at: Mapped[datetime | None]
    # The challenge that a passkey has to sign, in hexadecimal; good for one answer.
    challenge: Mapped[str | None] = mapped_column(String(128))
    # Where to go afterwards; for a confirmation also the form that waits, without its secrets (SEC-10).
    next: Mapped[str] = mapped_column(String(2_000), default="")
    form: Mapped[list[list[str]] | None] = mapped_column(JSON)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("auth_session.id"))

    user: Mapped[User] = relationship(lazy="raise")


class Authenticator(Journaled, Base):
    """A paired authenticator app; the secret is sealed with a key outside the database (SEC-11)."""

    __tablename__ = "authenticator"
    subject_type: ClassVar[str] = "authenticator"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(400))
    paired_at: Mapped[datetime]
    # The last time step whose code was accepted; this one and all before it are used up (SEC-12).
    last_step: Mapped[int] = mapped_column(default=0)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id


class Passkey(Journaled, Base):
    """A passkey or security key (MFA-17); the public key is no secret."""

    __tablename__ = "passkey"
    subject_type: ClassVar[str] = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1_024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[Any]] = mapped_column(JSON, default=list)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id


class RecoveryCode(Base):
    """One of ten codes that stand in for a lost factor, each once; stored as a hash (SEC-17)."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MfaRemoval(Journaled, Base):
    """An agent's request to take a lost factor from a customer's user, until a second agent decides (SEC-17)."""

    __tablename__ = "mfa_removal"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL) AND (decided_at IS NULL) = (is_approved IS NULL)",
            name="decided_whole",
        ),
        # One open request for a user at a time.
        Index(
            "uq_mfa_removal_open",
            "user_id",
            unique=True,
            sqlite_where=column("decided_at").is_(None),
            postgresql_where=column("decided_at").is_(None),
        ),
    )
    subject_type: ClassVar[str] = "mfa_removal"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    # How the agent made sure who was asking, in the agent's words.
    identity_check: Mapped[str] = mapped_column(String(1_000))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    is_approved: Mapped[bool | None]

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return User.subject_type, self.user_id
