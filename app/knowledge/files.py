"""Files of articles: those of a published version, and one of them for whoever may have it (SEC-44).

A file of a draft, or of a version that is no longer current, is no customer's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authz import Actor, NotFound
from app.files.models import StoredFile
from app.knowledge.models import Article, ArticleEdition, ArticleFile, ArticleVersion
from app.knowledge.queries import within_reach
from app.storage import TOKEN


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as lists of files show it."""

    file: StoredFile
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one version: all of them in the order they came, and which of them its text shows as pictures."""

    all: Sequence[StoredFile]
    html: str = ""

    @property
    def pictures(self) -> frozenset[str]:
        """The tokens of those that pages may show."""
        return frozenset(file.token for file in self.all if file.is_picture)

    @property
    def attached(self) -> Sequence[Attached]:
        """What stands below the text: whatever the text does not show itself."""
        return [Attached(file, file.created_at) for file in self.all if file.token not in self.html]


def files_of(session: Session, version: ArticleVersion) -> Files:
    """The files of a version, its document first; for whoever is past the article's scope already."""
    of_version = select(ArticleFile.file_id).where(ArticleFile.version_id == version.id)
    rows = session.scalars(
        select(StoredFile)
        .where(StoredFile.id.in_(of_version) | (StoredFile.id == version.document_id))
        .order_by((StoredFile.id == version.document_id).desc(), StoredFile.id)
    ).all()
    return Files(rows, version.html)


def file_for(session: Session, actor: Actor, number: str, token: str) -> tuple[Article, StoredFile]:
    """An article and one file of a version that its readers see; asked for anew each time.

    :raises NotFound: otherwise; absent and foreign look the same (SEC-26, SEC-44).
    """
    found = None
    if TOKEN.fullmatch(token):
        of_version = select(ArticleFile.file_id).where(ArticleFile.version_id == ArticleVersion.id)
        found = session.execute(
            select(Article, StoredFile)
            .join(ArticleEdition, ArticleEdition.article_id == Article.id)
            .join(ArticleVersion, ArticleVersion.id == ArticleEdition.current_id)
            .join(StoredFile, (StoredFile.id == ArticleVersion.document_id) | StoredFile.id.in_(of_version))
            .where(within_reach(actor), Article.number == number, StoredFile.token == token)
            .limit(1)
        ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]
