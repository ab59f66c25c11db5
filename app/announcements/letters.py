"""The mail that tells somebody of an announcement, in their language, with what the article says (MAIL-05)."""

from flask import current_app
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app import mail
from app.accounts.models import User, UserNumber
from app.announcements.addresses import article_path
from app.announcements.models import Announcement, AnnouncementService
from app.cases.letters import Written, letter
from app.contracts.models import CustomerNumber, Service
from app.i18n import speaking
from app.knowledge.models import Article, ArticleAudience, ArticleEdition, ArticleVersion

FOLDER = "announcements/mail"


def queue_letter(session: Session, announcement: Announcement, user: User) -> None:
    """Queue the mail in the running transaction; it leads to the portal of a service that the user has."""
    article = session.get_one(Article, announcement.article_id)
    service = _service_for(session, announcement, user)
    public_url = current_app.config["SETTINGS"].public_url
    with speaking(user.language) as language:
        version = _version_in(session, article, language)
        told = {
            "title": version.title,
            "service_name": service.name_in(language),
            "link": public_url + article_path(service.slug, article.number),
            "at_desk": False,
        }
        made = letter("announced", language, Written(version.body, version.html or None), told, folder=FOLDER)
    message = mail.Mail(
        to=user.mail,
        language=language,
        subject=made.subject,
        text=made.text,
        html=made.html,
        thread=f"announcement-{announcement.id}",
        readers=mail.Readers(mail.Circle.PORTAL, service.id),
    )
    mail.queue(session, message, service_id=service.id)


def _service_for(session: Session, announcement: Announcement, user: User) -> Service:
    """The first of the announcement's services in whose portal the user may read the article."""
    opens = or_(
        and_(ArticleAudience.holder_id.is_(None), ArticleAudience.customer_number_id.is_(None)),
        ArticleAudience.holder_id == user.holder_id,
        ArticleAudience.customer_number_id == CustomerNumber.id,
    )
    own = (
        select(CustomerNumber.service_id)
        .join(UserNumber, UserNumber.number_id == CustomerNumber.id)
        .join(ArticleAudience, and_(ArticleAudience.service_id == CustomerNumber.service_id, opens))
        .where(UserNumber.user_id == user.id, ArticleAudience.article_id == announcement.article_id)
    )
    found = (
        select(Service)
        .join(AnnouncementService, AnnouncementService.service_id == Service.id)
        .where(AnnouncementService.announcement_id == announcement.id, Service.id.in_(own))
        .order_by(Service.id)
        .limit(1)
    )
    return session.scalars(found).one()


def _version_in(session: Session, article: Article, language: str) -> ArticleVersion:
    """What the article says in a language, else in the one it was written in first, else in any."""
    editions = session.scalars(
        select(ArticleEdition)
        .where(ArticleEdition.article_id == article.id, ArticleEdition.current_id.is_not(None))
        .options(joinedload(ArticleEdition.current))
        .order_by(ArticleEdition.language)
    ).all()
    versions = [edition.current for edition in editions if edition.current is not None]
    return min(
        versions, key=lambda item: (item.language != language, item.language != article.source_language)
    )
