"""The portal's home page: what is open and whose turn it is, then the cards (HOME-01 to HOME-04)."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from app.announcements.current import current_announcements
from app.authz import Permission, requires
from app.cases import queries as cases
from app.cases.columns import FIRST_ORDER, PORTAL_COLUMNS
from app.cases.filters import customers_turn
from app.cases.listing import case_rows
from app.catalog import approvals, periods
from app.catalog.portal.offer import offered
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import current_language
from app.lists.sorting import chosen_sort
from app.web import answers
from app.web.gate import actor

routes = Blueprint("home", __name__)

SHOWN_TURNS = 5
SHOWN_APPROVALS = 5
# Who has more customer numbers than these finds their points behind the link.
SHOWN_POINTS = 6


@routes.get("/account/")
@requires(Permission.PORTAL_USE)
def account() -> Response:
    """The account menu as a page: where the home page's card leads, at every width and without script (HOME-03)."""
    return answers.page("portal/account.html")


@routes.get("/")
@requires(Permission.PORTAL_USE)
def show() -> Response:
    """The home page (S10)."""
    language = current_language()
    offers_requests, has_points = offered()
    newest_first = chosen_sort(FIRST_ORDER, PORTAL_COLUMNS, FIRST_ORDER)
    return answers.page(
        "portal/home.html",
        announcements=current_announcements(db.session, actor(), slug=g.service.slug, language=language),
        turns=case_rows(db.session, actor(), newest_first, customers_turn(), limit=SHOWN_TURNS),
        counts=cases.open_and_turn(db.session, actor()),
        offers_requests=offers_requests,
        approvals=approvals.asked_of(db.session, actor(), limit=SHOWN_APPROVALS) if offers_requests else None,
        points=periods.current_points(db.session, actor(), limit=SHOWN_POINTS) if has_points else (),
        portals=[
            (f"/{item.slug}/", item.name_in(language))
            for item in contracts.linked_portals(db.session, g.service)
        ],
    )
