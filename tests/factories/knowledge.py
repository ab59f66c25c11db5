"""Bases, articles and announcements, made through the actions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.announcements.actions.announcing import Placing, announce
from app.announcements.models import Announcement
from app.authz import system_actor
from app.contracts.models import ContractHolder, CustomerNumber, Service
from app.knowledge.actions.audience import Readers, set_audience
from app.knowledge.actions.bases import add_base, add_category
from app.knowledge.actions.publishing import publish
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.models import (
    Article,
    ArticleEdition,
    ArticleKind,
    ArticleVersion,
    KnowledgeBase,
    KnowledgeCategory,
)
from app.knowledge.standing import in_the_making

MAKER = system_actor("tests")


def service(session: Session, slug: str) -> Service:
    """A service of the cast."""
    return session.scalars(select(Service).where(Service.slug == slug)).one()


def category(
    session: Session, *, slug: str | None = "cs", base: str = "よくあるご質問", name: str = "一般"
) -> KnowledgeCategory:
    """The category of a base of a service (``None``: common to all), both made if they are not there."""
    owner = service(session, slug) if slug else None
    of_owner = KnowledgeBase.service_id == owner.id if owner else KnowledgeBase.service_id.is_(None)
    found = session.scalar(select(KnowledgeBase).where(KnowledgeBase.name_ja == base, of_owner))
    found = found or add_base(session, actor=MAKER, service=owner, name_ja=base, name_en="FAQ")
    known = select(KnowledgeCategory).where(
        KnowledgeCategory.base_id == found.id, KnowledgeCategory.name_ja == name
    )
    return session.scalar(known) or add_category(
        session, actor=MAKER, base=found, name_ja=name, name_en="General"
    )


def readers(session: Session, slug: str, *, holder: str | None = None, number: str | None = None) -> Readers:
    """A service's users, those of a contract holder of the cast there, or those of one customer number."""
    found_holder = (
        session.scalars(select(ContractHolder).where(ContractHolder.name == holder)).one() if holder else None
    )
    found_number = (
        session.scalars(select(CustomerNumber).where(CustomerNumber.number == number)).one()
        if number
        else None
    )
    return Readers(service(session, slug), found_holder, found_number)


def article(
    session: Session,
    *,
    slug: str | None = "cs",
    title: str = "ログインできないとき",
    body: str = "パスワードを再設定してください。",
    title_en: str | None = None,
    body_en: str = "",
    is_published: bool = True,
    for_whom: Sequence[Readers] | None = None,
    of: KnowledgeCategory | None = None,
) -> Article:
    """A text article, published for all users of its service unless the test says otherwise."""
    made = start_article(
        session,
        actor=MAKER,
        category=of or category(session, slug=slug),
        kind=ArticleKind.TEXT,
        language="ja",
        content=Content(title=title, body=body, html=f"<p>{body}</p>"),
    )
    if title_en is not None:
        english = Content(title=title_en, body=body_en, html=f"<p>{body_en}</p>")
        write_version(session, made, actor=MAKER, language="en", content=english)
    if for_whom is None:
        for_whom = [readers(session, each) for each in ([slug] if slug else ["cs", "fm"])]
    set_audience(session, made, actor=MAKER, readers=for_whom)
    if is_published:
        publish_all(session, made)
    return made


def publish_all(session: Session, made: Article) -> None:
    """Publish what is in the making in every language."""
    for language in ("ja", "en"):
        version = in_the_making(session, made, language)
        if version is not None:
            publish(session, made, version, actor=MAKER)


def announcement(
    session: Session,
    *,
    slugs: Sequence[str] = ("cs",),
    has_banner: bool = True,
    of: Article | None = None,
    since: timedelta = timedelta(hours=-1),
    until: timedelta = timedelta(days=1),
) -> Announcement:
    """An announcement that stands now, in the panel and as a banner, unless the test says otherwise."""
    made = of or article(session, slug=slugs[0], title="メンテナンスのお知らせ")
    now = clock.now()
    placing = Placing(
        services=[service(session, each) for each in slugs],
        since=now + since,
        until=now + until,
        has_banner=has_banner,
    )
    return announce(session, actor=MAKER, article=made, placing=placing)


def current_html(session: Session, number: str, language: str = "ja") -> str:
    """What readers of a language see of an article."""
    article = session.scalars(select(Article).where(Article.number == number)).one()
    edition = session.get_one(ArticleEdition, (article.id, language))
    return session.get_one(ArticleVersion, edition.current_id).html
