"""The catalogue in the portal, and below it the own requests (S14, WR-01, WR-02, WR-11)."""

from collections.abc import Sequence

from flask import g, request, url_for
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.catalog import listing
from app.catalog.models import CatalogCategory
from app.catalog.portal import routes
from app.catalog.portal.offer import demand_requests
from app.extensions import db
from app.lists.paging import Page, page_number
from app.web import answers
from app.web.gate import actor


@routes.get("/work-requests/")
@requires(Permission.PORTAL_REQUEST_READ)
def show_catalog() -> Response:
    """The items of a category, nine at first; an enhanced request gets the items alone."""
    demand_requests()
    categories = listing.categories_of(db.session, actor(), g.service.id)
    chosen = _chosen(categories)
    shown = listing.shown_count(request.args.get("shown", ""))
    cards = listing.cards_of(db.session, actor(), chosen, shown=shown) if chosen else None
    return answers.page(
        "catalog/portal/catalog.html",
        part="catalog/portal/cards.html",
        categories=categories,
        chosen=chosen,
        cards=cards,
        # Who asked for more goes on reading at the first of them.
        first_new=shown - listing.PORTION if answers.is_enhanced() else None,
        own=None if answers.is_enhanced() else _own_requests(chosen),
    )


def _chosen(categories: Sequence[CatalogCategory]) -> CatalogCategory | None:
    """The category of ``?category=``; anything else is the first one."""
    wanted = request.args.get("category", "")
    found = next((category for category in categories if category.slug == wanted), None)
    return found or (categories[0] if categories else None)


def _own_requests(chosen: CatalogCategory | None) -> Page[listing.OwnRequest]:
    category = chosen.slug if chosen and request.args.get("category") else None
    return listing.own_requests(
        db.session,
        actor(),
        wanted=page_number(request.args.get("page", "")),
        url=lambda number: url_for(
            ".show_catalog", category=category, page=number if number > 1 else None, _anchor="own-requests"
        ),
    )
