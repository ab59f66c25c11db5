"""What the contract of one customer number says about requests and points."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from app.contracts.models import CustomerNumber
from app.db import Base, Versioned, code_type
from app.journal import Journaled


class AtPeriodEnd(StrEnum):
    """What becomes of points that are left when their period ends (PT-09)."""

    EXPIRE = "expire"
    CARRY = "carry"


class RequestTerms(Journaled, Versioned, Base):
    """Whether a contract includes requests and points, and how its periods of points go on (SVC-06, PT-03, PT-09)."""

    __tablename__ = "request_terms"
    __table_args__ = (
        CheckConstraint("plan_points >= 0", name="plan_points"),
        CheckConstraint("option_points >= 0", name="option_points"),
    )
    subject_type: ClassVar[str] = "request_terms"

    customer_number_id: Mapped[int] = mapped_column(ForeignKey("customer_number.id"), primary_key=True)
    includes_requests: Mapped[bool] = mapped_column(default=False, server_default=false())
    includes_points: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The points of a month: those of the plan and those of the option 作業依頼ポイント追加.
    plan_points: Mapped[int] = mapped_column(default=0)
    option_points: Mapped[int] = mapped_column(default=0)
    # Whether the next month's period is opened by itself when one ends.
    renews: Mapped[bool] = mapped_column(default=False, server_default=false())
    at_period_end: Mapped[AtPeriodEnd] = mapped_column(code_type(AtPeriodEnd), default=AtPeriodEnd.EXPIRE)
    # Whether the administrators of the number get each month's statement as a PDF by mail.
    mails_statement: Mapped[bool] = mapped_column(default=False, server_default=false())

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return CustomerNumber.subject_type, self.customer_number_id
