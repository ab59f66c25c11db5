"""Who of the desk is told what by mail about an article (D08); customers are told by announcements.

Every mail is composed in its recipient's language and queued in the transaction of the act.
"""

from collections.abc import Iterable, Sequence

from flask import current_app
from sqlalchemy.orm import Session

from app import mail
from app.accounts import queries as accounts
from app.accounts.models import DeskRole, User
from app.accounts.roles import permissions_for
from app.authz import Actor, Permission
from app.cases.letters import Written, letter
from app.i18n import speaking
from app.knowledge import policy
from app.knowledge.models import Article, ArticleVersion, KnowledgeBase
from app.knowledge.standing import base_of, newest_version

FOLDER = "knowledge/mail"


def submitted(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Ask the reviewers to look at what an agent has written."""
    reviewers = reviewers_of(session, base_of(session, article), but=actor.user_id)
    _tell(session, article, version, "submitted", reviewers, actor=actor, written=version.remark)


def returned(
    session: Session, article: Article, version: ArticleVersion, *, actor: Actor, remark: str
) -> None:
    """Tell the author what is missing."""
    author = _writer(session, version.author_id, base_of(session, article))
    _tell(session, article, version, "returned", author, actor=actor, written=remark)


def published(session: Session, article: Article, version: ArticleVersion, *, actor: Actor) -> None:
    """Tell the author that readers can have the text from now on."""
    author = _writer(session, version.author_id, base_of(session, article))
    _tell(session, article, version, "published", author, actor=actor)


def review_due(session: Session, article: Article, *, actor: Actor) -> None:
    """Ask the author, or the reviewers where there is none any more, to look whether an article still holds."""
    version = newest_version(session, article, article.source_language)
    if version is not None:
        _tell(session, article, version, "review_due", _keepers(session, article), actor=actor)


def feedback_given(
    session: Session, article: Article, version: ArticleVersion, *, actor: Actor, remark: str
) -> None:
    """Tell the author, or the reviewers where there is none any more, what a reader remarks on the article.

    What is common to all services is read by customers of others than the author's: those who work for them are told.
    """
    keepers, reviewers = _keepers(session, article), reviewers_of(session, base_of(session, article))
    people = _sharing(session, actor, keepers) or _sharing(session, actor, reviewers)
    _tell(session, article, version, "feedback_given", people, actor=actor, written=remark)


def reviewers_of(session: Session, base: KnowledgeBase, *, but: int | None = None) -> Sequence[User]:
    """Whoever is asked to look at an article: who may publish in its service, and all leads for a common base.

    Where there is nobody else than ``but``, who asks, the system administrators are: they reach every base.
    """
    if base.service_id is None:
        asked = accounts.agents_of_role(session, DeskRole.LEAD)
    else:
        agents = accounts.agents_of_service(session, base.service_id)
        asked = [
            each
            for each in agents
            if each.is_enabled and Permission.CONSOLE_KNOWLEDGE_PUBLISH in permissions_for(each)
        ]
    others = [each for each in asked if each.id != but]
    return others or accounts.agents_of_role(session, DeskRole.ADMIN)


def _keepers(session: Session, article: Article) -> Sequence[User]:
    """Whoever answers for an article: the author, as readers see the name, or else its reviewers."""
    base = base_of(session, article)
    return _writer(session, article.author_id, base) or reviewers_of(session, base)


def _sharing(session: Session, actor: Actor, people: Iterable[User]) -> Sequence[User]:
    """Those who work for one of the actor's services."""
    return [each for each in people if accounts.actor_for(session, each).services & actor.services]


def _writer(session: Session, user_id: int | None, base: KnowledgeBase) -> Sequence[User]:
    """That person, if they can still sign in and write in the base; nobody gets mail about what they cannot open."""
    person = session.get(User, user_id) if user_id else None
    if person is None or not person.is_enabled:
        return ()
    return [person] if policy.can_write(accounts.actor_for(session, person), base) else ()


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
