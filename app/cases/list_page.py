"""The page of a case list, its panel, and its files; the same for both shells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import current_app
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.cases import saved_filters
from app.cases.list_state import Listing, ListState, read_columns, read_sort, read_state, written_columns
from app.cases.listing import case_page, case_table
from app.cases.removed_rows import RemovedRows, removed_rows
from app.cases.saving_form import SavingForm
from app.extensions import db
from app.i18n import _
from app.lists.export.answer import export
from app.lists.filtering.checking import problems_of
from app.lists.filtering.draft import Draft, read_draft
from app.lists.filtering.panel import panel_of
from app.lists.filtering.problems import Problem
from app.lists.filtering.syntax import write
from app.lists.paging import page_number
from app.web import answers
from app.web.errors import refusal


def show_list(listing: Listing, args: MultiDict[str, str]) -> Response:
    """Answer with one page of the list; a filter that does not hold is shown with what is wrong, and not run."""
    state = read_state(listing, args)
    if state.problems:
        return refuse_filter(state, state.draft, state.problems)
    return show(state, wanted=page_number(args.get("page", "")))


def list_file(listing: Listing, args: MultiDict[str, str], extension: str) -> Response:
    """All rows that match, as a file (LIST-09)."""
    state = read_state(listing, args)
    if state.problems:
        text = " ".join(problem.text for problem in state.problems)
        return refusal(HTTPStatus.UNPROCESSABLE_ENTITY, _("This filter cannot be used"), text)
    table = case_table(db.session, listing.actor, state.sort, state.columns, state.conditions)
    return export(table, extension, actor=listing.actor)


def press(listing: Listing, args: MultiDict[str, str]) -> Response:
    """Answer a button of the panel: run it, change what stands in it, or open one of its dialogs (FILTER-02)."""
    state = read_state(listing, args)
    draft = read_draft(args, state.reading)
    match args.get("do", ""):
        case "close":
            return answers.see_other(state.address.page(1))
        case "columns":
            chosen = read_columns(listing, args.getlist("column"))
            return answers.see_other(replace(state.address, columns=written_columns(listing, chosen)).page(1))
        case "run":
            return _run(state, draft)
        case "save":
            return _ask_name(state, draft)
        case "load":
            rows = saved_filters.listed(db.session, listing.actor)
            return show(state, draft=draft, dialog={"dialog": "load", "saved_filters": rows})
        case act:
            changed = draft.pressed(act)
            return show(state, draft=changed, focus=focus_after(act, changed))


def _run(state: ListState, draft: Draft) -> Response:
    """Apply what stands in the panel; nothing has changed until now (FILTER-06)."""
    checked = checked_draft(state, draft)
    if isinstance(checked, Response):
        return checked
    address = replace(state.address, f=write(checked.tree), sort=read_sort(state.listing, checked.sort).value)
    return answers.see_other(address.page(1))


def _ask_name(state: ListState, draft: Draft) -> Response:
    """Ask under which name the panel's conditions are to be saved (S18)."""
    checked = checked_draft(state, draft)
    if isinstance(checked, Response):
        return checked
    form = SavingForm(formdata=None, prefix="filter")
    form.offer(state.listing.visibilities)
    form.take(
        conditions=write(checked.tree),
        order=read_sort(state.listing, checked.sort).value,
        columns=state.address.columns,
    )
    return show(state, draft=draft, dialog={"dialog": "save", "saving": form})


def checked_draft(state: ListState, draft: Draft) -> Draft | Response:
    """The panel without its empty rows, or the answer that says what is wrong with it."""
    entered = Draft(draft.tree.entered(), draft.order)
    problems = problems_of(entered.tree, state.reading)
    return refuse_filter(state, entered, problems) if problems else entered


def refuse_filter(state: ListState, draft: Draft, problems: Sequence[Problem]) -> Response:
    """The panel with what is wrong in it, and no rows."""
    return show(
        state,
        draft=draft,
        problems=problems,
        is_run=False,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def show(
    state: ListState,
    *,
    wanted: int = 1,
    draft: Draft | None = None,
    problems: Sequence[Problem] = (),
    focus: str = "",
    is_run: bool = True,
    status: int = HTTPStatus.OK,
    dialog: Mapping[str, object] | None = None,
) -> Response:
    """The list's page, or its panel alone for an enhanced request. A panel that is worked on stands open.

    :param dialog: what one of the panel's dialogs shows; its entry ``dialog`` names it.
    """
    listing, is_open = state.listing, draft is not None
    page = None
    if is_run and not state.problems and not answers.is_enhanced():
        page = case_page(
            db.session,
            listing.actor,
            sort=state.sort,
            wanted=wanted,
            url=state.address.page,
            conditions=state.conditions,
        )
    context = {
        "columns": state.columns,
        "page": page,
        "removed": _removed(state) if page else None,
        "sort": state.sort,
        "address": state.address,
        "quick": listing.quick,
        "view": state.view,
        "state": state,
        "listing": listing,
        "is_open": is_open,
        "panel": panel_of(
            draft or state.draft, state.reading, columns=listing.columns, problems=problems, focus=focus
        ),
        **(dialog or {}),
    }
    return answers.page(listing.template, part="cases/parts/filter_panel.html", status=status, **context)


def _removed(state: ListState) -> RemovedRows | None:
    """What the message below the list tells of rows out of the actor's reach (FILTER-08)."""
    typed = state.lone_keyword
    if typed is None or state.notices:
        return None
    listing, is_throttled = state.listing, current_app.config["SETTINGS"].is_throttled
    return removed_rows(db.session, listing.actor, typed, mode=listing.removed_rows, is_limited=is_throttled)


def focus_after(act: str, draft: Draft) -> str:
    """The id of the control that a button of the panel leads to."""
    kind, _sign, place = act.partition(":")
    row = place.partition(":")[0]
    index = int(row) if row.isascii() and row.isdigit() else 0
    match kind:
        case "and":
            return f"c-{index + 1}-0-field"
        case "or" if index < len(draft.tree.rows):
            return f"c-{index}-{len(draft.tree.rows[index]) - 1}-field"
        case "sort":
            return f"s-{len(draft.order) - 1}-column"
        case "clear" | "remove" | "unsort":
            return "c-0-0-field"
    return ""
