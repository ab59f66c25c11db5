"""What agents write: an article is started, and the version in the making of each of its editions is written anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.authz import Actor, authorize
from app.cases.models import Case
from app.files.models import StoredFile
from app.journal import record
from app.knowledge import events, policy
from app.knowledge.lifecycle import NotPossible, VersionState
from app.knowledge.models import (
    Article,
    ArticleEdition,
    ArticleFile,
    ArticleKind,
    ArticleVersion,
    KnowledgeBase,
    KnowledgeCategory,
)
from app.knowledge.standing import base_of, files_of, in_the_making, refuse_stale
from app.numbering import next_number

NUMBERS = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says: a title with a text, or with the file of a document.

    ``html`` is cleaned rich text and ``body`` the same in plain words; ``files`` come with the text or are pictures in
    it; ``translates`` is the version in the other language that it was made from.
    """

    title: str
    body: str = ""
    html: str = ""
    document: StoredFile | None = None
    files: Sequence[StoredFile] = ()
    remark: str = ""
    translates: ArticleVersion | None = None


def start_article(
    session: Session,
    *,
    actor: Actor,
    category: KnowledgeCategory,
    kind: ArticleKind,
    language: str,
    content: Content,
    from_case: Case | None = None,
) -> Article:
    """Start an article under the next number with a first draft (KB-11, KB-15); readers see nothing of it yet."""
    authorize(policy.can_write(actor, session.get_one(KnowledgeBase, category.base_id)))
    article = Article(
        number=next_number(session, NUMBERS, prefix="KB", digits=7),
        kind=kind,
        category_id=category.id,
        source_language=language,
        author_id=actor.user_id,
        from_case_id=from_case.id if from_case else None,
    )
    session.add(article)
    session.flush()
    started = events.ArticleStarted(article.number, from_case.number if from_case else "")
    record(session, actor=actor, subject=article, happened=started)
    write_version(session, article, actor=actor, language=language, content=content)
    return article


def write_version(
    session: Session,
    article: Article,
    *,
    actor: Actor,
    language: str,
    content: Content,
    seen: str | None = None,
) -> ArticleVersion:
    """Write down what an edition shall say next; what is published stays as it is.

    :param seen: :func:`~app.knowledge.standing.mark_of` the version that a form was made from; ``None`` for whoever
        has read it just now.
    :raises StaleVersion: if it is another one by now (REL-05).
    """
    category = session.get_one(KnowledgeCategory, article.category_id)
    authorize(policy.can_write(actor, session.get_one(KnowledgeBase, category.base_id)))
    refuse_stale(session, article, language, seen)
    making = in_the_making(session, article, language)
    if making is None:
        making = _next_version(session, article, language)
    making.title, making.body, making.html = content.title, content.body, content.html
    making.document_id = content.document.id if content.document else None
    making.remark = content.remark
    making.translates_id = content.translates.id if content.translates else None
    # What is changed is a draft again, so that nobody publishes what nobody has read.
    making.state = VersionState.DRAFT
    making.author_id, making.created_at = actor.user_id, clock.now()
    session.flush()
    _set_files(session, article, making, content.files)
    written = events.VersionWritten(language, making.number, content.title)
    record(session, actor=actor, subject=article, happened=written)
    return making


def restore(session: Session, article: Article, old: ArticleVersion, *, actor: Actor) -> ArticleVersion:
    """Make a new draft of what an old version said; readers see nothing of it yet.

    :raises NotPossible: if something is in the making already, which would be lost.
    """
    authorize(policy.can_write(actor, base_of(session, article)))
    if in_the_making(session, article, old.language) is not None:
        raise NotPossible
    content = Content(
        title=old.title,
        body=old.body,
        html=old.html,
        document=session.get(StoredFile, old.document_id) if old.document_id else None,
        files=files_of(session, old),
        translates=session.get(ArticleVersion, old.translates_id) if old.translates_id else None,
    )
    return write_version(session, article, actor=actor, language=old.language, content=content)


def _next_version(session: Session, article: Article, language: str) -> ArticleVersion:
    if session.get(ArticleEdition, (article.id, language)) is None:
        session.add(ArticleEdition(article_id=article.id, language=language))
    of_edition = select(func.max(ArticleVersion.number)).where(
        ArticleVersion.article_id == article.id, ArticleVersion.language == language
    )
    made = ArticleVersion(
        article_id=article.id, language=language, number=(session.scalar(of_edition) or 0) + 1
    )
    session.add(made)
    return made


def _set_files(
    session: Session, article: Article, making: ArticleVersion, files: Sequence[StoredFile]
) -> None:
    wanted = {file.id for file in files}
    rows = session.scalars(select(ArticleFile).where(ArticleFile.version_id == making.id)).all()
    for row in rows:
        if row.file_id not in wanted:
            session.delete(row)
    for file_id in sorted(wanted - {row.file_id for row in rows}):
        session.add(ArticleFile(version_id=making.id, file_id=file_id, article_id=article.id))
    session.flush()
