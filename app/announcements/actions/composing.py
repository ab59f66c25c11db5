"""An article written for an announcement: published at once, for customers of the chosen services (ANN-05, KB-15)."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.announcements.wording import as_html
from app.authz import Actor
from app.cases.guard.outgoing import NOBODY, Outgoing, Stopped, look_through
from app.contracts.models import Service
from app.knowledge.actions.audience import Readers, set_audience
from app.knowledge.actions.publishing import publish
from app.knowledge.actions.writing import Content, start_article, write_version
from app.knowledge.models import Article, ArticleKind, ArticleVersion, KnowledgeCategory
from app.knowledge.standing import in_the_making
from app.richtext import clean, to_text


def write_article(
    session: Session,
    *,
    actor: Actor,
    category: KnowledgeCategory,
    texts: Mapping[str, tuple[str, str]],
    services: Sequence[Service],
    confirmed: str = "",
) -> Article:
    """Write, open to the services and publish an article.

    :param texts: title and text by language; the first one is the language that it is written in.
    :param confirmed: the digest of a former stop by the guard, if somebody has looked at what was found.
    :raises app.cases.guard.outgoing.Stopped: if it names customers and this very text was not confirmed.
    """
    everything = "\n".join(f"{title}\n{text}" for title, text in texts.values())
    look_through(session, Outgoing(holder_id=NOBODY, body=everything), confirmed=confirmed)
    (source, (title, text)), *others = texts.items()
    article = start_article(
        session,
        actor=actor,
        category=category,
        kind=ArticleKind.TEXT,
        language=source,
        content=content_of(title, text),
    )
    first = in_the_making(session, article, source)
    versions = [first] if first else []
    for language, (title, text) in others:
        content = content_of(title, text, translates=first)
        versions.append(write_version(session, article, actor=actor, language=language, content=content))
    set_audience(session, article, actor=actor, readers=[Readers(service) for service in services])
    for version in versions:
        _publish(session, article, version, actor=actor)
    return article


def content_of(title: str, text: str, *, translates: ArticleVersion | None = None) -> Content:
    """A notice as it was typed, as the content of a version."""
    html = clean(as_html(text))
    return Content(title=title, body=to_text(html), html=html, translates=translates)


def _publish(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Publish what has passed the guard as a whole; it asks again for each edition."""
    try:
        publish(session, article, version, actor=actor)
    except Stopped as stop:
        publish(session, article, version, actor=actor, confirmed=stop.digest)
