"""The words that leads teach the search: groups that mean the same, and words that stay whole."""

from collections.abc import Sequence

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.console.search import routes
from app.console.word_forms import DictionaryWordForm, SynonymsForm, refused_text
from app.extensions import db
from app.i18n import _
from app.lists.paging import Page, load_page, page_number
from app.search import words
from app.search.models import DictionaryWord, SynonymGroup
from app.web import answers, once
from app.web.forms import CreatingForm
from app.web.gate import actor

PAGE_SIZE = 50


@routes.get("/search/words")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def list_synonyms() -> Response:
    """The groups of words that mean the same, and the form of a new one."""
    return _show_groups(SynonymsForm(formdata=None))


@routes.post("/search/words")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def add_synonyms() -> Response:
    """Add a group; a second click adds none."""
    form = SynonymsForm()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _add_group(form),
            done=answers.see_other,
            refuse=lambda message: _show_groups(form, status=422, refusal=message),
        )
    except words.WordsRefused as refused:
        form.words.errors = [refused_text(refused)]
        return _show_groups(form, status=422)


@routes.get("/search/words/<int(max=9223372036854775807):group_id>")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def synonyms(group_id: int) -> Response:
    """The form of a group."""
    group = words.group_for(db.session, group_id)
    form = SynonymsForm(formdata=None)
    form.fill(group)
    return _show_group(form, group)


@routes.post("/search/words/<int(max=9223372036854775807):group_id>")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def save_synonyms(group_id: int) -> Response:
    """Save a group, unless somebody else changed it since the form was made."""
    group = words.group_for(db.session, group_id)
    form = SynonymsForm()
    if not form.validate():
        return _show_group(form, group, status=422)
    version, typed = form.version_number(), form.words.data or ""
    try:
        words.edit_group(db.session, group, actor=actor(), version=version, typed=typed)
    except words.StaleWords:
        # The form now carries today's version: whoever has read both may save over the other one.
        form.version.data = str(group.version)
        return _show_group(form, group, status=409, is_stale=True)
    except words.WordsRefused as refused:
        form.words.errors = [refused_text(refused)]
        return _show_group(form, group, status=422)
    flash(_("The synonyms were saved. They hold from now on."), "success")
    return answers.see_other(url_for(".list_synonyms"))


@routes.post("/search/words/<int(max=9223372036854775807):group_id>/removal")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def remove_synonyms(group_id: int) -> Response:
    """Remove a group."""
    words.remove_group(db.session, words.group_for(db.session, group_id), actor=actor())
    flash(_("The synonyms were deleted."), "success")
    return answers.see_other(url_for(".list_synonyms"))


@routes.get("/search/dictionary")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def list_dictionary() -> Response:
    """The words that stay whole, and the form of a new one."""
    return _show_dictionary(DictionaryWordForm(formdata=None))


@routes.post("/search/dictionary")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def add_dictionary_word() -> Response:
    """Add a word; a second click adds none."""
    form = DictionaryWordForm()
    try:
        return once.submit(
            db.session,
            actor=actor(),
            form=form,
            create=lambda: _add_word(form),
            done=answers.see_other,
            refuse=lambda message: _show_dictionary(form, status=422, refusal=message),
        )
    except words.WordsRefused as refused:
        form.word.errors = [refused_text(refused)]
        return _show_dictionary(form, status=422)


@routes.post("/search/dictionary/<int(max=9223372036854775807):word_id>/removal")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def remove_dictionary_word(word_id: int) -> Response:
    """Remove a word."""
    words.remove_word(db.session, words.word_for(db.session, word_id), actor=actor())
    flash(_later(_("The word was deleted.")), "success")
    return answers.see_other(url_for(".list_dictionary"))


def _add_group(form: SynonymsForm) -> str:
    words.add_group(db.session, actor=actor(), typed=form.words.data or "")
    flash(_("The synonyms were saved. They hold from now on."), "success")
    return url_for(".list_synonyms")


def _add_word(form: DictionaryWordForm) -> str:
    words.add_word(db.session, actor=actor(), typed=form.word.data or "")
    flash(_later(_("The word was saved.")), "success")
    return url_for(".list_dictionary")


def _later(text: str) -> str:
    return " ".join((text, _("It counts once the index has been built anew, which takes a few minutes.")))


def _show_groups(form: SynonymsForm, *, status: int = 200, refusal: str | None = None) -> Response:
    rows = words.groups(db.session)
    return _show_list(".list_synonyms", "console/synonyms.html", rows, form, status, refusal)


def _show_group(
    form: SynonymsForm, group: SynonymGroup, *, status: int = 200, is_stale: bool = False
) -> Response:
    return answers.page(
        "console/synonym_group.html", status=status, form=form, group=group, is_stale=is_stale
    )


def _show_dictionary(form: DictionaryWordForm, *, status: int = 200, refusal: str | None = None) -> Response:
    rows = words.dictionary(db.session)
    return _show_list(".list_dictionary", "console/dictionary.html", rows, form, status, refusal)


def _show_list(
    endpoint: str,
    template: str,
    rows: Sequence[SynonymGroup | DictionaryWord],
    form: CreatingForm,
    status: int,
    refusal: str | None,
) -> Response:
    """Both lists look alike: a page of rows, then the form of a new one."""
    form.prepare()
    page: Page[SynonymGroup | DictionaryWord] = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=len(rows),
        rows=lambda limit, offset: rows[offset : offset + limit],
        url=lambda number: url_for(endpoint, page=number if number > 1 else None),
    )
    return answers.page(template, status=status, form=form, page=page, refusal=refusal)
