"""The desk's own words, from the database into the analyzer of this process."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.search import analyzer
from app.search.models import DictionaryWord


def load(session: Session) -> None:
    """Have the analyzer use the words that the desk keeps today.

    One small query; the patterns are made anew only where the words are others than those in use. Whoever indexes or
    asks calls this first, so that a process never goes on with words of yesterday.
    """
    analyzer.use_words(session.scalars(select(DictionaryWord.word)))
