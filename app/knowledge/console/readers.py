"""For whom an article is: nobody until somebody says so (SEC-49)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from app.authz import Permission, authorize, requires
from app.cases.guard.outgoing import Stopped
from app.contracts import queries as contracts
from app.contracts.models import CustomerNumber, Service
from app.extensions import db
from app.i18n import _, current_language
from app.knowledge import desk_page, policy
from app.knowledge.actions.audience import Readers, mark_of, set_audience
from app.knowledge.console import routes
from app.knowledge.console.article import found_article, head_of
from app.knowledge.console.reviewing import saved
from app.knowledge.forms.audience import AudienceForm, typed_numbers
from app.knowledge.models import Article
from app.knowledge.standing import StaleVersion, audience_of
from app.web import answers
from app.web.gate import actor


@routes.get("/knowledge/<kb>/readers")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def ask_readers(kb: str) -> Response:
    """Who may read an article."""
    article = found_article(kb)
    authorize(policy.can_publish(actor(), article.category.base))
    audience = audience_of(db.session, article)
    form = _offered(AudienceForm(formdata=None), article)
    named = _numbers(
        article,
        ids=[row.customer_number_id for row in audience if row.customer_number_id],
        holders=[row.holder_id for row in audience if row.holder_id],
    )
    # Of a holder's numbers the first one stands for it.
    form.fill(
        audience,
        _services(article),
        {each.id: each.number for each in named},
        {each.holder_id: each.number for each in named},
    )
    form.seen.data = mark_of(audience)
    return _show(article, form)


@routes.post("/knowledge/<kb>/readers")
@requires(Permission.CONSOLE_KNOWLEDGE_PUBLISH)
def save_readers(kb: str) -> Response:
    """Say who may read an article."""
    article = found_article(kb)
    authorize(policy.can_publish(actor(), article.category.base))
    form = _offered(AudienceForm(), article)
    is_valid = form.validate()
    readers = form.resolve(_services(article), _known(article, form)) if is_valid else ()
    if not is_valid or form.errors:
        return _show(article, form, status=422)
    if form.readers.data != "nobody" and not readers:
        field = form.services if form.is_common else form.numbers
        field.errors = [_("Name at least one, or choose “Nobody”.")]
        return _show(article, form, status=422)
    return _save(article, form, readers)


def _save(article: Article, form: AudienceForm, readers: Sequence[Readers]) -> Response:
    try:
        set_audience(
            db.session,
            article,
            actor=actor(),
            readers=readers,
            seen=form.seen.data or "none",
            confirmed=form.confirmed.data or "",
        )
    except StaleVersion:
        form.seen.data = mark_of(audience_of(db.session, article))
        return _show(article, form, status=409, is_stale=True)
    except Stopped as stop:
        form.stopped = stop
        return _show(article, form, status=422)
    return saved(_("It was saved who may read the article."), article)


def _offered(form: AudienceForm, article: Article) -> AudienceForm:
    base = article.category.base
    form.offer(_services(article), is_common=base.service_id is None, language=current_language())
    return form


def _services(article: Article) -> Sequence[Service]:
    service = article.category.base.service
    return [service] if service else contracts.services_of(db.session, actor())


def _known(article: Article, form: AudienceForm) -> Mapping[str, CustomerNumber]:
    """The customer numbers of the article's service among those that were typed."""
    typed = {*typed_numbers(form.holders.data), *typed_numbers(form.numbers.data)}
    return {each.number: each for each in _numbers(article, numbers=typed)}


def _numbers(article: Article, **named: Collection[Any]) -> Sequence[CustomerNumber]:
    """The customer numbers that are named, of the service whose base the article stands in; of a common one none."""
    return contracts.numbers_among(db.session, actor(), article.category.base.service_id, **named)


def _show(article: Article, form: AudienceForm, *, status: int = 200, is_stale: bool = False) -> Response:
    audience = audience_of(db.session, article)
    return answers.page(
        "knowledge/console/readers.html",
        status=status,
        form=form,
        is_stale=is_stale,
        audience=desk_page.readers_in_words(db.session, audience, current_language()),
        **head_of(article),
    )
