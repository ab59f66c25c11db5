"""Saved filters of the case lists, customers' and agents'."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, code_type


class Visibility(StrEnum):
    """Who may load a saved filter: its owner, all users of the owner's customer numbers, or the whole desk."""

    ME = "me"
    NUMBERS = "numbers"
    DESK = "desk"


class SavedFilter(Base):
    """Conditions, order and columns under a name (FILTER-10); of one service for customers, of the desk for agents."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        Index(
            "uq_saved_filter_portal",
            "owner_id",
            "service_id",
            "visibility",
            "name",
            unique=True,
            sqlite_where=text("service_id IS NOT NULL"),
            postgresql_where=text("service_id IS NOT NULL"),
        ),
        Index(
            "uq_saved_filter_desk",
            "owner_id",
            "visibility",
            "name",
            unique=True,
            sqlite_where=text("service_id IS NULL"),
            postgresql_where=text("service_id IS NULL"),
        ),
        CheckConstraint(
            "(service_id IS NULL) OR (visibility != 'desk')", name="desk_filters_have_no_service"
        ),
        CheckConstraint("length(name) > 0", name="name_not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    visibility: Mapped[Visibility] = mapped_column(code_type(Visibility))
    # As in the address of the list; checked anew whenever it is loaded.
    conditions: Mapped[str] = mapped_column(Text)
    order: Mapped[str] = mapped_column("sort_order", String(200))
    columns: Mapped[str | None] = mapped_column("shown_columns", String(300))
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)


class SavedFilterNumber(Base):
    """A customer number whose users may load a shared filter (FILTER-10)."""

    __tablename__ = "saved_filter_number"

    filter_id: Mapped[int] = mapped_column(
        ForeignKey("saved_filter.id", ondelete="CASCADE"), primary_key=True
    )
    customer_number_id: Mapped[int] = mapped_column(
        ForeignKey("customer_number.id"), primary_key=True, index=True
    )
