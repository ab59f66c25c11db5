"""What the forms of announcements have in common: whose services, which article, and the preview."""

from collections.abc import Sequence

from flask import url_for

from app.announcements.forms.announcing import PlacingForm
from app.announcements.readable import closed_to, is_published
from app.authz import NotFound
from app.contracts import queries as contracts
from app.contracts.models import Service
from app.extensions import db
from app.i18n import _, current_language, time_zone
from app.knowledge import queries as knowledge
from app.knowledge.models import Article, KnowledgeCategory
from app.web.gate import actor


def offered_services() -> Sequence[Service]:
    """The services in which the actor announces."""
    return contracts.services_of(db.session, actor())


def zone_name() -> str:
    """The zone in which the form's moments are typed, as people call it."""
    zone = str(time_zone())
    return _("Japan time") if zone == "Asia/Tokyo" else zone


def found_article(form: PlacingForm) -> Article | None:
    """The article whose number was typed; what is wrong with it stands at the field."""
    try:
        article = knowledge.get_for(db.session, actor(), (form.article.data or "").strip().upper())
    except NotFound:
        form.article.errors = [_("There is no article of this number.")]
        return None
    if not is_published(article):
        form.article.errors = [_("This article is not published. Publish it first, so that it can be read.")]
        return None
    closed = closed_to(db.session, article, form.chosen)
    if closed:
        names = ", ".join(service.name_in(current_language()) for service in closed)
        form.article.errors = [
            _("No customer of %(services)s may read this article. Open it to them first.", services=names)
        ]
        return None
    return article


def offered_categories() -> Sequence[KnowledgeCategory]:
    """Where the actor can put a new article: common bases first, since an announcement is often for all."""
    within_reach = knowledge.categories_within_reach(db.session, actor())
    return sorted(within_reach, key=lambda category: category.base.service_id is not None)


def article_url(number: str) -> str:
    """Where the desk reads an article."""
    return url_for("console.knowledge.show", kb=number)
