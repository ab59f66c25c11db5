"""Who of the desk is told what by mail about an article (D08); customers are told by announcements.

Every mail is composed in its recipient's language and queued in the transaction of the act.
"""

from collections.abc import Iterable, Sequence

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import mail
from app.accounts import queries as accounts
from app.accounts.models import DeskRole, Realm, User
from app.accounts.roles import permissions_for
from app.authz import Actor, Permission
from app.cases.letters import Written, letter
from app.i18n import speaking
from app.knowledge.models import Article, ArticleVersion, KnowledgeBase
from app.knowledge.standing import base_of, newest_version

FOLDER = "knowledge/mail"


def submitted(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Ask the leads to look at what an agent has written."""
    leads = leads_of(session, base_of(session, article))
    _tell(session, article, version, "submitted", leads, actor=actor, written=version.remark)


def returned(
    session: Session, article: Article, version: ArticleVersion, *, actor: Actor, remark: str
) -> None:
    """Tell the author what is missing."""
    _tell(session, article, version, "returned", _author(session, version), actor=actor, written=remark)


def published(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Tell the author that readers can have the text from now on."""
    _tell(session, article, version, "published", _author(session, version), actor=actor)


def review_due(session: Session, article: Article, *, actor: Actor) -> None:
    """Ask the author, or the leads where there is none any more, to look whether an article still holds."""
    version = newest_version(session, article, article.source_language)
    author = session.get(User, article.author_id) if article.author_id else None
    people = [author] if author and author.disabled_at is None else []
    if version is not None:
        recipients = people or leads_of(session, base_of(session, article))
        _tell(session, article, version, "review_due", recipients, actor=actor)


def feedback_given(
    session: Session, article: Article, version: ArticleVersion, *, actor: Actor, remark: str
) -> None:
    """Tell the author, as readers see the name, what one of them remarks on the article."""
    author = session.get(User, article.author_id) if article.author_id else None
    people = [author] if author and author.disabled_at is None else []
    _tell(session, article, version, "feedback_given", people, actor=actor, written=remark)


def leads_of(session: Session, base: KnowledgeBase) -> Sequence[User]:
    """Who may publish in a base: the leads of its service, of any service for a common one."""
    if base.service_id is None:
        return session.scalars(
            select(User)
            .where(User.realm == Realm.AGENT, User.desk_role == DeskRole.LEAD, User.disabled_at.is_(None))
            .order_by(User.id)
        ).all()
    agents = accounts.agents_of_service(session, base.service_id)
    return [each for each in agents if Permission.CONSOLE_KNOWLEDGE_PUBLISH in permissions_for(each)]


def _author(session: Session, version: ArticleVersion) -> Sequence[User]:
    author = session.get(User, version.author_id) if version.author_id else None
    return [author] if author and author.disabled_at is None else []


def _tell(
    session: Session,
    article: Article,
    version: ArticleVersion,
    kind: str,
    people: Iterable[User],
    *,
    actor: Actor,
    written: str = "",
) -> None:
    """Write to each of the people but the one who acts."""
    public_url = current_app.config["SETTINGS"].public_url
    base = base_of(session, article)
    for person in people:
        if person.id == actor.user_id:
            continue
        with speaking(person.language) as language:
            told = {
                "article": article,
                "version": version,
                "base": base.name_in(language),
                "actor_name": actor.name,
                "link": f"{public_url}/console/knowledge/{article.number}",
            }
            made = letter(kind, language, Written(written), told, folder=FOLDER)
        message = mail.Mail(
            to=person.mail,
            language=language,
            subject=made.subject,
            text=made.text,
            html=made.html,
            thread=article.number,
        )
        mail.queue(session, message, service_id=base.service_id)
