"""A solved case made a draft article: its subject and public texts, for an agent to write an article of them."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.authz import NotFound, Permission, requires
from app.cases import queries as cases
from app.cases.models import Case
from app.extensions import db
from app.files.limits import LARGEST_FORM
from app.files.taking import take_files
from app.i18n import _, current_language
from app.knowledge.actions.writing import start_article
from app.knowledge.console import routes
from app.knowledge.console.writing import category_of, content_of_new, new_form, show_new
from app.knowledge.forms.writing import LARGEST_TYPED
from app.knowledge.from_case import can_be_made_of, text_of, title_of
from app.knowledge.models import ArticleKind
from app.richtext import from_text
from app.web import answers, once
from app.web.gate import actor
from app.web.incoming import takes_text, takes_uploads


@routes.get("/knowledge/from-case/<number>")
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def ask_from_case(number: str) -> Response:
    """The form of a new article, filled with what the customer and the desk wrote to each other."""
    case = _case(number)
    form = new_form(ArticleKind.TEXT)
    form.title.data, form.body.data = title_of(case), text_of(db.session, case)
    form.html.data = from_text(form.body.data)
    form.language.data = current_language()
    return show_new(form, action=_address(case), case_number=case.number)


@routes.post("/knowledge/from-case/<number>")
@takes_text(LARGEST_TYPED)
@takes_uploads(LARGEST_FORM)
@requires(Permission.CONSOLE_KNOWLEDGE_WRITE)
def make_from_case(number: str) -> Response:
    """Begin the article; its history names the case."""
    form = new_form(ArticleKind.TEXT)
    take_files(form)
    case = _case(number)

    def create() -> str:
        article = start_article(
            db.session,
            actor=actor(),
            category=category_of(form.category.data),
            kind=form.kind,
            language=form.language.data,
            content=content_of_new(form),
            from_case=case,
        )
        flash(
            _("The draft was saved as %(number)s. Nobody but the desk sees it.", number=article.number),
            "success",
        )
        return url_for(".show", kb=article.number)

    return once.submit(
        db.session,
        actor=actor(),
        form=form,
        create=create,
        done=answers.see_other,
        refuse=lambda message: show_new(
            form, action=_address(case), case_number=case.number, status=422, refusal=message
        ),
    )


def _case(number: str) -> Case:
    """A resolved or closed case within reach.

    :raises NotFound: for any other; the case's page offers the act only where it is possible.
    """
    case = cases.get_for(db.session, actor(), number)
    if not can_be_made_of(case):
        raise NotFound
    return case


def _address(case: Case) -> str:
    return url_for(".make_from_case", number=case.number)
