"""Tables of the contracts slice: services, contract holders, customer numbers, portal links."""

from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.journal import Journaled


class Service(Journaled, Base):
    """A managed service with a portal of its own under ``/<slug>`` (SVC-01)."""

    __tablename__ = "service"
    __table_args__ = (CheckConstraint("largest_file IS NULL OR largest_file > 0", name="largest_file"),)
    subject_type: ClassVar[str] = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(16), unique=True)
    name_ja: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    user_id_suffix: Mapped[str] = mapped_column(String(16), default="")
    # Whether a caution about alerts stands where the mail address is changed (PROF-07).
    cautions_mail_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Whether a new contact is told by mail (CONTACT-12).
    mails_new_contacts: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Bytes that a file of its customers may have, within what the installation takes; empty: just that (WR-05).
    largest_file: Mapped[int | None] = mapped_column(BigInteger)

    def name_in(self, language: str) -> str:
        """The service's name in one of the two languages."""
        return self.name_ja if language == "ja" else self.name_en


class PortalLink(Journaled, Base):
    """A service's portal that another portal's home page links to (HOME-04)."""

    __tablename__ = "portal_link"
    __table_args__ = (UniqueConstraint("service_id", "target_id"),)
    subject_type: ClassVar[str] = "portal_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    position: Mapped[int]

    target: Mapped[Service] = relationship(foreign_keys=[target_id], lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Service.subject_type, self.service_id


class ContractHolder(Journaled, Base):
    """A customer company."""

    __tablename__ = "contract_holder"
    subject_type: ClassVar[str] = "contract_holder"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class CustomerNumber(Journaled, Base):
    """One contract of one contract holder for one service (SVC-03, SVC-07)."""

    __tablename__ = "customer_number"
    __table_args__ = (CheckConstraint("length(number) BETWEEN 1 AND 20", name="number_length"),)
    subject_type: ClassVar[str] = "customer_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("contract_holder.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)

    holder: Mapped[ContractHolder] = relationship(lazy="raise")
    service: Mapped[Service] = relationship(lazy="raise")
