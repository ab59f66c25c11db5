"""Saving the conditions of a list under a name, loading them, and removing them; the same for both shells."""

from dataclasses import replace
from http import HTTPStatus

from flask import flash
from werkzeug.wrappers import Response

from app.cases import saved_filters
from app.cases.actions import saving
from app.cases.list_page import refuse_filter, show
from app.cases.list_state import Listing, ListState, read_state
from app.cases.models import Visibility
from app.cases.saving_form import SavingForm
from app.extensions import db
from app.i18n import _
from app.web import answers


def save(listing: Listing) -> Response:
    """Save what the panel holds, and show the list with it; a name that is there already is overwritten (FILTER-11)."""
    form = SavingForm(prefix="filter")
    form.offer(listing.visibilities)
    state = read_state(
        listing,
        {
            "f": form.conditions.data or "",
            "sort": form.order.data or "",
            "columns": form.columns.data or "",
        },
    )
    if state.problems:
        return refuse_filter(state, state.draft, state.problems)
    if not form.validate():
        return _ask_again(state, form)
    try:
        saved = saving.save_filter(
            db.session,
            actor=listing.actor,
            service_id=listing.service_id,
            name=form.name.data or "",
            visibility=Visibility(form.visibility.data),
            conditions=state.address.f,
            order=state.sort.value,
            columns=state.address.columns or None,
        )
    except saving.TooManySaved:
        form.name.errors = [
            _(
                "You have saved %(most)s filters, which is the limit. Delete one first.",
                most=saving.MOST_SAVED,
            )
        ]
        return _ask_again(state, form)
    flash(_("The filter “%(name)s” was saved.", name=saved.name), "success")
    return answers.see_other(state.address.page(1))


def _ask_again(state: ListState, form: SavingForm) -> Response:
    """The dialog with what is wrong, over the panel as it was."""
    return show(
        state,
        draft=state.draft,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        dialog={"dialog": "save", "saving": form},
    )


def load(listing: Listing, filter_id: int) -> Response:
    """Show the list with a saved filter (FILTER-12).

    A value that is out of the reader's reach by now is told, but not which it was.
    """
    saved = saved_filters.get_for(db.session, listing.actor, filter_id)
    state = read_state(listing, {"sort": saved.order, "columns": saved.columns or ""})
    loaded = saved_filters.load(saved, state.reading)
    if loaded.problems:
        return refuse_filter(state, replace(state.draft, tree=loaded.tree), loaded.problems)
    return answers.see_other(replace(state.address, f=loaded.f).page(1))


def remove(listing: Listing, filter_id: int) -> Response:
    """Remove an own filter; the list is as it was before the dialog."""
    saved = saved_filters.get_for(db.session, listing.actor, filter_id)
    saving.remove_filter(db.session, saved, actor=listing.actor)
    flash(_("The filter “%(name)s” was deleted.", name=saved.name), "success")
    return answers.see_other(read_state(listing, {}).address.page(1))
