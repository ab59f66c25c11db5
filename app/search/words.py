"""The words that the desk teaches the search: groups that mean the same, and words that stay whole.

A group holds at once, since words are unfolded when somebody asks. A word of the dictionary changes how texts are
taken apart, so the index is built anew before it counts.
"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authz import Actor, NotFound, authorize
from app.journal import record
from app.search import analyzer, events, policy
from app.search.models import WORD_LENGTH, DictionaryWord, SynonymGroup

MOST_GROUPS = 1_000
MOST_OF_GROUP = 20
MOST_WORDS = 2_000


class WordsRefused(ValueError):
    """Words that cannot be kept as they are; ``word`` is the one in question, if it is one."""

    def __init__(self, word: str = "") -> None:
        super().__init__(word)
        self.word = word


class TooFew(WordsRefused):
    """A group needs two words."""


class TooMany(WordsRefused):
    """A group has at most ``MOST_OF_GROUP`` words."""


class Full(WordsRefused):
    """No further group or word is kept."""


class TooLong(WordsRefused):
    """A word is longer than ``WORD_LENGTH`` characters."""


class Taken(WordsRefused):
    """The word stands in another group, or is in the dictionary already."""


class NoWord(WordsRefused):
    """The search finds no word in it."""


class StaleWords(Exception):
    """Somebody changed the group since the form was made (REL-05)."""


def groups(session: Session) -> Sequence[SynonymGroup]:
    """All groups, by their first words."""
    return session.scalars(select(SynonymGroup).order_by(SynonymGroup.words, SynonymGroup.id)).all()


def group_for(session: Session, group_id: int) -> SynonymGroup:
    """One group.

    :raises NotFound: if there is none.
    """
    found = session.get(SynonymGroup, group_id)
    if found is None:
        raise NotFound
    return found


def dictionary(session: Session) -> Sequence[DictionaryWord]:
    """All words of the dictionary, in order."""
    return session.scalars(select(DictionaryWord).order_by(DictionaryWord.word)).all()


def word_for(session: Session, word_id: int) -> DictionaryWord:
    """One word of the dictionary.

    :raises NotFound: if there is none.
    """
    found = session.get(DictionaryWord, word_id)
    if found is None:
        raise NotFound
    return found


def add_group(session: Session, *, actor: Actor, typed: str) -> SynonymGroup:
    """Add a group of words, one per line.

    :raises WordsRefused: if it cannot be kept.
    """
    authorize(policy.can_manage_words(actor))
    if _count(session, SynonymGroup) >= MOST_GROUPS:
        raise Full
    words = _words(session, typed)
    group = SynonymGroup(words="\n".join(words))
    session.add(group)
    record(session, actor=actor, subject=group, happened=events.SynonymsAdded(words))
    return group


def edit_group(session: Session, group: SynonymGroup, *, actor: Actor, version: int, typed: str) -> None:
    """Give a group other words.

    :param version: the version of the row that the form was made from.
    :raises StaleWords: if somebody changed it since then.
    :raises WordsRefused: if it cannot be kept.
    """
    authorize(policy.can_manage_words(actor))
    if version != group.version:
        raise StaleWords
    words, before = _words(session, typed, but=group.id), tuple(group.words.split("\n"))
    if words == before:
        return
    group.words = "\n".join(words)
    record(session, actor=actor, subject=group, happened=events.SynonymsEdited(words, before))


def remove_group(session: Session, group: SynonymGroup, *, actor: Actor) -> None:
    """Remove a group: its words mean what they say again."""
    authorize(policy.can_manage_words(actor))
    told = events.SynonymsRemoved(tuple(group.words.split("\n")))
    session.delete(group)
    record(session, actor=actor, subject=group, happened=told)


def add_word(session: Session, *, actor: Actor, typed: str) -> DictionaryWord:
    """Add a word to the dictionary, as the analyzer folds it.

    :raises WordsRefused: if it cannot be kept.
    """
    authorize(policy.can_manage_words(actor))
    if _count(session, DictionaryWord) >= MOST_WORDS:
        raise Full
    word = analyzer.fold(" ".join(typed.split()))
    if not analyzer.tokens(word):
        raise NoWord(typed)
    if len(word) > WORD_LENGTH:
        raise TooLong(typed)
    if session.scalar(select(DictionaryWord.id).where(DictionaryWord.word == word)) is not None:
        raise Taken(word)
    row = DictionaryWord(word=word)
    session.add(row)
    record(session, actor=actor, subject=row, happened=events.DictionaryWordAdded(word))
    return row


def remove_word(session: Session, row: DictionaryWord, *, actor: Actor) -> None:
    """Remove a word from the dictionary."""
    authorize(policy.can_manage_words(actor))
    told = events.DictionaryWordRemoved(row.word)
    session.delete(row)
    record(session, actor=actor, subject=row, happened=told)


def _words(session: Session, typed: str, *, but: int | None = None) -> tuple[str, ...]:
    """The words of a group as they are kept; no two of them, and none of another group, read the same."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    by_sense: dict[str, str] = {}
    for line in filter(None, lines):
        if len(line) > WORD_LENGTH:
            raise TooLong(line)
        if not (sense := sense_of(line)):
            raise NoWord(line)
        by_sense.setdefault(sense, line)
    if len(by_sense) < 2:  # noqa: PLR2004 - a single word means the same as itself
        raise TooFew
    if len(by_sense) > MOST_OF_GROUP:
        raise TooMany
    _refuse_taken(session, by_sense, but)
    return tuple(by_sense.values())


def _refuse_taken(session: Session, by_sense: dict[str, str], but: int | None) -> None:
    for group in groups(session):
        if group.id == but:
            continue
        for word in group.words.split("\n"):
            if (sense := sense_of(word)) in by_sense:
                raise Taken(by_sense[sense])


def sense_of(word: str) -> str:
    """What the search reads in a word: its terms, one after the other."""
    return " ".join(token.term for token in analyzer.asked(word))


def _count(session: Session, table: type[SynonymGroup | DictionaryWord]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
