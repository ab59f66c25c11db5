"""The announcements of the desk: what stands, what is to come, what is past (D09)."""

from urllib.parse import urlencode

from flask import request, url_for
from werkzeug.wrappers import Response

from app.announcements import listing
from app.announcements.console import routes
from app.announcements.listing import Row, Standing
from app.authz import Permission, requires
from app.contracts import queries as contracts
from app.extensions import db
from app.i18n import current_language
from app.lists.paging import Page, load_page, page_number
from app.web import answers
from app.web.gate import actor

PAGE_SIZE = 20
# Each list turns its pages by itself.
PREFIX = "page-"


@routes.get("/announcements/")
@requires(Permission.CONSOLE_ANNOUNCEMENT_MANAGE)
def index() -> Response:
    """All announcements of the actor's services in three lists, each with pages of its own."""
    wanted = {each: page_number(request.args.get(PREFIX + each.value, "")) for each in Standing}
    services = contracts.services_of(db.session, actor())

    def page(standing: Standing) -> Page[Row]:
        return load_page(
            wanted=wanted[standing],
            size=PAGE_SIZE,
            total=listing.count(db.session, actor(), standing),
            rows=lambda limit, offset: listing.rows(
                db.session, actor(), standing, services, current_language(), limit=limit, offset=offset
            ),
            url=lambda number: _address(wanted | {standing: number}),
        )

    return answers.page("announcements/console/index.html", pages={each: page(each) for each in Standing})


def _address(wanted: dict[Standing, int]) -> str:
    turned = {PREFIX + each.value: number for each, number in wanted.items() if number > 1}
    return f"{url_for('.index')}?{urlencode(turned)}" if turned else url_for(".index")
