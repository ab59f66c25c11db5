"""Lists of articles for whoever asks: rows in one language, orders, pages; portal, console and searches share them.

Every statement starts from the actor's reach (KB-03), so that rows and counts tell of nothing beyond it. An article
stands in a list once, in the wanted language if there is an edition in it, else in the other one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.models.people import shown_name
from app.authz import Actor
from app.contracts.models import Service
from app.db import one_of_many
from app.files.models import Scan, StoredFile
from app.i18n import N_, _, current_language
from app.knowledge import queries
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import (
    Article,
    ArticleEdition,
    ArticleKind,
    ArticleVersion,
    ArticleViews,
    KnowledgeBase,
    KnowledgeCategory,
)
from app.knowledge.narrowing import Narrowing
from app.lists.columns import Column
from app.lists.paging import Page, load_page
from app.lists.sorting import Sort

PAGE_SIZE = 20
# So much of a text is looked at for an excerpt.
EXCERPT_SOURCE = 20_000
FIRST_ORDER = "-views"
VIEWS = func.coalesce(ArticleViews.total, 0)
# What articles are sorted by; the console's list adds columns of its own over the same tables.
COLUMNS = (
    Column("views", N_("Views"), (VIEWS,)),
    Column("newest", N_("Newest"), (Article.published_at,)),
    Column("title", N_("Alphabetical"), (func.lower(ArticleVersion.title),)),
)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What lists show of one article, in one language.

    ``language`` is that of title and text, which may be another one than was asked for; ``text`` is cut. Base and
    category are named in the language in force; ``base`` carries its service in brackets (KB-02). ``token``,
    ``file_name`` and ``scan`` are those of a document's file.
    """

    id: int
    number: str
    kind: ArticleKind
    state: ArticleState
    language: str
    title: str
    text: str
    base: str
    category: str
    author: str
    views: int
    published_at: datetime | None
    token: str | None
    file_name: str | None
    scan: Scan | None

    @property
    def is_download(self) -> bool:
        """Tell whether a click on the title downloads a file (KB-10)."""
        return self.token is not None and self.scan in {Scan.OFF, Scan.CLEAN}


def article_page(
    session: Session,
    actor: Actor,
    narrowing: Narrowing,
    *,
    language: str,
    sort: Sort | None,
    wanted: int,
    url: Callable[[int], str],
    also: Sequence[ColumnElement[bool]] = (),
) -> Page[ArticleRow]:
    """One page of the articles within reach, 20 rows each (KB-06).

    :param language: of titles and texts, where there is an edition in it.
    :param sort: an order over :data:`COLUMNS` or the like; ``None`` for the order of ``narrowing.found``, best first.
    :param also: further conditions on articles, such as the console's on states.
    """
    reach = queries.visible_to(actor).where(*narrowing.conditions(), *also)
    if sort is None:
        found = set(session.scalars(reach.with_only_columns(Article.id)))
        ids = [each for each in narrowing.found or () if each in found]
        return load_page(
            wanted=wanted,
            size=PAGE_SIZE,
            total=len(ids),
            rows=lambda limit, offset: rows_of(
                session, actor, ids[offset : offset + limit], language=language
            ),
            url=url,
        )
    return load_page(
        wanted=wanted,
        size=PAGE_SIZE,
        total=session.scalar(reach.with_only_columns(func.count(), maintain_column_froms=True)) or 0,
        rows=lambda limit, offset: [
            _row(row)
            for row in session.execute(
                sort.apply(_with_words(actor, reach, language), Article.id).limit(limit).offset(offset)
            ).mappings()
        ],
        url=url,
    )


def rows_of(session: Session, actor: Actor, ids: Sequence[int], *, language: str) -> Sequence[ArticleRow]:
    """The rows of what a search has found, in the order of ``ids``; those out of reach are left out (SEC-48)."""
    if not ids:
        return []
    reach = queries.visible_to(actor).where(one_of_many(Article.id, ids))
    rows = (_row(row) for row in session.execute(_with_words(actor, reach, language)).mappings())
    by_id = {row.id: row for row in rows}
    return [by_id[each] for each in ids if each in by_id]


def with_service(base: str, service: str | None) -> str:
    """The name of a base with its service in brackets, as customers see it; ``None`` is common to all (KB-02)."""
    return _("%(base)s (%(service)s)", base=base, service=service or _("all services"))


def _shown(actor: Actor, language: str) -> ColumnElement[int]:
    """The id of the version that a row shows; for the desk, a draft where nothing is published yet."""
    current = select(ArticleEdition.current_id).where(
        ArticleEdition.article_id == Article.id, ArticleEdition.current_id.is_not(None)
    )
    choices = [
        current.where(ArticleEdition.language == language).correlate(Article).scalar_subquery(),
        current.where(ArticleEdition.language != language).correlate(Article).limit(1).scalar_subquery(),
    ]
    if not actor.is_customer:
        newest = select(func.max(ArticleVersion.id)).where(ArticleVersion.article_id == Article.id)
        choices.append(newest.correlate(Article).scalar_subquery())
    return func.coalesce(*choices)


def _with_words(actor: Actor, reach: Select[Article], language: str) -> Select[*tuple[Any, ...]]:
    """The columns of rows, for a statement of articles within reach."""
    return (
        reach.join(ArticleVersion, ArticleVersion.id == _shown(actor, language))
        .join(KnowledgeCategory, KnowledgeCategory.id == Article.category_id)
        .join(KnowledgeBase, KnowledgeBase.id == KnowledgeCategory.base_id)
        .outerjoin(Service, Service.id == KnowledgeBase.service_id)
        .outerjoin(User, User.id == Article.author_id)
        .outerjoin(ArticleViews, ArticleViews.article_id == Article.id)
        .outerjoin(StoredFile, StoredFile.id == ArticleVersion.document_id)
        .with_only_columns(
            Article.id,
            Article.number,
            Article.kind,
            Article.state,
            Article.published_at,
            ArticleVersion.language,
            ArticleVersion.title,
            func.substr(ArticleVersion.body, 1, EXCERPT_SOURCE).label("text"),
            KnowledgeBase.name_ja.label("base_ja"),
            KnowledgeBase.name_en.label("base_en"),
            KnowledgeCategory.code,
            KnowledgeCategory.name_ja.label("category_ja"),
            KnowledgeCategory.name_en.label("category_en"),
            Service.name_ja.label("service_ja"),
            Service.name_en.label("service_en"),
            User.family_name,
            User.given_name,
            VIEWS.label("views"),
            StoredFile.token,
            StoredFile.name.label("file_name"),
            StoredFile.scan,
            maintain_column_froms=True,
        )
    )


def _row(values: RowMapping) -> ArticleRow:
    suffix = "ja" if current_language() == "ja" else "en"
    category = f"{values['code']} {values[f'category_{suffix}']}".strip()
    return ArticleRow(
        id=values["id"],
        number=values["number"],
        kind=values["kind"],
        state=values["state"],
        language=values["language"],
        title=values["title"],
        text=values["text"],
        base=with_service(values[f"base_{suffix}"], values[f"service_{suffix}"]),
        category=category,
        author=shown_name(values["family_name"], values["given_name"]),
        views=values["views"],
        published_at=values["published_at"],
        token=values["token"],
        file_name=values["file_name"],
        scan=values["scan"],
    )
