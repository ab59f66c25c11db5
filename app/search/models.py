"""Tables of the search: what is to be indexed, texts taken from files, words of the desk, searches in vain."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.authz import ActorKind
from app.db import Base, Versioned, code_type
from app.i18n import N_, _
from app.journal import Journaled

WORD_LENGTH = 60
TYPED_LENGTH = 200


class SearchChange(Base):
    """A record that changed and is not in the index yet; written with the act, taken out by the index's writer."""

    __tablename__ = "search_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # How often it could not be indexed.
    attempts: Mapped[int] = mapped_column(default=0)


class Reading(StrEnum):
    """What came of reading the text of a file."""

    TAKEN = "taken"
    # Of a kind that holds no text for us.
    NONE = "none"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"

    @property
    def label(self) -> str:
        """What the desk reads of it, in the language in force."""
        return _(READING_LABELS[self])


READING_LABELS = {
    Reading.TAKEN: N_("Its text is found"),
    Reading.NONE: N_("Found by its name"),
    Reading.UNREADABLE: N_("Found by its name: it cannot be read"),
    Reading.ENCRYPTED: N_("Found by its name: it is protected by a password"),
    Reading.TOO_LARGE: N_("Found by its name: it is too large to be read"),
}


class FileText(Base):
    """The text of a file, taken out of it once."""

    __tablename__ = "file_text"

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    reading: Mapped[Reading] = mapped_column(code_type(Reading))
    text: Mapped[str] = mapped_column(Text, default="")
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)


class SynonymGroup(Journaled, Versioned, Base):
    """Words that mean the same to the search, one per line; each finds what the others find."""

    __tablename__ = "synonym_group"
    __table_args__ = (CheckConstraint("length(words) > 0", name="words_not_empty"),)
    subject_type: ClassVar[str] = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class DictionaryWord(Journaled, Base):
    """A word that the analyzer must not take apart, such as the name of a product."""

    __tablename__ = "dictionary_word"
    subject_type: ClassVar[str] = "dictionary_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    # As the analyzer folds it, so that no two of them are the same word.
    word: Mapped[str] = mapped_column(String(WORD_LENGTH), unique=True)


class MissedSearch(Base):
    """What was looked for in vain, and how often; who looked is not kept."""

    __tablename__ = "missed_search"
    __table_args__ = (UniqueConstraint("service_id", "asker", "typed"), Index(None, "last_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose portal it was; empty for the console.
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    asker: Mapped[ActorKind] = mapped_column(code_type(ActorKind))
    typed: Mapped[str] = mapped_column(String(TYPED_LENGTH))
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_at: Mapped[datetime] = mapped_column(default=clock.now)
