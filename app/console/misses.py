"""Searches in vain: what readers looked for and did not find, so that leads know what to write (KB-15)."""

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.console.search import routes
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import _, current_language
from app.lists.address import ListAddress
from app.lists.paging import load_page, page_number
from app.lists.sorting import chosen_sort
from app.search import misses
from app.web import answers
from app.web.gate import actor

PAGE_SIZE = 50


@routes.get("/search/misses")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def list_misses() -> Response:
    """The searches in vain of the portals of one's services and of the desk."""
    sort = chosen_sort(request.args.get("sort", ""), misses.COLUMNS, misses.FIRST_ORDER)
    address = ListAddress(".list_misses", sort=sort.value, first_order=misses.FIRST_ORDER)
    page = load_page(
        wanted=page_number(request.args.get("page", "")),
        size=PAGE_SIZE,
        total=misses.count(db.session, actor()),
        rows=lambda limit, offset: misses.rows(db.session, actor(), sort, limit=limit, offset=offset),
        url=address.page,
    )
    language = current_language()
    portals = {item.id: item.name_in(language) for item in contracts.services_of(db.session, actor())}
    return answers.page("console/misses.html", page=page, sort=sort, address=address, portals=portals)


@routes.post("/search/misses/<int(max=9223372036854775807):missed_id>/removal")
@requires(Permission.CONSOLE_SEARCH_MANAGE)
def remove_miss(missed_id: int) -> Response:
    """Take a search off the list; if it is made in vain again, it is there again."""
    missed = misses.get_for(db.session, actor(), missed_id)
    misses.take_off(db.session, missed, actor=actor())
    flash(_("The search was taken off the list."), "success")
    return answers.see_other(url_for(".list_misses"))
