"""The knowledge search: words, filters with counts, orders, pages (S22, KB-04 to KB-09)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, request
from werkzeug.wrappers import Response

from app.authz import Permission, requires
from app.extensions import db
from app.i18n import current_language
from app.knowledge.facets import facets_of, known_filters
from app.knowledge.finding import Finding, find
from app.knowledge.listing import COLUMNS, FIRST_ORDER, ArticleRow, article_page
from app.knowledge.narrowing import Narrowing
from app.knowledge.portal import routes
from app.knowledge.portal.address import SearchAddress, read_narrowing, written
from app.lists.paging import Page, page_number
from app.lists.sorting import Sort, chosen_sort
from app.search.missed import note_miss
from app.web import answers
from app.web.forms import printable
from app.web.gate import actor


@dataclass(frozen=True, slots=True)
class Order:
    """One of the orders above the list: its name, where it leads, and its direction if it is in force (KB-06)."""

    label: str
    url: str
    direction: str | None


@routes.get("/knowledge/search")
@requires(Permission.PORTAL_KNOWLEDGE_READ)
def search() -> Response:
    """The results; an enhanced request gets filters and list alone."""
    finding = find(db.session, actor(), printable(request.args.get("q", "")))
    narrowing, applied = known_filters(db.session, actor(), read_narrowing(), found=finding.ids)
    sort = _sort(finding)
    address = SearchAddress(finding.typed, _sort_value(finding, sort), written(narrowing))
    page = _page(narrowing, sort, address)
    if not applied:
        _note(finding, page)
    return answers.page(
        "knowledge/portal/search.html",
        part="knowledge/portal/found.html",
        finding=finding,
        page=page,
        facets=facets_of(db.session, actor(), narrowing),
        applied=applied,
        orders=_orders(sort, address),
        is_by_relevance=None if finding.ids is None else sort is None,
        address=address,
        one_language=narrowing.languages[0] if len(narrowing.languages) == 1 else None,
    )


def _page(narrowing: Narrowing, sort: Sort | None, address: SearchAddress) -> Page[ArticleRow]:
    languages = narrowing.languages
    return article_page(
        db.session,
        actor(),
        narrowing,
        # Whoever filters by one language reads the articles in it.
        language=languages[0] if len(languages) == 1 else current_language(),
        sort=sort,
        wanted=page_number(request.args.get("page", "")),
        url=address.page,
    )


def _sort(finding: Finding) -> Sort | None:
    """The order of the request; ``None`` is the best first, which is the first one where words were looked for."""
    wanted = request.args.get("sort", "")
    by_column = chosen_sort(wanted, COLUMNS, FIRST_ORDER)
    return None if finding.ids is not None and wanted != by_column.value else by_column


def _sort_value(finding: Finding, sort: Sort | None) -> str:
    if sort is None or (finding.ids is None and sort.value == FIRST_ORDER):
        return ""
    return sort.value


def _orders(sort: Sort | None, address: SearchAddress) -> Sequence[Order]:
    """ビュー, 最新, アルファベット (KB-06): views and dates begin with the most, and a second click reverses."""
    orders = []
    for column in COLUMNS:
        direction = sort.direction_of(column.key) if sort else None
        first = column.key if column.key == "title" else f"-{column.key}"
        other = column.key if direction == "descending" else f"-{column.key}"
        orders.append(Order(column.label, address.sorted_by(other if direction else first), direction))
    return orders


def _note(finding: Finding, page: Page[ArticleRow]) -> None:
    """Tell the desk of words that nothing was found for, unless the search is limited just now."""
    is_in_vain = finding.answer.was_asked and not finding.answer.is_limited and not page.total
    if is_in_vain and request.method == "GET":
        note_miss(actor(), finding.typed, service_id=g.service.id)
