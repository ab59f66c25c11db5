"""What an agent is typing of an article, kept as the texts on cases are (app/cases/drafts.py)."""

from app.knowledge.models import Article, ArticleKind


def place_of_new(kind: ArticleKind) -> str:
    """The place of the draft of an article that is not there yet."""
    return f"knowledge:{kind.value}"


def place_of(article: Article, language: str) -> str:
    """The place of the draft of an edition."""
    return f"{article.number}:{language}"
