"""The login history as its readers list it (HIST-02); the journal beside it is the record for audit."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models.people import USER_ID_LENGTH
from app.db import Base


class LoginEvent(Base):
    """One entry of the login history; kept for a year at first, then purged (HIST-06)."""

    __tablename__ = "login_event"
    __table_args__ = (
        Index(None, "holder_id", "at"),
        Index(None, "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    # As it was then; a later change of the user ID does not rewrite the history.
    login_id: Mapped[str] = mapped_column(String(USER_ID_LENGTH))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("contract_holder.id"))
    # The service at whose portal it happened; empty for what holds in all of them, such as an unlocking.
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(300))
