"""An article as one customer sees it: the portal's own page for that customer's rights, or why there is none (KB-15).

Nothing of it counts as a view, and no cookie or session of the customer is involved.
"""

from functools import partial

from flask import request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Actor, Permission, requires
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber
from app.extensions import db
from app.i18n import LANGUAGES, _, current_language
from app.knowledge import editions, queries
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of
from app.knowledge.files import files_of
from app.knowledge.lifecycle import ArticleState
from app.knowledge.models import Article
from app.knowledge.readings import views_of
from app.knowledge.standing import audience_of
from app.web import answers
from app.web.gate import actor

LONGEST_NUMBER = 40


@routes.get("/knowledge/<kb>/preview")
@requires(Permission.CONSOLE_KNOWLEDGE_READ)
def preview(kb: str) -> Response:
    """The article as the users of ``?number=`` see it, or one of them alone with ``?user=``."""
    article = found_article(kb)
    typed = request.args.get("number", "").strip().upper()[:LONGEST_NUMBER]
    number = contracts.number_for(db.session, actor(), typed) if typed else None
    users = accounts.users_of_number(db.session, number.id) if number else ()
    person = next((each for each in users if str(each.id) == request.args.get("user", "")), None)
    reason = ""
    shown: dict[str, object] = {}
    if number is not None:
        reader = _reader(number, person)
        reason = why_not(article, reader)
        shown = {} if reason else _as_seen(article, number, person)
    return answers.page(
        "knowledge/console/preview.html",
        status=422 if typed and number is None else 200,
        typed=typed,
        number=number,
        users=users,
        person=person,
        reason=reason,
        **{**head_of(article), **shown},
    )


def why_not(article: Article, reader: Actor) -> str:
    """Why a customer does not see an article, in words for the desk; empty if the portal shows it."""
    if queries.is_visible(db.session, reader, article):
        return ""
    if article.state is ArticleState.DRAFT:
        return _("Not visible: the article is not published yet.")
    if article.state is ArticleState.WITHDRAWN:
        return _("Not visible: the article was withdrawn.")
    if not audience_of(db.session, article):
        return _("Not visible: nobody has said for whom the article is.")
    return _("Not visible: this customer is not among the article's readers.")


def _reader(number: CustomerNumber, person: User | None) -> Actor:
    """Whoever looks at the portal of the number's service: one user with their rights, or any of the number's."""
    if person is not None:
        return accounts.actor_for(db.session, person).within(number.service_id)
    return accounts.actor_of_number(number)


def _as_seen(article: Article, number: CustomerNumber, person: User | None) -> dict[str, object]:
    """What the portal's page shows, for the part that both share."""
    asked = request.args.get("language", "")
    version = editions.version_for(article, asked if asked in LANGUAGES else "", current_language())
    assert version is not None  # noqa: S101 - what a customer sees has a version
    files = files_of(db.session, version)
    return {
        "version": version,
        "versions": editions.versions_of(article),
        "is_outdated": editions.is_outdated(article, version),
        "document": next((file for file in files.all if file.id == version.document_id), None),
        "files": files,
        "views": views_of(db.session, article.id),
        "here_url": url_for(".show", kb=article.number),
        "article_url": partial(
            url_for,
            ".preview",
            kb=article.number,
            number=number.number,
            user=person.id if person else None,
        ),
    }
