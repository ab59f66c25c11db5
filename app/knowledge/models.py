"""Tables of the knowledge slice.

An article is a pair of editions, one per language, under one number. Each edition has versions that are kept for ever;
one of them is what readers see, and at most one is in the making.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.accounts.models import User
from app.contracts.models import Service
from app.db import Base, Versioned, code_type
from app.files.models import StoredFile
from app.journal import Journaled
from app.knowledge.lifecycle import ArticleState, VersionState

NAME_LENGTH = 100
CODE_LENGTH = 8
TITLE_LENGTH = 200
BODY_LENGTH = 100_000
REMARK_LENGTH = 2_000
IN_THE_MAKING = text("state IN ('draft', 'review')")


class ArticleKind(StrEnum):
    """What an article's content is: a text, or a file that its name downloads (KB-10)."""

    TEXT = "text"
    DOCUMENT = "document"


class KnowledgeBase(Journaled, Versioned, Base):
    """A collection of articles of one service, or of all of them (KB-02)."""

    __tablename__ = "knowledge_base"
    subject_type: ClassVar[str] = "knowledge_base"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Empty: common to all services. Its articles are then for whole services, never for one customer.
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    name_ja: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=0)

    service: Mapped[Service | None] = relationship(lazy="raise")

    def name_in(self, language: str) -> str:
        """The base's own name in one of the two languages, without its service."""
        return self.name_ja if language == "ja" else self.name_en


class KnowledgeCategory(Journaled, Versioned, Base):
    """A group of articles within a base (KB-13, KB-14)."""

    __tablename__ = "knowledge_category"
    __table_args__ = (Index(None, "base_id", "position"),)
    subject_type: ClassVar[str] = "knowledge_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("knowledge_base.id"))
    # Its number as shown before the name, such as "1" or "01"; may be empty.
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), default="")
    name_ja: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    position: Mapped[int] = mapped_column(default=0)

    base: Mapped[KnowledgeBase] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return KnowledgeBase.subject_type, self.base_id

    def name_in(self, language: str) -> str:
        """Number and name in one of the two languages."""
        name = self.name_ja if language == "ja" else self.name_en
        return f"{self.code} {name}".strip()


class Article(Journaled, Versioned, Base):
    """An article under its number, such as KB0010932; what it says is in its versions."""

    __tablename__ = "article"
    __table_args__ = (
        Index(None, "category_id", "state"),
        Index(None, "state", "review_on"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_when_not_draft"),
    )
    subject_type: ClassVar[str] = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[ArticleKind] = mapped_column(code_type(ArticleKind))
    category_id: Mapped[int] = mapped_column(ForeignKey("knowledge_category.id"))
    state: Mapped[ArticleState] = mapped_column(code_type(ArticleState), default=ArticleState.DRAFT)
    # The language it is written in first; the other edition is its translation.
    source_language: Mapped[str] = mapped_column(String(2), default="ja")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    # On which day somebody shall look whether it still holds.
    review_on: Mapped[date | None]
    # The review date that the desk was reminded of.
    reminded_of: Mapped[date | None]
    # The case that it was made of; the desk alone reads this.
    from_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When what readers see was last published; the age that KB-09 shows.
    published_at: Mapped[datetime | None]

    category: Mapped[KnowledgeCategory] = relationship(lazy="raise")
    author: Mapped[User | None] = relationship(lazy="raise")
    editions: Mapped[list["ArticleEdition"]] = relationship(lazy="raise", order_by="ArticleEdition.language")


class ArticleEdition(Journaled, Base):
    """An article in one language: which of its versions readers see."""

    __tablename__ = "article_edition"
    subject_type: ClassVar[str] = "article_edition"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    # Empty until a version is published, and again when the edition is taken out.
    current_id: Mapped[int | None] = mapped_column(
        ForeignKey("article_version.id", use_alter=True, name="fk_article_edition_current_id")
    )

    current: Mapped["ArticleVersion | None"] = relationship(
        foreign_keys=[current_id], lazy="raise", post_update=True
    )

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Article.subject_type, self.article_id


class ArticleVersion(Journaled, Versioned, Base):
    """What an edition says; never changed once it was published, which a trigger sees to as well."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("article_id", "language", "number"),
        CheckConstraint("language IN ('ja', 'en')", name="language"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_moment"),
        Index(
            "uq_article_version_in_the_making",
            "article_id",
            "language",
            unique=True,
            sqlite_where=IN_THE_MAKING,
            postgresql_where=IN_THE_MAKING,
        ),
    )
    subject_type: ClassVar[str] = "article_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    language: Mapped[str] = mapped_column(String(2))
    # Counts within the edition, from 1.
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(code_type(VersionState), default=VersionState.DRAFT)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    # The text in plain words, as searched and compared; ``html`` is the cleaned rich text. Empty for a document.
    body: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    # The file of a document.
    document_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # The version in the other language that this one translates.
    translates_id: Mapped[int | None] = mapped_column(ForeignKey("article_version.id"))
    # What its author says about the change, for the desk.
    remark: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    document: Mapped[StoredFile | None] = relationship(lazy="raise")
    author: Mapped[User | None] = relationship(foreign_keys=[author_id], lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Article.subject_type, self.article_id


class ArticleFile(Journaled, Base):
    """A file that comes with a version, or a picture in its text."""

    __tablename__ = "article_file"
    subject_type: ClassVar[str] = "article_file"

    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True, index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)

    file: Mapped[StoredFile] = relationship(lazy="raise")

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Article.subject_type, self.article_id


class ArticleAudience(Journaled, Base):
    """Who may read an article: a service's users, one contract holder's there, or one customer number's.

    An article without a row is read by nobody (SEC-49).
    """

    __tablename__ = "article_audience"
    __table_args__ = (
        UniqueConstraint("article_id", "service_id", "holder_id", "customer_number_id"),
        CheckConstraint("holder_id IS NULL OR customer_number_id IS NULL", name="one_kind"),
        Index(None, "service_id", "article_id"),
    )
    subject_type: ClassVar[str] = "article_audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("contract_holder.id"))
    customer_number_id: Mapped[int | None] = mapped_column(ForeignKey("customer_number.id"))

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Article.subject_type, self.article_id


class ArticleViews(Base):
    """How often customers opened or downloaded an article (KB-12)."""

    __tablename__ = "article_views"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    total: Mapped[int] = mapped_column(default=0)


class ArticleReader(Base):
    """A customer's user who has opened an article at least once; the desk sees how many, for announcements."""

    __tablename__ = "article_reader"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)


class ArticleFeedback(Journaled, Base):
    """What a customer's user says of an article: whether it helped, and a remark to its author."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        UniqueConstraint("article_id", "user_id"),
        Index(None, "article_id", "id"),
    )
    subject_type: ClassVar[str] = "article_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("article_version.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    has_helped: Mapped[bool]
    remark: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(default=clock.now)

    def journal_key(self) -> tuple[str, int]:
        """The subject whose history tells the changes of this row."""
        return Article.subject_type, self.article_id
