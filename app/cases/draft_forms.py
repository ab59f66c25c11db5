"""Drafts between the forms and the database: taken from a page that is open, given back to one that opens."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response
from wtforms import Field, SelectField

from app.authz import Actor
from app.cases.actions import drafts as acts
from app.cases.drafts import Typed, drafts_of
from app.extensions import db
from app.files.fields import UPLOADS, TakesFiles
from app.richtext.cleaning import TooMuch, clean
from app.web import once
from app.web.background import is_background
from app.web.forms import CreatingForm


def keep(actor: Actor, place: str, *, lines: Sequence[str] = (), choices: Sequence[str] = ()) -> Response:
    """Keep what a page says is being typed at a place; what was sent in the meantime is no draft any more.

    :param lines: names of further fields that hold words.
    :param choices: names of further fields that are kept with words alone.
    """
    key = request.form.get("form_key", "")
    if once.is_used(db.session, actor=actor, key=key):
        return Response(status=HTTPStatus.NO_CONTENT)
    body, html = request.form.get("body", ""), request.form.get("html", "")
    typed = Typed(body, html, lines=_sent(lines), choices=_sent(choices))
    try:
        uploads = request.form.getlist(UPLOADS)
        acts.keep(db.session, actor=actor, place=place, typed=typed, uploads=uploads)
    except acts.TooSoon:
        return Response(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "1"})
    except acts.DraftTooLarge:
        return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return Response(status=HTTPStatus.NO_CONTENT)


def give_back(actor: Actor, forms: Mapping[str, tuple[CreatingForm, Field]]) -> None:
    """Put the actor's drafts into the forms of a page that hold nothing yet, by their places."""
    if is_background():
        return
    empty = {place: told for place, told in forms.items() if _is_empty(*told)}
    for place, typed in drafts_of(db.session, actor, list(empty)).items() if empty else ():
        form, field = empty[place]
        field.data, form.is_restored = typed.text, True
        rich: Field | None = getattr(form, "html", None)
        if rich is not None and typed.html:
            rich.data = _cleaned(typed.html)
        if isinstance(form, TakesFiles):
            form.uploads.restore(typed.files)
        for name, value in {**typed.lines, **typed.choices}.items():
            if name in form and _takes(form[name], value):
                form[name].data = value


def _sent(names: Sequence[str]) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}


def _takes(field: Field, value: str) -> bool:
    """Tell whether a field can show a value that was kept; a choice may be gone by now."""
    return not isinstance(field, SelectField) or any(value == choice[0] for choice in field.iter_choices())


def _is_empty(form: CreatingForm, field: Field) -> bool:
    has_files = isinstance(form, TakesFiles) and bool(form.uploads.data)
    return not field.data and not has_files and not form.errors


def _cleaned(html: str) -> str | None:
    """Rich text that was kept as typed, as a page may hold it; what cannot be cleaned is left to its plain words."""
    try:
        return clean(html)
    except TooMuch:
        return None
