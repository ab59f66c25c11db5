"""What a service offers: its settings, categories, items, and the versions of each item."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.catalog import ledger
from app.contracts.models import Service
from app.db import Base, Versioned, code_type
from app.journal import Journaled

NAME_LENGTH = 100
MOST_POINTS = ledger.MOST_POINTS
ONLY_DRAFT = text("published_at IS NULL")


class ItemState(StrEnum):
    """Whether customers can order an item: not yet, now, or no longer."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CatalogSettings(Journaled, Base):
    """Whether a service takes work requests, and whether they are paid with points (SVC-06, section 1)."""

    __tablename__ = "catalog_settings"
    subject_type: ClassVar[str] = "catalog_settings"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    # Off: every customer number of the service may request; on: those whose contract includes it.
    is_by_contract: Mapped[bool] = mapped_column(default=True, server_default=true())
    has_points: Mapped[bool] = mapped_column(default=False, server_default=false())

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id


class CatalogCategory(Journaled, Versioned, Base):
    """A group of items in the catalogue of one service."""

    __tablename__ = "catalog_category"
    __table_args__ = (UniqueConstraint("service_id", "slug"),)
    subject_type: ClassVar[str] = "catalog_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    slug: Mapped[str] = mapped_column(String(40))
    name_ja: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=0)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id

    def name_in(self, language: str) -> str:
        """The category's name in one of the two languages."""
        return self.name_ja if language == "ja" else self.name_en


class CatalogItem(Journaled, Versioned, Base):
    """Something that customers of a service can order; what it says and asks is in its versions."""

    __tablename__ = "catalog_item"
    __table_args__ = (
        UniqueConstraint("service_id", "slug"),
        CheckConstraint("state = 'draft' OR current_id IS NOT NULL", name="published_has_version"),
        Index(None, "service_id", "state", "position"),
    )
    subject_type: ClassVar[str] = "catalog_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("catalog_category.id"), index=True)
    # Its place in addresses; never changed once the item was published.
    slug: Mapped[str] = mapped_column(String(60))
    state: Mapped[ItemState] = mapped_column(code_type(ItemState), default=ItemState.DRAFT)
    # The order of the cards (WR-01).
    position: Mapped[int] = mapped_column(default=0)
    # On: only the customer numbers of ``catalog_item_number`` see the item.
    is_restricted: Mapped[bool] = mapped_column(default=False, server_default=false())
    current_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalog_item_version.id", use_alter=True, name="fk_catalog_item_current_id")
    )

    category: Mapped[CatalogCategory] = relationship(lazy="raise")
    service: Mapped[Service] = relationship(lazy="raise")
    # The version that customers see; a request keeps the one it was made with.
    current: Mapped["CatalogItemVersion | None"] = relationship(
        foreign_keys=[current_id], lazy="raise", post_update=True
    )


class CatalogItemVersion(Journaled, Base):
    """What an item says, costs and asks; never changed once it was published, which a trigger sees to as well.

    An item has at most one version that is not published yet: its draft.
    """

    __tablename__ = "catalog_item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint(f"points BETWEEN 0 AND {MOST_POINTS}", name="points"),
        Index(
            "uq_catalog_item_version_draft",
            "item_id",
            unique=True,
            sqlite_where=ONLY_DRAFT,
            postgresql_where=ONLY_DRAFT,
        ),
    )
    subject_type: ClassVar[str] = "catalog_item_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("catalog_item.id"))
    number: Mapped[int]
    # With its number in the catalogue, as cases made of it are called ("1. CSPM 検知ポリシー変更", section 7).
    name_ja: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description_ja: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    points: Mapped[int] = mapped_column(default=0)
    # Whether an administrator of the customer has to approve a request before the desk sees it.
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # The fields of the form, as ``app.catalog.fields.FormDefinition`` reads and writes them.
    form: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    # Empty where no person stands behind it, such as an import at set-up.
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    item: Mapped[CatalogItem] = relationship(foreign_keys=[item_id], lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return CatalogItem.subject_type, self.item_id

    def name_in(self, language: str) -> str:
        """The item's name in one of the two languages."""
        return self.name_ja if language == "ja" else self.name_en

    def description_in(self, language: str) -> str:
        """What the item is for, in one of the two languages."""
        return self.description_ja if language == "ja" else self.description_en


class CatalogItemNumber(Journaled, Base):
    """A customer number for which a restricted item is there."""

    __tablename__ = "catalog_item_number"
    subject_type: ClassVar[str] = "catalog_item_number"

    item_id: Mapped[int] = mapped_column(ForeignKey("catalog_item.id"), primary_key=True)
    customer_number_id: Mapped[int] = mapped_column(
        ForeignKey("customer_number.id"), primary_key=True, index=True
    )

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return CatalogItem.subject_type, self.item_id
