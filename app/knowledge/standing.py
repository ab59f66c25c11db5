"""Where an article stands, for whoever is past its scope already: its base, and what is in the making of it."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.files.models import StoredFile
from app.knowledge.lifecycle import MAKING
from app.knowledge.models import (
    Article,
    ArticleAudience,
    ArticleFile,
    ArticleVersion,
    KnowledgeBase,
    KnowledgeCategory,
)
from app.storage import TOKEN


class StaleVersion(Exception):
    """Somebody else changed the version in the making since the form was made."""


def in_the_making(session: Session, article: Article, language: str) -> ArticleVersion | None:
    """The version of an edition that is drafted or in review."""
    return session.scalar(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id, ArticleVersion.language == language)
        .where(ArticleVersion.state.in_(MAKING))
        .order_by(ArticleVersion.id)
    )


def base_of(session: Session, article: Article) -> KnowledgeBase:
    """The base that an article stands in."""
    category = session.get_one(KnowledgeCategory, article.category_id)
    return session.get_one(KnowledgeBase, category.base_id)


def newest_version(session: Session, article: Article, language: str) -> ArticleVersion | None:
    """The last version of an edition, in the making or published; what is written next goes on from it."""
    return session.scalar(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id, ArticleVersion.language == language)
        .options(joinedload(ArticleVersion.author), joinedload(ArticleVersion.document))
        .order_by(ArticleVersion.number.desc())
        .limit(1)
    )


def mark_of(version: ArticleVersion | None) -> str:
    """What a form carries of the version that it was made from, so that a later change of it shows (REL-05)."""
    return f"{version.id}.{version.version}" if version else "none"


def refuse_stale(session: Session, article: Article, language: str, seen: str | None) -> None:
    """Refuse what was made from a version that has changed since.

    :raises StaleVersion: then.
    """
    if seen is not None and seen != mark_of(newest_version(session, article, language)):
        raise StaleVersion


def files_of(session: Session, version: ArticleVersion) -> Sequence[StoredFile]:
    """The files that come with a version, and the pictures in its text."""
    return session.scalars(
        select(StoredFile)
        .join(ArticleFile, ArticleFile.file_id == StoredFile.id)
        .where(ArticleFile.version_id == version.id)
        .order_by(StoredFile.id)
    ).all()


def file_of(session: Session, article: Article, token: str) -> StoredFile | None:
    """A file of any version of an article, or the document of one."""
    return next(iter(files_among(session, article, [token])), None)


def files_among(session: Session, article: Article, tokens: Collection[str]) -> Sequence[StoredFile]:
    """The files of any version of an article among ``tokens``, in their order; what is none of its is left out."""
    wanted = [token for token in dict.fromkeys(tokens) if TOKEN.fullmatch(token)]
    attached = select(ArticleFile.file_id).where(ArticleFile.article_id == article.id)
    documents = select(ArticleVersion.document_id).where(ArticleVersion.article_id == article.id)
    if not wanted:
        return ()
    rows = session.scalars(
        select(StoredFile).where(
            StoredFile.token.in_(wanted), or_(StoredFile.id.in_(attached), StoredFile.id.in_(documents))
        )
    )
    found = {file.token: file for file in rows}
    return [found[token] for token in wanted if token in found]


def audience_of(session: Session, article: Article) -> Sequence[ArticleAudience]:
    """The rows of who may read an article; none is nobody (SEC-49)."""
    return session.scalars(
        select(ArticleAudience).where(ArticleAudience.article_id == article.id).order_by(ArticleAudience.id)
    ).all()


def categories_of(session: Session, base: KnowledgeBase) -> Sequence[KnowledgeCategory]:
    """The categories of a base in their order."""
    return session.scalars(
        select(KnowledgeCategory)
        .where(KnowledgeCategory.base_id == base.id)
        .order_by(KnowledgeCategory.position, KnowledgeCategory.id)
    ).all()
