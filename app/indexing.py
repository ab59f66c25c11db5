"""Which slice makes the documents of which records, so that the search finds them."""

from app.cases import documents as cases
from app.cases.models import Case
from app.knowledge import documents as knowledge
from app.knowledge.models import Article
from app.search import changes
from app.search.sources import register_source

__all__ = ["changes", "init_app"]


def init_app() -> None:
    """Register the sources of all slices; with them, what the journal tells is noted for the index."""
    register_source(Case.subject_type, cases)
    register_source(Article.subject_type, knowledge)
