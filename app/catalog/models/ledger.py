"""The ledger of points as the database keeps it: periods, entries, balances, corrections, and the results of checks.

Triggers write the balances from the entries and refuse everybody else's hand on either; CHECK constraints hold the
rules of ``app.catalog.ledger`` (PT-07, REL-06).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.authz import ActorKind
from app.catalog.ledger import MOVES, Account, Balances, EntryKind
from app.contracts.models import CustomerNumber
from app.db import Base, code_type
from app.journal import Journaled

REASON_LENGTH = 500


def allowed_moves() -> str:
    """The rule of the database over kind, source and target, made of the table of the ledger."""
    moves = [
        f"(kind = '{kind}' AND source = '{source}' AND target = '{target}')"
        for kind in EntryKind
        for source, target in sorted(MOVES[kind])
    ]
    return " OR ".join(moves)


class PointPeriod(Journaled, Base):
    """The days in which the points of a customer number can be used; periods of a number never overlap (PT-03)."""

    __tablename__ = "point_period"
    __table_args__ = (
        UniqueConstraint("customer_number_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("plan_points >= 0 AND option_points >= 0", name="points"),
    )
    subject_type: ClassVar[str] = "point_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"))
    # Both days are within the period; days of the service's time zone.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    # What the desk has set; their sum is what CONTRACT has given.
    plan_points: Mapped[int] = mapped_column(default=0)
    option_points: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When what was left expired or was carried on (PT-09).
    settled_at: Mapped[datetime | None]
    # When its statement was mailed, where the contract says so.
    statement_sent_at: Mapped[datetime | None]

    customer_number: Mapped[CustomerNumber] = relationship(lazy="raise")
    balance: Mapped["PointBalance"] = relationship(lazy="raise", viewonly=True)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return CustomerNumber.subject_type, self.customer_number_id


class PointBalance(Base):
    """The balances of a period, written by the triggers of the database alone."""

    __tablename__ = "point_balance"
    __table_args__ = (
        *(CheckConstraint(f"{account} >= 0", name=account) for account in Account),
        CheckConstraint(
            "contract + carried_in + overdraft = free + held + used + expired + carried_out", name="balanced"
        ),
        CheckConstraint("free = 0 OR overdraft = 0", name="free_or_overdrawn"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("point_period.id"), primary_key=True)
    contract: Mapped[int] = mapped_column(default=0, server_default="0")
    carried_in: Mapped[int] = mapped_column(default=0, server_default="0")
    overdraft: Mapped[int] = mapped_column(default=0, server_default="0")
    free: Mapped[int] = mapped_column(default=0, server_default="0")
    held: Mapped[int] = mapped_column(default=0, server_default="0")
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    expired: Mapped[int] = mapped_column(default=0, server_default="0")
    carried_out: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many entries the balances are made of, and the last of them.
    entries: Mapped[int] = mapped_column(default=0, server_default="0")
    last_entry_id: Mapped[int] = mapped_column(default=0, server_default="0")

    def as_balances(self) -> Balances:
        """The balances for the rules of the ledger."""
        return Balances(**{account.value: getattr(self, account.value) for account in Account})


class PointEntry(Base):
    """One movement of points: balanced by its form, never changed, never deleted (PT-07)."""

    __tablename__ = "point_entry"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(allowed_moves(), name="move"),
        CheckConstraint("kind != 'overdraft' OR length(reason) > 0", name="overdraft_has_reason"),
        CheckConstraint("kind != 'correction' OR correction_id IS NOT NULL", name="correction_has_cause"),
        Index(None, "period_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("point_period.id"))
    kind: Mapped[EntryKind] = mapped_column(code_type(EntryKind))
    source: Mapped[Account] = mapped_column(String(16))
    target: Mapped[Account] = mapped_column(String(16))
    amount: Mapped[int]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("work_request.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("point_correction.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    actor_kind: Mapped[ActorKind] = mapped_column(code_type(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # What the entry was booked for, such as ``request:12:hold``: booked twice, the second is refused (REL-04).
    key: Mapped[str] = mapped_column(String(80), unique=True)


class CorrectionState(StrEnum):
    """Where a proposed correction stands."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PointCorrection(Journaled, Base):
    """A correction of the used points that one person proposes and another one books or refuses (PT-06).

    As long as nobody has, its proposer can take it back. A trigger keeps what was decided.
    """

    __tablename__ = "point_correction"
    __table_args__ = (
        CheckConstraint("difference != 0", name="difference"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_has_time"),
        # Whoever proposed it takes it back, and nobody else does; whatever else is decided, another person decides.
        CheckConstraint(
            "decided_by_id IS NULL OR (state = 'withdrawn') = (decided_by_id = proposed_by_id)",
            name="second_person",
        ),
        CheckConstraint("state = 'proposed' OR decided_by_id IS NOT NULL", name="decided_by_somebody"),
        Index(None, "period_id", "id"),
        Index(None, "state", "id"),
    )
    subject_type: ClassVar[str] = "point_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("point_period.id"))
    # Held for the journal, whose subject is the customer number.
    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"))
    # How many points more (or fewer, below zero) count as used.
    difference: Mapped[int]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    state: Mapped[CorrectionState] = mapped_column(
        code_type(CorrectionState), default=CorrectionState.PROPOSED
    )
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]

    period: Mapped[PointPeriod] = relationship(lazy="raise")
    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id], lazy="raise")
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id], lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return CustomerNumber.subject_type, self.customer_number_id


class LedgerCheck(Base):
    """The result of one check of the whole ledger: whether entries and balances agree (PT-07)."""

    __tablename__ = "ledger_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    periods: Mapped[int]
    entries: Mapped[int]
    milliseconds: Mapped[int]
    # What did not agree, in the order found; empty is sound.
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
