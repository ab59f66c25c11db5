"""What happens to the words of the search; all of it is the desk's to read."""

from dataclasses import dataclass
from typing import ClassVar

from app.authz import Audience
from app.journal import Event


@dataclass(frozen=True, slots=True)
class SynonymsAdded(Event):
    """Words that the search takes for the same from now on."""

    kind: ClassVar[str] = "synonym_group.added"
    audience: ClassVar[Audience] = Audience.DESK
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymsEdited(Event):
    """A group has other words than ``before``."""

    kind: ClassVar[str] = "synonym_group.edited"
    audience: ClassVar[Audience] = Audience.DESK
    words: tuple[str, ...]
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymsRemoved(Event):
    """Words that are no longer taken for the same."""

    kind: ClassVar[str] = "synonym_group.removed"
    audience: ClassVar[Audience] = Audience.DESK
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DictionaryWordAdded(Event):
    """A word that the analyzer keeps whole, once the index has been built anew."""

    kind: ClassVar[str] = "dictionary_word.added"
    audience: ClassVar[Audience] = Audience.DESK
    word: str


@dataclass(frozen=True, slots=True)
class DictionaryWordRemoved(Event):
    """A word that the analyzer takes apart again, once the index has been built anew."""

    kind: ClassVar[str] = "dictionary_word.removed"
    audience: ClassVar[Audience] = Audience.DESK
    word: str
