"""Which of an article's two editions a reader gets, and whether a translation is older than its source."""

from app.knowledge.models import Article, ArticleVersion


def versions_of(article: Article) -> dict[str, ArticleVersion]:
    """The versions that readers see, by language; the article's editions must be loaded."""
    return {edition.language: edition.current for edition in article.editions if edition.current is not None}


def version_for(article: Article, *languages: str) -> ArticleVersion | None:
    """The version in the first of these languages that there is one in, or else in the other one."""
    versions = versions_of(article)
    wanted = next((language for language in languages if language in versions), None)
    return versions[wanted] if wanted else next(iter(versions.values()), None)


def is_outdated(article: Article, version: ArticleVersion) -> bool:
    """Tell whether a version translates one that is no longer current."""
    if version.translates_id is None:
        return False
    return all(current.id != version.translates_id for current in versions_of(article).values())
