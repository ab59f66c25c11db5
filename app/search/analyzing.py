"""From changed records to what engines take: documents made, their texts taken apart."""

from collections.abc import Sequence

from app import db as database
from app.extensions import db
from app.search import dictionary
from app.search.analyzer import tokens
from app.search.documents import AnalyzedDocument
from app.search.sources import Source


def analyzed(source: Source, ids: Sequence[int]) -> list[AnalyzedDocument]:
    """The documents of these records, ready for an engine; nothing holds the database while texts are taken apart."""
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            documents = list(source.documents(session, ids))
    finally:
        database.reset_reading(token)
    return [
        AnalyzedDocument(document, {field: tokens(text) for field, text in document.texts.items()})
        for document in documents
    ]


def load_words() -> None:
    """Put the desk's own words to use in this process."""
    token = database.set_reading(True)
    try:
        with db.sessionmaker() as session:
            dictionary.load(session)
    finally:
        database.reset_reading(token)
