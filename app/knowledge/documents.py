"""What of knowledge is found by the search: each published edition, for those whom its audience names.

The desk finds what is published as well; drafts are in its lists, not in the index.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import SelectBase, func, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from app.files.models import StoredFile
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import (
    Article,
    ArticleAudience,
    ArticleEdition,
    ArticleFile,
    ArticleVersion,
    KnowledgeCategory,
)
from app.search.documents import Document, Tag, TextField
from app.search.models import FileText
from app.search.reach import EVERY_AGENT, agents_of, users_of_holder, users_of_number, users_of_service

KIND = "article"


def key_of(article_id: int, language: str) -> str:
    """The key of the document of one edition."""
    return f"{KIND}:{article_id}:{language}"


def id_and_language(key: str) -> tuple[int, str]:
    """The article and the language that a document's key names."""
    _kind, article_id, language = key.split(":")
    return int(article_id), language


def documents(session: Session, ids: Sequence[int]) -> Iterable[Document]:
    """One document for each published edition; what was withdrawn has none."""
    articles = session.scalars(
        select(Article)
        .where(Article.id.in_(ids), Article.state == ArticleState.PUBLISHED)
        .options(
            joinedload(Article.category).joinedload(KnowledgeCategory.base),
            selectinload(Article.editions)
            .joinedload(ArticleEdition.current)
            .joinedload(ArticleVersion.document),
        )
        .order_by(Article.id)
    ).all()
    readers = _readers(session, ids)
    for article in articles:
        for edition in article.editions:
            if edition.current is not None:
                yield _document(session, article, edition.current, readers.get(article.id, set()))


def files() -> SelectBase:
    """The files of what readers see: documents, and files that come with a text (KB-08)."""
    is_seen = Article.state == ArticleState.PUBLISHED
    attached = (
        select(ArticleFile.file_id.label("file_id"), Article.id.label("record_id"))
        .select_from(ArticleFile)
        .join(ArticleEdition, ArticleEdition.current_id == ArticleFile.version_id)
        .join(Article, Article.id == ArticleEdition.article_id)
        .where(is_seen)
    )
    documents = (
        select(ArticleVersion.document_id, Article.id)
        .select_from(ArticleVersion)
        .join(ArticleEdition, ArticleEdition.current_id == ArticleVersion.id)
        .join(Article, Article.id == ArticleEdition.article_id)
        .where(is_seen, ArticleVersion.document_id.is_not(None))
    )
    return union_all(attached, documents)


def ids_after(session: Session, last: int, limit: int) -> Sequence[int]:
    """The next ids of articles in rising order."""
    rows = select(Article.id).where(Article.id > last).order_by(Article.id).limit(limit)
    return session.scalars(rows).all()


def count(session: Session) -> int:
    """How many articles there are."""
    return session.scalar(select(func.count()).select_from(Article)) or 0


def _document(session: Session, article: Article, version: ArticleVersion, audience: set[str]) -> Document:
    base = article.category.base
    desk = EVERY_AGENT if base.service_id is None else agents_of(base.service_id)
    return Document(
        key=key_of(article.id, version.language),
        subject=(Article.subject_type, article.id),
        texts={
            TextField.TITLE: version.title,
            TextField.TEXT: f"{article.number}\n{version.body}",
            TextField.FILES: "\n".join(_of_files(session, version)),
        },
        tags={
            Tag.KIND: frozenset({KIND}),
            Tag.READERS: frozenset({desk, *audience}),
            Tag.NUMBER: frozenset({article.number}),
            Tag.LANGUAGE: frozenset({version.language}),
            Tag.BASE: frozenset({str(base.id)}),
            Tag.CATEGORY: frozenset({str(article.category_id)}),
            Tag.AUTHOR: frozenset({str(article.author_id)}),
        },
        moment=article.published_at or article.created_at,
    )


def _of_files(session: Session, version: ArticleVersion) -> Iterable[str]:
    """Names and texts of the files of a version (KB-08)."""
    attached = select(ArticleFile.file_id).where(ArticleFile.version_id == version.id)
    found = session.execute(
        select(StoredFile.name, FileText.text)
        .outerjoin(FileText, FileText.file_id == StoredFile.id)
        .where(StoredFile.id.in_(attached) | (StoredFile.id == version.document_id))
        .order_by(StoredFile.id)
    )
    for name, text in found:
        yield name
        if text:
            yield text


def _readers(session: Session, ids: Sequence[int]) -> dict[int, set[str]]:
    readers: dict[int, set[str]] = {}
    for row in session.scalars(select(ArticleAudience).where(ArticleAudience.article_id.in_(ids))):
        if row.customer_number_id is not None:
            word = users_of_number(row.customer_number_id)
        elif row.holder_id is not None:
            word = users_of_holder(row.service_id, row.holder_id)
        else:
            word = users_of_service(row.service_id)
        readers.setdefault(row.article_id, set()).add(word)
    return readers
