"""Where an article stands: base and category, who answers for it, when it is looked at again (KB-15)."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.models import User
from app.authz import Permission, authorize, requires
from app.extensions import db
from app.i18n import _, current_language
from app.knowledge import policy
from app.knowledge.actions import placing
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of
from app.knowledge.console.reviewing import saved
from app.knowledge.console.writing import categories, category_of
from app.knowledge.forms.placing import PlaceForm
from app.knowledge.models import Article
from app.knowledge.standing import StaleVersion
from app.web import answers
from app.web.gate import actor


@routes.get("/knowledge/<kb>/place")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def ask_place(kb: str) -> Response:
    """The form of an article's place."""
    article = found_article(kb)
    authorize(policy.can_place(actor(), article.category.base, article.state))
    form = PlaceForm(formdata=None)
    form.offer(categories(), _people(article), current_language())
    form.fill(article)
    return _show(article, form)


@routes.post("/knowledge/<kb>/place")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def place(kb: str) -> Response:
    """Set category, author and review date."""
    article, form = found_article(kb), PlaceForm()
    authorize(policy.can_place(actor(), article.category.base, article.state))
    people = _people(article)
    form.offer(categories(), people, current_language())
    if not form.validate():
        return _show(article, form, status=422)
    try:
        placing.place(
            db.session,
            article,
            actor=actor(),
            category=category_of(form.category.data),
            author=next((each for each in people if str(each.id) == form.author.data), None),
            review_on=form.review_on.day,
            version=form.version_number(),
        )
    except StaleVersion:
        form.version.data = str(article.version)
        return _show(article, form, status=409, is_stale=True)
    return saved(_("The article's place was saved."), article)


def _people(article: Article) -> Sequence[User]:
    """Colleagues who may answer for an article, and whoever does so now."""
    people = list(accounts.colleagues_of(db.session, actor()))
    if article.author is not None and article.author not in people:
        people.append(article.author)
    return people


def _show(article: Article, form: PlaceForm, *, status: int = 200, is_stale: bool = False) -> Response:
    return answers.page(
        "knowledge/console/place.html", status=status, form=form, is_stale=is_stale, **head_of(article)
    )
